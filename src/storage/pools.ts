/** User pools: the record and its repository. */
import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** What the members of the API say of a pool; identity, dates and derived members are kept beside it. */
export type PoolConfig = Omit<
  UserPoolType,
  | 'Id'
  | 'Name'
  | 'Arn'
  | 'Status'
  | 'CreationDate'
  | 'LastModifiedDate'
  | 'EstimatedNumberOfUsers'
  | 'SmsConfigurationFailure'
  | 'EmailConfigurationFailure'
  | 'Domain'
  | 'CustomDomain'
>;

export type UserPool = {
  id: string;
  accountId: string;
  region: string;
  name: string;
  config: PoolConfig;
  /** Rises with every write: compare-and-swap. */
  version: number;
  createdAt: number;
  modifiedAt: number;
};

const toPool = (row: Selectable<Schema['user_pools']>): UserPool => ({
  id: row.pool_id,
  accountId: row.account_id,
  region: row.region,
  name: row.name,
  config: JSON.parse(row.config),
  version: row.version,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

export const insertPool = async (db: Db, pool: UserPool): Promise<void> => {
  await db
    .insertInto('user_pools')
    .values({
      pool_id: pool.id,
      account_id: pool.accountId,
      region: pool.region,
      name: pool.name,
      config: JSON.stringify(pool.config),
      version: pool.version,
      created_at: pool.createdAt,
      modified_at: pool.modifiedAt,
      deleted_at: null,
    })
    .execute();
};

export const findPool = async (db: Db, id: string): Promise<UserPool | undefined> => {
  const row = await db
    .selectFrom('user_pools')
    .selectAll()
    .where('pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row && toPool(row);
};

/** Saves name and configuration if nobody has saved since `pool` was read. @returns false when somebody has */
export const savePool = async (db: Db, pool: UserPool, now: number): Promise<boolean> => {
  const result = await db
    .updateTable('user_pools')
    .set({
      name: pool.name,
      config: JSON.stringify(pool.config),
      version: pool.version + 1,
      modified_at: now,
    })
    .where('pool_id', '=', pool.id)
    .where('version', '=', pool.version)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** Gone for every caller from now on; the sweeper removes the rows. @returns false when it was gone already */
export const markPoolDeleted = async (db: Db, id: string, now: number): Promise<boolean> => {
  const result = await db
    .updateTable('user_pools')
    .set({ deleted_at: now })
    .where('pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** A page of an account's pools in one region, in the order of their ids. */
export const listPools = async (
  db: Db,
  page: { accountId: string; region: string; after: string; limit: number },
): Promise<UserPool[]> => {
  const rows = await db
    .selectFrom('user_pools')
    .selectAll()
    .where('account_id', '=', page.accountId)
    .where('region', '=', page.region)
    .where('pool_id', '>', page.after)
    .where('deleted_at', 'is', null)
    .orderBy('pool_id')
    .limit(page.limit)
    .execute();
  return rows.map(toPool);
};

/** How many users the pool has: a sum over its few counters, whatever its size. */
export const countUsers = async (db: Db, poolId: string): Promise<number> => {
  const rows = await db.selectFrom('user_counts').select('count').where('pool_id', '=', poolId).execute();
  return rows.reduce((sum, { count }) => sum + count, 0);
};
