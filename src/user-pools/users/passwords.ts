/** Passwords at rest: sealed SRP-6a verifiers; making, checking and remembering them. */
import { adminPasswordPolicy, passwordPolicy, passwordUsedBefore } from '../../contract/errors.ts';
import { createVerifier, matchesPassword, type Verifier } from '../../lib/srp.ts';
import { addToPasswordHistory, listPasswordHistory } from '../../storage/password-history.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Db, Sealed } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import type { House, PoolCall } from '../call/call.ts';
import { policyOf, policyViolation } from '../pools/password-policy.ts';

/** The part of the pool's id that Cognito's SRP hashes as the group. */
export const srpGroup = (pool: { id: string }): string => pool.id.slice(pool.id.indexOf('_') + 1);

const context = (user: { poolId: string; sub: string }) => `${user.poolId}/${user.sub}`;

type Sealing = Pick<House, 'sealer' | 'modPow'>;
type Person = Pick<User, 'poolId' | 'sub' | 'username'>;

/** Makes the sealed verifier of a new password: one modular power. */
export const sealPassword = async ({ sealer, modPow }: Sealing, user: Person, password: string): Promise<Sealed> => {
  const credentials = { group: srpGroup({ id: user.poolId }), user: user.username, password };
  return sealer.seal('password', JSON.stringify(await createVerifier(modPow, credentials)), context(user));
};

/** The verifier of the user's password, or undefined: the user has none. */
export const openPassword = ({ sealer }: Pick<House, 'sealer'>, user: User, sealed = user.password) => {
  if (sealed === null) return undefined;
  const opened = sealer.open('password', sealed, context(user));
  if (opened === undefined) throw new Error(`the password of user ${user.sub} cannot be opened with this master key`);
  return JSON.parse(opened.toString()) as Verifier;
};

/**
 * A verifier that no password matches, the same for the same name each time: an unknown user costs the same work and
 * looks the same as a known one.
 */
export const simulatedVerifier = ({ sealer }: Pick<House, 'sealer'>, pool: UserPool, name: string): Verifier => {
  const bytes = (label: string) =>
    Buffer.from(sealer.mac('simulated-verifier', `${pool.id}/${name}/${label}`), 'base64url');
  const salt = bytes('salt').subarray(0, 16).toString('hex').replace(/^0+/, '');
  const verifier = Buffer.concat(Array.from({ length: 12 }, (_, part) => bytes(`verifier/${part}`)));
  verifier[0] = 0x7f & (verifier[0] ?? 0); // below the group's prime
  return { salt, verifier: verifier.toString('hex') };
};

/** Whether `password` is the user's; costs the same when there is no such user, or no password. */
export const isPasswordOf = async (
  house: Sealing,
  pool: UserPool,
  who: { user: User | undefined; name: string },
  password: string,
): Promise<boolean> => {
  const stored = who.user && openPassword(house, who.user);
  const credentials = { group: srpGroup(pool), user: who.user?.username ?? who.name, password };
  const matches = await matchesPassword(house.modPow, credentials, stored ?? simulatedVerifier(house, pool, who.name));
  return stored !== undefined && matches;
};

/** @throws InvalidPasswordException naming the first rule of the policy that is broken */
export const checkPolicy = (pool: UserPool, password: string, { byAdmin = false } = {}): void => {
  const violation = policyViolation(policyOf(pool), password);
  if (violation !== undefined) throw byAdmin ? adminPasswordPolicy(violation) : passwordPolicy(violation);
};

/** @throws PasswordHistoryPolicyViolationException when the password is one of the last PasswordHistorySize */
export const checkHistory = async (call: PoolCall, user: User, password: string): Promise<void> => {
  const size = policyOf(call.pool).PasswordHistorySize ?? 0;
  if (size === 0) return;
  const older = await listPasswordHistory(call.db, user.poolId, user.sub, size - 1);
  const sealed = [user.password, ...older.map(each => each.password)].filter(each => each !== null);
  const credentials = { group: srpGroup(call.pool), user: user.username, password };
  const matches = await Promise.all(
    sealed.map(each => matchesPassword(call.modPow, credentials, openPassword(call, user, each) as Verifier)),
  );
  if (matches.includes(true)) throw passwordUsedBefore();
};

/** Remembers the password that `before` had, in the transaction that replaces it. */
export const rememberPassword = async (db: Db, pool: UserPool, before: User): Promise<void> => {
  const size = policyOf(pool).PasswordHistorySize ?? 0;
  if (size < 2 || before.password === null) return;
  const entry = { poolId: pool.id, sub: before.sub, password: before.password, setAt: before.passwordSetAt ?? 0 };
  await addToPasswordHistory(db, entry, size - 1);
};
