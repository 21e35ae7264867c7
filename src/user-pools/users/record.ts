/** Makes, changes and deletes user records: the only writer, so that names, search rows and counts stay true. */
import {
  type AwsError,
  accountWithGivenExists,
  aliasExists,
  concurrentModification,
  userNotFound,
} from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import {
  findSubByName,
  findUser,
  insertUser,
  deleteUser as remove,
  type SignInName,
  saveUser,
  type User,
} from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { signInNames } from '../call/sign-in-names.ts';

type Writing = Pick<PoolCall, 'db' | 'pool' | 'clock'>;
/** What else belongs into the transaction of a change. */
type Also = (tx: Db, before: User, after: User) => Promise<void>;

/** Rolls the transaction back to try again with the newest record. */
class Stale extends Error {}

const nameTaken = ({ config }: UserPool, { kind }: SignInName): AwsError =>
  config.UsernameAttributes?.some(attribute => attribute === kind) ? accountWithGivenExists(kind) : aliasExists(kind);

/**
 * Adds a user. With `moveAliases` an alias that another user holds moves here, and is unverified there (ForceAliasCreation).
 * @param exists the error for a username that is taken
 * @throws `exists`, UsernameExistsException (e-mail or phone number as username), AliasExistsException
 */
export const addUser = async (
  { db, pool, clock }: Writing,
  user: User,
  {
    exists,
    moveAliases = false,
    also,
  }: { exists: () => AwsError; moveAliases?: boolean; also?: (tx: Db) => Promise<void> },
): Promise<void> => {
  const names = signInNames(pool, user);
  await db.transaction().execute(async tx => {
    if (moveAliases) await releaseAliases({ db: tx, pool, clock }, user.sub, names);
    const taken = await insertUser(tx, user, names);
    if (taken !== undefined) throw taken.kind === 'username' ? exists() : nameTaken(pool, taken);
    await also?.(tx);
  });
};

/** Takes the aliases among `names` from whoever else holds them. */
const releaseAliases = async ({ db, pool, clock }: Writing, sub: string, names: SignInName[]): Promise<void> => {
  for (const { kind, key } of names) {
    if (kind === 'username' || !pool.config.AliasAttributes?.some(attribute => attribute === kind)) continue;
    const holder = await findSubByName(db, pool.id, key);
    const loser = holder === undefined || holder === sub ? undefined : await findUser(db, pool.id, holder);
    if (loser === undefined) continue;
    const { [kind]: _, ...others } = loser.attributes;
    const attributes = kind === 'preferred_username' ? others : { ...loser.attributes, [`${kind}_verified`]: 'false' };
    await save(db, pool, loser, { ...loser, attributes, modifiedAt: clock.now() });
  }
};

const save = async (tx: Db, pool: UserPool, before: User, after: User): Promise<void> => {
  const names = { before: signInNames(pool, before), after: signInNames(pool, after) };
  const saved = await saveUser(tx, before, after, names);
  if (saved.outcome === 'stale') throw new Stale();
  if (saved.outcome === 'name taken') throw nameTaken(pool, saved.name);
};

/**
 * Changes a user: `decide` maps the newest record to the next one and is called again when somebody else has saved meanwhile,
 * so it must be pure; `also` joins the transaction.
 * @returns the record as saved
 * @throws UserNotFoundException when the user is gone, AliasExistsException or UsernameExistsException when a name is taken
 */
export const changeUser = async (
  { db, pool, clock }: Writing,
  sub: string,
  decide: (user: User) => User,
  { moveAliases = false, also }: { moveAliases?: boolean; also?: Also } = {},
): Promise<User> => {
  for (let tries = 0; tries < 10; tries++) {
    const before = await findUser(db, pool.id, sub);
    if (before === undefined) throw userNotFound();
    const after = { ...decide(before), modifiedAt: clock.now() };
    try {
      await db.transaction().execute(async tx => {
        if (moveAliases) await releaseAliases({ db: tx, pool, clock }, sub, signInNames(pool, after));
        await save(tx, pool, before, after);
        await also?.(tx, before, after);
      });
      return { ...after, version: before.version + 1 };
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  throw concurrentModification();
};

/** Deletes the user and everything of theirs. @throws UserNotFoundException when somebody else was quicker */
export const removeUser = async ({ db, pool }: Pick<PoolCall, 'db' | 'pool'>, sub: string): Promise<void> => {
  const removed = await db.transaction().execute(tx => remove(tx, pool.id, sub));
  if (!removed) throw userNotFound();
};
