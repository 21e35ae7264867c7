/** App clients and their secrets: the record and its repository. */
import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable, Transaction } from 'kysely';
import type { Sealer } from '../lib/seal.ts';
import type { Db, Schema } from './schema.ts';

/** What the members of the API say of an app client, without identity, dates and secret. */
export type ClientConfig = Omit<
  UserPoolClientType,
  'UserPoolId' | 'ClientId' | 'ClientName' | 'ClientSecret' | 'CreationDate' | 'LastModifiedDate'
>;

export type ClientSecret = { id: string; value: string; createdAt: number };

/** What operations of its own configure, kept with the client because every sign-in needs it. */
export type ClientSettings = {
  /** SetUserPoolClientSessionConfiguration. */
  sessions?: { SSOSession: { MaxValidityMinutes: number } };
};

export type AppClient = {
  poolId: string;
  id: string;
  name: string;
  config: ClientConfig;
  settings: ClientSettings;
  /** Oldest first; empty for a public client. */
  secrets: ClientSecret[];
  version: number;
  createdAt: number;
  modifiedAt: number;
};

const sealContext = (poolId: string, clientId: string) => `${poolId}/${clientId}`;

/**
 * Inserts the client with its secrets; to be called in a transaction.
 * @returns false when there is a client with that id already, in whichever pool
 */
export const insertClient = async (db: Db, sealer: Sealer, client: AppClient): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('user_pool_clients')
    .values({
      pool_id: client.poolId,
      client_id: client.id,
      name: client.name,
      config: JSON.stringify(client.config),
      settings: JSON.stringify(client.settings),
      version: client.version,
      created_at: client.createdAt,
      modified_at: client.modifiedAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  for (const secret of client.secrets) await insertSecret(db, sealer, client, secret);
  return true;
};

export const insertSecret = async (
  db: Db,
  sealer: Sealer,
  client: { poolId: string; id: string },
  secret: ClientSecret,
): Promise<void> => {
  await db
    .insertInto('client_secrets')
    .values({
      pool_id: client.poolId,
      client_id: client.id,
      secret_id: secret.id,
      secret: sealer.seal('client-secret', secret.value, sealContext(client.poolId, client.id)),
      created_at: secret.createdAt,
    })
    .execute();
};

export const deleteSecret = async (db: Db, client: { poolId: string; id: string }, secretId: string): Promise<void> => {
  await db
    .deleteFrom('client_secrets')
    .where('pool_id', '=', client.poolId)
    .where('client_id', '=', client.id)
    .where('secret_id', '=', secretId)
    .execute();
};

const toClient = async (db: Db, sealer: Sealer, row: Selectable<Schema['user_pool_clients']>): Promise<AppClient> => {
  const sealed = await db
    .selectFrom('client_secrets')
    .selectAll()
    .where('pool_id', '=', row.pool_id)
    .where('client_id', '=', row.client_id)
    .orderBy('created_at')
    .execute();
  const secrets = sealed.map(({ secret_id, secret, created_at }) => {
    const value = sealer.open('client-secret', secret, sealContext(row.pool_id, row.client_id));
    if (value === undefined)
      throw new Error(`the secret of client ${row.client_id} cannot be opened with this master key`);
    return { id: secret_id, value: value.toString(), createdAt: created_at };
  });
  return {
    poolId: row.pool_id,
    id: row.client_id,
    name: row.name,
    config: JSON.parse(row.config),
    settings: JSON.parse(row.settings),
    secrets,
    version: row.version,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  };
};

/** Client ids are unique over all pools: most callers know only the id. */
export const findClient = async (db: Db, sealer: Sealer, clientId: string): Promise<AppClient | undefined> => {
  const row = await db.selectFrom('user_pool_clients').selectAll().where('client_id', '=', clientId).executeTakeFirst();
  return row && toClient(db, sealer, row);
};

/** The newest record of a pool's client, and the right to change it, until the transaction ends: see `holdPool`. */
export const holdClient = async (
  tx: Transaction<Schema>,
  sealer: Sealer,
  poolId: string,
  clientId: string,
): Promise<AppClient | undefined> => {
  const row = await tx
    .updateTable('user_pool_clients')
    .set(({ eb, ref }) => ({ version: eb(ref('version'), '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .returningAll()
    .executeTakeFirst();
  return row && toClient(tx, sealer, row);
};

/** Saves name, configuration and date of a client that this transaction holds. */
export const saveClient = async (tx: Transaction<Schema>, client: AppClient): Promise<void> => {
  await tx
    .updateTable('user_pool_clients')
    .set({
      name: client.name,
      config: JSON.stringify(client.config),
      settings: JSON.stringify(client.settings),
      modified_at: client.modifiedAt,
    })
    .where('pool_id', '=', client.poolId)
    .where('client_id', '=', client.id)
    .execute();
};

/** @returns false when there was no such client */
export const deleteClient = async (db: Db, poolId: string, clientId: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('user_pool_clients')
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
};

/** A page of a pool's clients (id and name) in the order of their ids. */
export const listClients = async (
  db: Db,
  page: { poolId: string; after: string; limit: number },
): Promise<{ id: string; name: string; config: ClientConfig }[]> => {
  const rows = await db
    .selectFrom('user_pool_clients')
    .select(['client_id', 'name', 'config'])
    .where('pool_id', '=', page.poolId)
    .where('client_id', '>', page.after)
    .orderBy('client_id')
    .limit(page.limit)
    .execute();
  return rows.map(row => ({ id: row.client_id, name: row.name, config: JSON.parse(row.config) }));
};
