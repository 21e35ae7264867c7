/** Identity pools: the record and its repository. */
import type { CreateIdentityPoolInput, RoleMapping } from '@aws-sdk/client-cognito-identity';
import type { Selectable, Transaction } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** What the members of the API say of a pool; the id and the name are kept beside it. */
export type IdentityPoolConfig = Omit<CreateIdentityPoolInput, 'IdentityPoolName'>;

export type PrincipalTagMap = { useDefaults: boolean; tags: Record<string, string> };

/** What operations of its own configure. */
export type IdentityPoolSettings = {
  /** By `authenticated` and `unauthenticated`. */
  roles?: Record<string, string>;
  /** By provider, and for user pools by provider and client. */
  roleMappings?: Record<string, RoleMapping>;
  /** By provider. */
  principalTags?: Record<string, PrincipalTagMap>;
};

export type IdentityPool = {
  id: string;
  accountId: string;
  region: string;
  name: string;
  config: IdentityPoolConfig;
  settings: IdentityPoolSettings;
  createdAt: number;
  modifiedAt: number;
};

const toPool = (row: Selectable<Schema['identity_pools']>): IdentityPool => ({
  id: row.identity_pool_id,
  accountId: row.account_id,
  region: row.region,
  name: row.name,
  config: JSON.parse(row.config),
  settings: JSON.parse(row.settings),
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

export const insertIdentityPool = async (db: Db, pool: IdentityPool): Promise<void> => {
  await db
    .insertInto('identity_pools')
    .values({
      identity_pool_id: pool.id,
      account_id: pool.accountId,
      region: pool.region,
      name: pool.name,
      config: JSON.stringify(pool.config),
      settings: JSON.stringify(pool.settings),
      version: 1,
      created_at: pool.createdAt,
      modified_at: pool.modifiedAt,
      deleted_at: null,
    })
    .execute();
};

export const findIdentityPool = async (db: Db, id: string): Promise<IdentityPool | undefined> => {
  const row = await db
    .selectFrom('identity_pools')
    .selectAll()
    .where('identity_pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row && toPool(row);
};

/** The newest record, and the right to change it: whoever else wants to waits until the transaction ends. */
export const holdIdentityPool = async (tx: Transaction<Schema>, id: string): Promise<IdentityPool | undefined> => {
  const row = await tx
    .updateTable('identity_pools')
    .set(({ eb, ref }) => ({ version: eb(ref('version'), '+', 1) }))
    .where('identity_pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && toPool(row);
};

/** Saves name, configuration, settings and date of a pool that this transaction holds. */
export const saveIdentityPool = async (tx: Transaction<Schema>, pool: IdentityPool): Promise<void> => {
  await tx
    .updateTable('identity_pools')
    .set({
      name: pool.name,
      config: JSON.stringify(pool.config),
      settings: JSON.stringify(pool.settings),
      modified_at: pool.modifiedAt,
    })
    .where('identity_pool_id', '=', pool.id)
    .execute();
};

/** Gone for every caller from now on; the sweeper removes the rows. @returns false when it was gone already */
export const markIdentityPoolDeleted = async (db: Db, id: string, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('identity_pools')
    .set({ deleted_at: now })
    .where('identity_pool_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** A page of an account's identity pools in one region, in the order of their ids. */
export const listIdentityPools = async (
  db: Db,
  page: { accountId: string; region: string; after: string; limit: number },
): Promise<IdentityPool[]> => {
  const rows = await db
    .selectFrom('identity_pools')
    .selectAll()
    .where('account_id', '=', page.accountId)
    .where('region', '=', page.region)
    .where('identity_pool_id', '>', page.after)
    .where('deleted_at', 'is', null)
    .orderBy('identity_pool_id')
    .limit(page.limit)
    .execute();
  return rows.map(toPool);
};
