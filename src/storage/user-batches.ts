/** Inserts many users with few statements, as an import does, and reads them all, as an export does. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Insertable, InsertResult } from 'kysely';
import type { JobKey } from './import-jobs.ts';
import type { ImportLogEntry } from './import-uploads.ts';
import type { Db, Schema, Table } from './schema.ts';
import { countNewUsers, type SignInName, searchRows, toUser, type User, userRow } from './users.ts';

export type NewUser = {
  user: User;
  names: SignInName[];
  /** The `sub` was given, so it may be somebody's already. */
  isRestored: boolean;
};

/** Rows of one statement. Few sizes make few texts, each prepared once a connection. */
const sizes = [50, 10, 1];

/** Pieces of these sizes, the large ones first. */
const pieces = <T>(rows: readonly T[]): T[][] => {
  const cut: T[][] = [];
  let at = 0;
  for (const size of sizes) {
    for (; rows.length - at >= size; at += size) cut.push(rows.slice(at, at + size));
  }
  return cut;
};

/** @returns how many were inserted; what is there already is left as it is */
const insertRows = async <T extends Table>(tx: Db, table: T, rows: Insertable<Schema[T]>[]): Promise<number> => {
  const results: Promise<InsertResult>[] = [];
  for (const some of pieces(rows)) {
    const insert = tx.insertInto(table).values(some as never);
    const result = insert.onConflict(conflict => conflict.doNothing()).executeTakeFirst();
    // Told of below, when all are waited for.
    result.catch(() => {});
    results.push(result);
    // Writing down a statement of many rows takes a while: others are to be served between two of them.
    await nextTurn();
  }
  const inserted = await Promise.all(results);
  return inserted.reduce((sum, { numInsertedOrUpdatedRows }) => sum + Number(numInsertedOrUpdatedRows ?? 0n), 0);
};

/** The values among these that are there, looked up in lists of one length. */
const present = async (values: string[], find: (some: string[]) => Promise<string[]>): Promise<Set<string>> => {
  const size = 100;
  const lists: string[][] = [];
  for (let at = 0; at < values.length; at += size) {
    const some = values.slice(at, at + size);
    lists.push([...some, ...Array.from({ length: size - some.length }, () => some[0] as string)]);
  }
  return new Set((await Promise.all(lists.map(find))).flat());
};

const takenNames = (tx: Db, poolId: string, keys: string[]) =>
  present(keys, async some => {
    const query = tx.selectFrom('user_names').select('name_key').where('pool_id', '=', poolId);
    return (await query.where('name_key', 'in', some).execute()).map(({ name_key }) => name_key);
  });

const takenSubs = (tx: Db, poolId: string, subs: string[]) =>
  present(subs, async some => {
    const query = tx.selectFrom('users').select('sub').where('pool_id', '=', poolId);
    return (await query.where('sub', 'in', some).execute()).map(({ sub }) => sub);
  });

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What each user would be called, whose sub that would be; and what they may not share with anybody. */
const claimsOf = ({ user, names, isRestored }: NewUser) => {
  const keys = [...new Map(names.map(name => [name.key, name])).values()];
  return {
    names: keys,
    // A sub is what administrators may name a user by, so nobody else may be called like that.
    asNames: isRestored ? [user.sub] : [],
    asSubs: [...keys.map(({ key }) => key).filter(key => uuidShape.test(key)), ...(isRestored ? [user.sub] : [])],
  };
};

/** The name (or sub) that stands in the way of each user who cannot be added, and the users who can. */
type Sorted = { accepted: NewUser[]; taken: Map<NewUser, SignInName['kind']> };

const sort = async (tx: Db, poolId: string, batch: NewUser[]): Promise<Sorted> => {
  const claims = batch.map(claimsOf);
  const keys = claims.flatMap(({ names, asNames }) => [...names.map(({ key }) => key), ...asNames]);
  const usedNames = await takenNames(tx, poolId, [...new Set(keys)]);
  const usedSubs = await takenSubs(tx, poolId, [...new Set(claims.flatMap(({ asSubs }) => asSubs))]);
  const sorted: Sorted = { accepted: [], taken: new Map() };
  for (const [index, entry] of batch.entries()) {
    const { names, asNames, asSubs } = claims[index] as (typeof claims)[number];
    const name = names.find(({ key }) => usedNames.has(key));
    if (name !== undefined) sorted.taken.set(entry, name.kind);
    else if (asNames.some(key => usedNames.has(key)) || asSubs.some(sub => usedSubs.has(sub)))
      sorted.taken.set(entry, 'username');
    else {
      sorted.accepted.push(entry);
      for (const { key } of names) usedNames.add(key);
      usedSubs.add(entry.user.sub);
    }
  }
  return sorted;
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Adds the users whose names are free; to be called in a transaction.
 * @returns the kind of name that was taken, for each of the others; or `stale`, when somebody else was adding the same names:
 * roll back and try again
 */
export const insertUsers = async (
  tx: Db,
  poolId: string,
  batch: NewUser[],
): Promise<Map<NewUser, SignInName['kind']> | 'stale'> => {
  const { accepted, taken } = await sort(tx, poolId, batch);
  // In the order of their indexes, so that each page of one is gone to once.
  const users = accepted.map(({ user }) => userRow(user)).sort((a, b) => byText(a.username, b.username));
  const names = accepted
    .flatMap(entry =>
      claimsOf(entry).names.map(({ key, kind }) => ({ pool_id: poolId, name_key: key, kind, sub: entry.user.sub })),
    )
    .sort((a, b) => byText(a.name_key, b.name_key));
  const attributes = accepted
    .flatMap(({ user }) => searchRows(user, Object.entries(user.attributes)))
    .sort((a, b) => byText(a.name, b.name) || byText(a.value_key, b.value_key));
  if ((await insertRows(tx, 'users', users)) < users.length) return 'stale';
  if ((await insertRows(tx, 'user_names', names)) < names.length) return 'stale';
  await insertRows(tx, 'user_attributes', attributes);
  await countNewUsers(
    tx,
    poolId,
    accepted.map(({ user }) => user.sub),
  );
  return taken;
};

/** Writes down what became of rows, in the transaction that counts them. */
export const insertImportLog = async (tx: Db, { poolId, id }: JobKey, entries: ImportLogEntry[]): Promise<void> => {
  const rows = entries.map(({ rowNumber, ...entry }) => ({
    pool_id: poolId,
    job_id: id,
    row_number: rowNumber,
    ...entry,
  }));
  await insertRows(tx, 'user_import_log', rows);
};

/** Every user of the pool in the order of their subs, a few at a time: whoever is added meanwhile may be among them or not. */
export async function* allUsers(db: Db, poolId: string, atOnce: number): AsyncGenerator<User[]> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('users')
      .selectAll()
      .where('pool_id', '=', poolId)
      .where('sub', '>', after)
      .orderBy('sub')
      .limit(atOnce)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(toUser);
    after = last.sub;
  }
}
