/** Resource servers and their scopes: the record and its repository. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Scope = { ScopeName: string; ScopeDescription: string };

export type ResourceServer = {
  poolId: string;
  /** Unique in the pool; never changed. */
  identifier: string;
  name: string;
  scopes: Scope[];
};

const toServer = (row: Selectable<Schema['resource_servers']>): ResourceServer => ({
  poolId: row.pool_id,
  identifier: row.identifier,
  name: row.name,
  scopes: JSON.parse(row.scopes),
});

/** @returns false when the pool has a resource server of this identifier */
export const insertResourceServer = async (db: Db, server: ResourceServer): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('resource_servers')
    .values({
      pool_id: server.poolId,
      identifier: server.identifier,
      name: server.name,
      scopes: JSON.stringify(server.scopes),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

export const findResourceServer = async (
  db: Db,
  poolId: string,
  identifier: string,
): Promise<ResourceServer | undefined> => {
  const row = await db
    .selectFrom('resource_servers')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('identifier', '=', identifier)
    .executeTakeFirst();
  return row && toServer(row);
};

/** Replaces name and scopes. @returns false when there is no such resource server */
export const saveResourceServer = async (db: Db, server: ResourceServer): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('resource_servers')
    .set({ name: server.name, scopes: JSON.stringify(server.scopes) })
    .where('pool_id', '=', server.poolId)
    .where('identifier', '=', server.identifier)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** @returns false when there was no such resource server */
export const deleteResourceServer = async (db: Db, poolId: string, identifier: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('resource_servers')
    .where('pool_id', '=', poolId)
    .where('identifier', '=', identifier)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** A page of a pool's resource servers in the order of their identifiers. */
export const listResourceServers = async (
  db: Db,
  page: { poolId: string; after: string; limit: number },
): Promise<ResourceServer[]> => {
  const rows = await db
    .selectFrom('resource_servers')
    .selectAll()
    .where('pool_id', '=', page.poolId)
    .where('identifier', '>', page.after)
    .orderBy('identifier')
    .limit(page.limit)
    .execute();
  return rows.map(toServer);
};

/** More than a pool can have. */
const all = 1000;

/** Every custom scope of the pool as clients and tokens name it: `identifier/scope`. */
export const customScopes = async (db: Db, poolId: string): Promise<string[]> =>
  (await listResourceServers(db, { poolId, after: '', limit: all })).flatMap(({ identifier, scopes }) =>
    scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`),
  );
