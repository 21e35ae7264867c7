/** Identity providers (IdPs) of a pool: the record, its repository, and the identifiers that lead to one. */
import type { IdentityProviderType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable, Transaction } from 'kysely';
import type { Sealer } from '../lib/seal.ts';
import type { Db, Schema } from './schema.ts';

export type IdentityProvider = {
  poolId: string;
  name: string;
  type: NonNullable<IdentityProviderType['ProviderType']>;
  /** ProviderDetails, secrets among them: sealed at rest. */
  details: Record<string, string>;
  attributeMapping: Record<string, string>;
  acrMapping?: Record<string, string>;
  /** In the order given; unique in the pool. */
  identifiers?: string[];
  createdAt: number;
  modifiedAt: number;
};

type Config = Pick<IdentityProvider, 'attributeMapping' | 'acrMapping' | 'identifiers'>;
type Deps = { sealer: Sealer };

const sealContext = (poolId: string, name: string) => `${poolId}/${name}`;

const toProvider = (sealer: Sealer, row: Selectable<Schema['identity_providers']>): IdentityProvider => {
  const details = sealer.open('identity-provider', row.details, sealContext(row.pool_id, row.name));
  if (details === undefined)
    throw new Error(`the details of identity provider ${row.name} cannot be opened with this master key`);
  return {
    poolId: row.pool_id,
    name: row.name,
    type: row.type as IdentityProvider['type'],
    details: JSON.parse(details.toString()),
    ...(JSON.parse(row.config) as Config),
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  };
};

const columnsOf = ({ sealer }: Deps, provider: IdentityProvider) => {
  const { poolId, name, details, attributeMapping, acrMapping, identifiers } = provider;
  return {
    config: JSON.stringify({ attributeMapping, acrMapping, identifiers } satisfies Config),
    details: sealer.seal('identity-provider', JSON.stringify(details), sealContext(poolId, name)),
    modified_at: provider.modifiedAt,
  };
};

/** @returns the identifier that another provider of the pool has: roll back then */
const insertIdentifiers = async (
  tx: Db,
  { poolId, name, identifiers = [] }: IdentityProvider,
): Promise<string | undefined> => {
  for (const identifier of identifiers) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('provider_identifiers')
      .values({ pool_id: poolId, identifier, provider_name: name })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return identifier;
  }
  return undefined;
};

export type ProviderInserted =
  | { outcome: 'inserted' | 'name taken' }
  | { outcome: 'identifier taken'; identifier: string };

/** Inserts the provider with its identifiers; to be called in a transaction, which is to be rolled back unless it was inserted. */
export const insertProvider = async (
  tx: Transaction<Schema>,
  deps: Deps,
  provider: IdentityProvider,
): Promise<ProviderInserted> => {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('identity_providers')
    .values({
      pool_id: provider.poolId,
      name: provider.name,
      type: provider.type,
      created_at: provider.createdAt,
      ...columnsOf(deps, provider),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return { outcome: 'name taken' };
  const identifier = await insertIdentifiers(tx, provider);
  return identifier === undefined ? { outcome: 'inserted' } : { outcome: 'identifier taken', identifier };
};

export const findProvider = async (
  db: Db,
  { sealer }: Deps,
  poolId: string,
  name: string,
): Promise<IdentityProvider | undefined> => {
  const row = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toProvider(sealer, row);
};

export const findProviderByIdentifier = async (
  db: Db,
  { sealer }: Deps,
  poolId: string,
  identifier: string,
): Promise<IdentityProvider | undefined> => {
  const row = await db
    .selectFrom('provider_identifiers as known')
    .innerJoin('identity_providers as provider', join =>
      join.onRef('provider.pool_id', '=', 'known.pool_id').onRef('provider.name', '=', 'known.provider_name'),
    )
    .selectAll('provider')
    .where('known.pool_id', '=', poolId)
    .where('known.identifier', '=', identifier)
    .executeTakeFirst();
  return row && toProvider(sealer, row);
};

/** Saves details, mappings, identifiers and date. @returns the identifier that another provider has: roll back then */
export const saveProvider = async (
  tx: Transaction<Schema>,
  deps: Deps,
  provider: IdentityProvider,
): Promise<string | undefined> => {
  await tx
    .updateTable('identity_providers')
    .set(columnsOf(deps, provider))
    .where('pool_id', '=', provider.poolId)
    .where('name', '=', provider.name)
    .execute();
  await tx
    .deleteFrom('provider_identifiers')
    .where('pool_id', '=', provider.poolId)
    .where('provider_name', '=', provider.name)
    .execute();
  return insertIdentifiers(tx, provider);
};

/** @returns false when there was no such provider */
export const deleteProvider = async (db: Db, poolId: string, name: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('identity_providers')
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** A page of the pool's providers in the order of their names. */
export const listProviders = async (
  db: Db,
  page: { poolId: string; after: string; limit: number },
): Promise<Pick<IdentityProvider, 'name' | 'type' | 'createdAt' | 'modifiedAt'>[]> => {
  const rows = await db
    .selectFrom('identity_providers')
    .select(['name', 'type', 'created_at', 'modified_at'])
    .where('pool_id', '=', page.poolId)
    .where('name', '>', page.after)
    .orderBy('name')
    .limit(page.limit)
    .execute();
  return rows.map(({ name, type, created_at, modified_at }) => ({
    name,
    type: type as IdentityProvider['type'],
    createdAt: created_at,
    modifiedAt: modified_at,
  }));
};

/** The names of all the pool's providers: a few hundred at most. */
export const listProviderNames = async (db: Db, poolId: string): Promise<string[]> => {
  const rows = await db.selectFrom('identity_providers').select('name').where('pool_id', '=', poolId).execute();
  return rows.map(({ name }) => name);
};
