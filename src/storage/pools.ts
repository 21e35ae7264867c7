/** User pools: the record and its repository. */
import type {
  LogConfigurationType,
  SetUserPoolMfaConfigRequest,
  UserPoolType,
  UserSessionTrackingType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable, Transaction } from 'kysely';
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

export type PoolReplica = { status: 'ACTIVE' | 'INACTIVE'; tags: Record<string, string> };

/** What operations of its own configure, kept with the pool because every sign-in needs it. */
export type PoolSettings = {
  /** SetUserPoolMfaConfig, but for MfaConfiguration, which is a member of the pool. */
  mfa?: Omit<SetUserPoolMfaConfigRequest, 'UserPoolId' | 'MfaConfiguration'>;
  /** SetLogDeliveryConfiguration. */
  logDelivery?: LogConfigurationType[];
  /** By region. */
  replicas?: Record<string, PoolReplica>;
  /** SetUserPoolSessionConfiguration. */
  sessions?: { UserSessionTracking: UserSessionTrackingType; TokenSession: { MaxPerUser: number } };
};

export type UserPool = {
  id: string;
  accountId: string;
  region: string;
  name: string;
  config: PoolConfig;
  settings: PoolSettings;
  /** Rises with every write. */
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
  settings: JSON.parse(row.settings),
  version: row.version,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** @returns false when there is a pool with that id already: roll back then */
export const insertPool = async (db: Db, pool: UserPool): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('user_pools')
    .values({
      pool_id: pool.id,
      account_id: pool.accountId,
      region: pool.region,
      name: pool.name,
      config: JSON.stringify(pool.config),
      settings: JSON.stringify(pool.settings),
      version: pool.version,
      created_at: pool.createdAt,
      modified_at: pool.modifiedAt,
      deleted_at: null,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
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

/**
 * The newest record, and the right to change it: whoever else wants to waits until the transaction ends.
 * A write does what `select … for update` would, which SQLite does not have.
 */
export const holdPool = async (tx: Transaction<Schema>, id: string): Promise<UserPool | undefined> => {
  const row = await tx
    .updateTable('user_pools')
    .set(({ eb, ref }) => ({ version: eb(ref('version'), '+', 1) }))
    .where('pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && toPool(row);
};

/** Saves name, configuration, settings and date of a pool that this transaction holds. */
export const savePool = async (tx: Transaction<Schema>, pool: UserPool): Promise<void> => {
  await tx
    .updateTable('user_pools')
    .set({
      name: pool.name,
      config: JSON.stringify(pool.config),
      settings: JSON.stringify(pool.settings),
      modified_at: pool.modifiedAt,
    })
    .where('pool_id', '=', pool.id)
    .execute();
};

/** Gone for every caller from now on; the sweeper removes the rows. To be called by the transaction that holds the pool. */
export const markPoolDeleted = async (tx: Transaction<Schema>, id: string, now: number): Promise<void> => {
  await tx.updateTable('user_pools').set({ deleted_at: now }).where('pool_id', '=', id).execute();
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
