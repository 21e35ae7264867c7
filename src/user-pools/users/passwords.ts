/** Passwords at rest: sealed SRP-6a verifiers, or hashes that were imported; making, checking and remembering them. */
import { adminPasswordPolicy, passwordPolicy, passwordUsedBefore } from '../../contract/errors.ts';
import { type HashAlgorithm, readPasswordHash } from '../../lib/password-hash.ts';
import { createVerifier, matchesPassword, type Verifier } from '../../lib/srp.ts';
import { replacePassword } from '../../storage/imported-passwords.ts';
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
type Checking = Sealing & Pick<House, 'hashes'>;
type Person = Pick<User, 'poolId' | 'sub' | 'username'>;

/** A password that came from elsewhere: a hash, or the verifier that another pool had made of it. */
export type ImportedPassword =
  | { algorithm: HashAlgorithm; hash: string }
  | { algorithm: 'SRP'; group: string; user: string; verifier: Verifier };

/** What the `password` column holds, unsealed: a verifier of this user in this pool, or what stands in until there is one. */
export type StoredPassword = Verifier | ImportedPassword;

const isImported = (stored: StoredPassword): stored is ImportedPassword => 'algorithm' in stored;

const credentialsOf = (user: Person, password: string) => ({
  group: srpGroup({ id: user.poolId }),
  user: user.username,
  password,
});

/** Seals what is stored in place of a password. */
export const sealStored = ({ sealer }: Pick<House, 'sealer'>, user: Person, stored: StoredPassword): Sealed =>
  sealer.seal('password', JSON.stringify(stored), context(user));

/** Makes the sealed verifier of a new password: one modular power. */
export const sealPassword = async (house: Sealing, user: Person, password: string): Promise<Sealed> =>
  sealStored(house, user, await createVerifier(house.modPow, credentialsOf(user, password)));

/** Whatever is stored in place of the user's password, or undefined: the user has none. */
export const openStored = (
  { sealer }: Pick<House, 'sealer'>,
  user: Person & Pick<User, 'password'>,
  sealed = user.password,
): StoredPassword | undefined => {
  if (sealed === null) return undefined;
  const opened = sealer.open('password', sealed, context(user));
  if (opened === undefined) throw new Error(`the password of user ${user.sub} cannot be opened with this master key`);
  return JSON.parse(opened.toString()) as StoredPassword;
};

/**
 * The verifier of the user's password. Undefined: the user has no password, or an imported one that has not been used yet, with
 * which SRP is impossible.
 */
export const openPassword = (
  house: Pick<House, 'sealer'>,
  user: User,
  sealed = user.password,
): Verifier | undefined => {
  const stored = openStored(house, user, sealed);
  return stored === undefined || isImported(stored) ? undefined : stored;
};

const matchesImported = async (
  { modPow, hashes }: Checking,
  imported: ImportedPassword,
  password: string,
): Promise<boolean> => {
  if (imported.algorithm === 'SRP')
    return matchesPassword(modPow, { group: imported.group, user: imported.user, password }, imported.verifier);
  const hash = readPasswordHash(imported.algorithm, imported.hash);
  return typeof hash !== 'string' && hashes.matches(hash, password);
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

/** The first proof of an imported password is the moment at which a verifier can take its place. */
const replaceImported = async (house: Sealing & Pick<House, 'db'>, user: User, password: string): Promise<void> => {
  if (user.password === null) return;
  const verifier = await sealPassword(house, user, password);
  // Somebody else may have set another password meanwhile, which then stays.
  await replacePassword(house.db, user, user.password, verifier);
};

/**
 * Whether `password` is the user's; costs the same when there is no such user, or no password. An imported password that is
 * right gives way to a verifier, in the database and not in `who`.
 * @param keep leaves an imported password as it is: for whoever is about to replace it
 */
export const isPasswordOf = async (
  house: Checking & Pick<House, 'db'>,
  pool: UserPool,
  who: { user: User | undefined; name: string },
  password: string,
  { keep = false } = {},
): Promise<boolean> => {
  const { user, name } = who;
  const stored = user && openStored(house, user);
  if (stored !== undefined && isImported(stored)) {
    const right = await matchesImported(house, stored, password);
    if (right && !keep) await replaceImported(house, user as User, password);
    return right;
  }
  const credentials = { group: srpGroup(pool), user: user?.username ?? name, password };
  const matches = await matchesPassword(house.modPow, credentials, stored ?? simulatedVerifier(house, pool, name));
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
  const matches = await Promise.all(
    sealed.map(async each => {
      const stored = openStored(call, user, each) as StoredPassword;
      if (isImported(stored)) return matchesImported(call, stored, password);
      return matchesPassword(call.modPow, credentialsOf(user, password), stored);
    }),
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
