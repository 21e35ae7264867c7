/** Domains of user pools: the record and its repository. */
import type { CustomDomainConfigType, RoutingType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type DomainConfig = {
  ManagedLoginVersion: number;
  CustomDomainConfig?: CustomDomainConfigType | undefined;
  Routing?: RoutingType | undefined;
};

export type PoolDomain = {
  poolId: string;
  accountId: string;
  kind: 'prefix' | 'custom';
  /** The prefix alone, or the whole name of a custom domain. */
  name: string;
  config: DomainConfig;
  createdAt: number;
  modifiedAt: number;
};

const toDomain = (row: Selectable<Schema['user_pool_domains']>): PoolDomain => ({
  poolId: row.pool_id,
  accountId: row.account_id,
  kind: row.kind,
  name: row.domain,
  config: JSON.parse(row.config),
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** @returns false when the name is taken, or the pool has a domain of this kind */
export const insertDomain = async (db: Db, domain: PoolDomain): Promise<boolean> => {
  const result = await db
    .insertInto('user_pool_domains')
    .values({
      pool_id: domain.poolId,
      kind: domain.kind,
      domain: domain.name,
      account_id: domain.accountId,
      config: JSON.stringify(domain.config),
      created_at: domain.createdAt,
      modified_at: domain.modifiedAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
};

/** Saves the configuration and its date. @returns false when the pool has no such domain any more */
export const saveDomain = async (db: Db, { poolId, name, config, modifiedAt }: PoolDomain): Promise<boolean> => {
  const result = await db
    .updateTable('user_pool_domains')
    .set({ config: JSON.stringify(config), modified_at: modifiedAt })
    .where('pool_id', '=', poolId)
    .where('domain', '=', name)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** @returns false when the pool had no such domain */
export const deleteDomain = async (db: Db, poolId: string, name: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('user_pool_domains')
    .where('pool_id', '=', poolId)
    .where('domain', '=', name)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
};

export const findDomain = async (db: Db, name: string): Promise<PoolDomain | undefined> => {
  const row = await db.selectFrom('user_pool_domains').selectAll().where('domain', '=', name).executeTakeFirst();
  return row && toDomain(row);
};

/** A pool's domains: none, one, or a prefix and a custom one. */
export const findDomainsOf = async (db: Db, poolId: string): Promise<PoolDomain[]> => {
  const rows = await db.selectFrom('user_pool_domains').selectAll().where('pool_id', '=', poolId).execute();
  return rows.map(toDomain);
};
