/** ListUsers: pages of users, all or by one filter, each along an index so that the cost does not depend on the size of the pool. */
import { sql } from 'kysely';
import type { Db } from './schema.ts';
import { searchKey, toUser, type User } from './users.ts';

/** What users are found by: everything, an indexed column of the record, or a row of `user_attributes`. */
export type UserFilter =
  | { by: 'all' }
  | { by: 'sub' | 'username' | 'status'; value: string; prefix: boolean }
  | { by: 'enabled'; value: boolean }
  | { by: 'attribute'; name: string; value: string; prefix: boolean };

/** The keyset position: the value the list is ordered by, then `sub`, which makes it unique. */
export type Position = readonly [value: string, sub: string];
export type FoundUser = { user: User; position: Position };

type Page = { poolId: string; after: Position | undefined; limit: number };

/** The end of the range of texts that begin with `prefix`, in byte order. */
const afterPrefix = (prefix: string) => `${prefix}\u{10FFFF}`;

type Term = { value: string; prefix: boolean };

/**
 * The rows after `after` that the term is true of, ordered by `column` and `sub`. A page begins with one bound and no other below
 * it: that alone leads SQLite, which takes the first it finds, straight to the page however far into the list it is.
 */
const within = (column: string, sub: string, { value, prefix }: Term, after: Position | undefined) => {
  const [name, key] = [sql.ref(column), sql.ref(sub)];
  if (!prefix)
    return after ? sql<boolean>`${name} = ${value} and ${key} > ${after[1]}` : sql<boolean>`${name} = ${value}`;
  const first = after ? sql`(${name}, ${key}) > (${after[0]}, ${after[1]})` : sql`${name} >= ${value}`;
  return sql<boolean>`${first} and ${name} < ${afterPrefix(value)}`;
};

const byColumn = async (
  db: Db,
  { poolId, after, limit }: Page,
  column: 'sub' | 'username' | 'status',
  term: Term,
): Promise<FoundUser[]> => {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where(within(column, 'sub', term, after))
    .orderBy(column)
    .orderBy('sub')
    .limit(limit)
    .execute();
  return rows.map(row => ({ user: toUser(row), position: [row[column], row.sub] }));
};

const byAttribute = async (
  db: Db,
  { poolId, after, limit }: Page,
  { name, value, prefix }: Term & { name: string },
): Promise<FoundUser[]> => {
  const rows = await db
    .selectFrom('user_attributes as found')
    .innerJoin('users', join => join.onRef('users.pool_id', '=', 'found.pool_id').onRef('users.sub', '=', 'found.sub'))
    .selectAll('users')
    .select('found.value_key')
    .where('found.pool_id', '=', poolId)
    .where('found.name', '=', name)
    .where(within('found.value_key', 'found.sub', { value: searchKey(value), prefix }, after))
    .orderBy('found.value_key')
    .orderBy('found.sub')
    .limit(limit)
    .execute();
  return rows.map(row => ({ user: toUser(row), position: [row.value_key, row.sub] }));
};

const byEnabled = async (db: Db, { poolId, after, limit }: Page, value: boolean): Promise<FoundUser[]> => {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('enabled', '=', value ? 1 : 0)
    .$if(after !== undefined, query => query.where('sub', '>', after?.[1] ?? ''))
    .orderBy('sub')
    .limit(limit)
    .execute();
  return rows.map(row => ({ user: toUser(row), position: ['', row.sub] }));
};

/** A page of users after `after`. */
export const searchUsers = (db: Db, page: Page, filter: UserFilter): Promise<FoundUser[]> => {
  if (filter.by === 'all') return byColumn(db, page, 'sub', { value: '', prefix: true });
  if (filter.by === 'attribute') return byAttribute(db, page, filter);
  if (filter.by === 'enabled') return byEnabled(db, page, filter.value);
  return byColumn(db, page, filter.by, filter);
};
