/** What a person may be called in the later steps of a sign-in. */
import type { PoolCall } from '../call/call.ts';
import { isCaseSensitive, nameKey, signInNames } from '../call/sign-in-names.ts';
import type { Attempt } from './attempt.ts';

type Naming = Pick<PoolCall, 'sealer' | 'pool'>;
type Named = Pick<Attempt, 'user' | 'name'>;

const isAlias = ({ config }: PoolCall['pool'], name: string): boolean =>
  name.includes('@') || name.startsWith('+') || config.UsernameAttributes !== undefined;

/** USER_ID_FOR_SRP: the username; for nobody the name, or where a name is an alias a made-up id, as an alias would give. */
export const userIdOf = ({ sealer, pool }: Naming, { user, name }: Named): string => {
  if (user !== undefined) return user.username;
  // Usernames are kept in this form, too.
  const folded = isCaseSensitive(pool) ? name : name.toLowerCase();
  if (!isAlias(pool, name)) return folded;
  const bytes = Buffer.from(sealer.mac('simulated-id', `${pool.id}/${folded}`), 'base64url');
  // Version 4, as every real one says of itself.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/** The names over which a client may have computed SECRET_HASH. */
export const hashedNames = (call: Naming, attempt: Named): string[] => {
  const { user, name } = attempt;
  return [...new Set([name, userIdOf(call, attempt), ...(user ? [user.sub] : [])])];
};

/** Whether USERNAME means the person who began: the name as typed, any other name that signs them in, USER_ID_FOR_SRP or the sub. */
export const isCalled = (call: Naming, attempt: Named, username: string): boolean => {
  const { pool } = call;
  const others = attempt.user ? signInNames(pool, attempt.user).map(({ key }) => key) : [];
  const key = nameKey(pool, username);
  return others.includes(key) || hashedNames(call, attempt).some(name => nameKey(pool, name) === key);
};
