/** Makes, changes and deletes user records: the only writer, so that names, search rows and counts stay true. */
import { userNotFound } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import {
  findSubByName,
  findUser,
  insertUser,
  lockUser,
  deleteUser as remove,
  type SignInName,
  saveUser,
  type User,
} from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { signInNames, uuidShape } from '../call/sign-in-names.ts';
import { insisting, Stale } from './insisting.ts';
import { type Taken, takenAtChange } from './taken.ts';

type Writing = Pick<PoolCall, 'db' | 'pool' | 'clock'>;
/** What else belongs into the transaction of a change. */
type Also = (tx: Db, before: User, after: User) => Promise<void>;

/**
 * Adds a user. With `moveAliases` an e-mail or phone alias that another user holds moves here, and is unverified there.
 * @param taken the error for a name that somebody else has
 */
export const addUser = async (
  { db, pool, clock }: Writing,
  user: User,
  { taken, moveAliases = false, also }: { taken: Taken; moveAliases?: boolean; also?: (tx: Db) => Promise<void> },
): Promise<void> => {
  const names = signInNames(pool, user);
  const refuse = refusing(taken, moveAliases);
  await insisting(() =>
    db.transaction().execute(async tx => {
      if (moveAliases) await releaseAliases({ db: tx, pool, clock }, user.sub, names);
      const others = (await subOfAnother(tx, pool, user.sub, names)) ?? (await insertUser(tx, user, names));
      if (others !== undefined) throw refuse(pool, others);
      await also?.(tx);
    }),
  );
};

/**
 * Looks whether the names of a new user are free: for whoever has more to do before `addUser`, which alone decides.
 * @throws what `taken` says
 */
export const requireFreeNames = async (
  { db, pool }: Pick<PoolCall, 'db' | 'pool'>,
  user: Pick<User, 'sub' | 'username' | 'attributes'>,
  { taken, moveAliases = false }: { taken: Taken; moveAliases?: boolean },
): Promise<void> => {
  const names = signInNames(pool, user).filter(name => !(moveAliases && isMovable(pool, name)));
  for (const name of names) if (await findSubByName(db, pool.id, name.key)) throw taken(pool, name);
};

/**
 * The name among these that is the `sub` of another user. Administrators may name a user by the sub, so nobody else may be
 * called like that.
 */
const subOfAnother = async (
  db: Db,
  pool: UserPool,
  sub: string,
  names: SignInName[],
): Promise<SignInName | undefined> => {
  for (const name of names) {
    if (name.key !== sub && uuidShape.test(name.key) && (await findUser(db, pool.id, name.key))) return name;
  }
  return undefined;
};

/** E-mail addresses and phone numbers that are aliases move to whoever proves them last. */
const isMovable = ({ config: { AliasAttributes = [] } }: UserPool, { kind }: SignInName): boolean =>
  (kind === 'email' || kind === 'phone_number') && AliasAttributes.includes(kind);

/** Takes the aliases among `names` from whoever else holds them. */
const releaseAliases = async ({ db, pool, clock }: Writing, sub: string, names: SignInName[]): Promise<void> => {
  for (const { kind, key } of names.filter(name => isMovable(pool, name))) {
    const holder = await findSubByName(db, pool.id, key);
    if (holder === undefined || holder === sub) continue;
    const loser = await lockUser(db, pool.id, holder);
    // Somebody else has taken it from them meanwhile.
    if (!loser || !signInNames(pool, loser).some(name => name.key === key)) throw new Stale();
    const attributes = { ...loser.attributes, [`${kind}_verified`]: 'false' };
    await save(db, pool, loser, { ...loser, attributes, modifiedAt: clock.now() });
  }
};

const save = async (
  tx: Db,
  pool: UserPool,
  before: User,
  after: User,
  refuse: ReturnType<typeof refusing> = takenAtChange,
): Promise<void> => {
  const names = { before: signInNames(pool, before), after: signInNames(pool, after) };
  const gained = names.after.filter(({ key }) => !names.before.some(old => old.key === key));
  const others = await subOfAnother(tx, pool, after.sub, gained);
  if (others !== undefined) throw refuse(pool, others);
  const saved = await saveUser(tx, before, after, names);
  if (saved.outcome === 'stale') throw new Stale();
  if (saved.outcome === 'name taken') throw refuse(pool, saved.name);
};

/** An alias that was released and is taken all the same was taken at this very moment: it moves on at the next try. */
const refusing =
  (taken: Taken, moveAliases: boolean) =>
  (pool: UserPool, name: SignInName): Error =>
    moveAliases && isMovable(pool, name) ? new Stale() : taken(pool, name);

/**
 * Changes a user: `decide` maps the newest record to the next one and is called again when somebody else has saved meanwhile,
 * so it must be pure; `also` joins the transaction. The first try is optimistic, the others hold the record, so that any number
 * of changes at once come through one after the other.
 * @returns the record as saved
 * @throws UserNotFoundException when the user is gone, AliasExistsException when a name is taken
 */
export const changeUser = async (
  { db, pool, clock }: Writing,
  sub: string,
  decide: (user: User) => User,
  { moveAliases = false, also }: { moveAliases?: boolean; also?: Also } = {},
): Promise<User> => {
  const next = (before: User = gone()) => ({ before, after: { ...decide(before), modifiedAt: clock.now() } });
  const commit = async (tx: Db, { before, after }: ReturnType<typeof next>): Promise<User> => {
    if (moveAliases) await releaseAliases({ db: tx, pool, clock }, sub, signInNames(pool, after));
    await save(tx, pool, before, after, refusing(takenAtChange, moveAliases));
    await also?.(tx, before, after);
    return { ...after, version: before.version + 1 };
  };
  return insisting(async tries => {
    const seen = tries === 0 ? next(await findUser(db, pool.id, sub)) : undefined;
    return db.transaction().execute(async tx => commit(tx, seen ?? next(await lockUser(tx, pool.id, sub))));
  });
};

const gone = (): never => {
  throw userNotFound();
};

/**
 * Works with a user without changing the record, in a transaction that holds it: nobody changes or deletes it meanwhile.
 * @throws UserNotFoundException when the user is gone
 */
export const holdUser = <T>(
  { db, pool }: Pick<PoolCall, 'db' | 'pool'>,
  sub: string,
  work: (tx: Db, user: User) => Promise<T>,
): Promise<T> =>
  insisting(() => db.transaction().execute(async tx => work(tx, (await lockUser(tx, pool.id, sub)) ?? gone())));

/** Deletes the user and everything of theirs. @throws UserNotFoundException when somebody else was quicker */
export const removeUser = async ({ db, pool }: Pick<PoolCall, 'db' | 'pool'>, sub: string): Promise<void> => {
  const removed = await insisting(() => db.transaction().execute(tx => remove(tx, pool.id, sub)));
  if (!removed) throw userNotFound();
};
