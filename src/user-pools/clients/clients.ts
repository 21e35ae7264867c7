/** The operations on app clients. */
import type { UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { clientNotFound, invalidParameter, userPoolNotFound } from '../../contract/errors.ts';
import { lowerAlphanumeric, randomText } from '../../lib/random.ts';
import {
  type AppClient,
  type ClientConfig,
  deleteClient,
  findClient,
  holdClient,
  insertClient,
  listClients,
  saveClient,
} from '../../storage/clients.ts';
import { findPool, type UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import type { PoolCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { checkClientConfig } from './check.ts';
import { chosenClientId } from './chosen-id.ts';
import { clientConfigOf } from './defaults.ts';
import { existingFor } from './existing.ts';
import { generateSecret, newSecret } from './secrets.ts';

/** The client in AWS's shape; its newest secret stands in it. */
const describeClient = (client: AppClient): UserPoolClientType => ({
  ...client.config,
  UserPoolId: client.poolId,
  ClientId: client.id,
  ClientName: client.name,
  ClientSecret: client.secrets.at(-1)?.value,
  CreationDate: new Date(client.createdAt),
  LastModifiedDate: new Date(client.modifiedAt),
});

/** The pool fresh from the database: its schema may have grown a moment ago, through another server. */
const freshPool = async (db: Db, id: string): Promise<UserPool> => {
  const pool = await findPool(db, id);
  if (pool === undefined) throw userPoolNotFound(id);
  return pool;
};

type NewClient = {
  /** A free one is drawn where nobody has chosen it. */
  id?: string | undefined;
  name: string;
  config: ClientConfig;
  secret: string | undefined;
};

/**
 * Adds an app client to the pool.
 * @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException, FeatureUnavailableInTierException
 */
export const addClient = async (
  call: PoolCall,
  { id: chosen, name, config, secret }: NewClient,
): Promise<AppClient> => {
  const { db, sealer, clock, directory, enforcesTiers } = call;
  const pool = await freshPool(db, call.pool.id);
  const existing = await existingFor(db, pool.id, config);
  checkClientConfig({ pool, config, hasSecret: secret !== undefined, existing, enforcesTiers, doing: 'creating' });
  const [id, now] = [chosen ?? randomText(26, lowerAlphanumeric), clock.now()];
  const client: AppClient = {
    poolId: pool.id,
    id,
    name,
    config,
    settings: {},
    secrets: secret === undefined ? [] : [newSecret(id, secret, now)],
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  if (!(await db.transaction().execute(tx => insertClient(tx, sealer, client))))
    throw invalidParameter(`User pool client ${id} already exists.`);
  directory.forgetClient(id);
  return client;
};

export const createUserPoolClient = inPool<'CreateUserPoolClient'>(async (call, input) => {
  if (input.GenerateSecret && input.ClientSecret !== undefined)
    throw invalidParameter('GenerateSecret can not be true when a ClientSecret is given.');
  const client = await addClient(call, {
    id: chosenClientId(input.ClientName),
    name: input.ClientName,
    config: clientConfigOf(input),
    secret: input.ClientSecret ?? (input.GenerateSecret ? generateSecret() : undefined),
  });
  return { UserPoolClient: describeClient(client) };
});

export const describeUserPoolClient = inPool<'DescribeUserPoolClient'>(async ({ db, sealer, pool }, { ClientId }) => {
  const client = await findClient(db, sealer, ClientId);
  if (client === undefined || client.poolId !== pool.id) throw clientNotFound(ClientId);
  return { UserPoolClient: describeClient(client) };
});

export const updateUserPoolClient = inPool<'UpdateUserPoolClient'>(async (call, input) => {
  const { db, sealer, clock, directory, enforcesTiers } = call;
  const updated = await db.transaction().execute(async tx => {
    const pool = await freshPool(tx, call.pool.id);
    const current = await holdClient(tx, sealer, pool.id, input.ClientId);
    if (current === undefined) throw clientNotFound(input.ClientId);
    const config = clientConfigOf(input, current.config.ClientType);
    const existing = await existingFor(tx, pool.id, config);
    checkClientConfig({
      pool,
      config,
      hasSecret: current.secrets.length > 0,
      existing,
      enforcesTiers,
      doing: 'updating',
    });
    const changed = { ...current, name: input.ClientName ?? current.name, config, modifiedAt: clock.now() };
    await saveClient(tx, changed);
    return changed;
  });
  directory.forgetClient(updated.id);
  return { UserPoolClient: describeClient(updated) };
});

export const deleteUserPoolClient = inPool<'DeleteUserPoolClient'>(async ({ db, pool, directory }, { ClientId }) => {
  const deleted = await deleteClient(db, pool.id, ClientId);
  directory.forgetClient(ClientId);
  if (!deleted) throw clientNotFound(ClientId);
  return {};
});

export const listUserPoolClients = inPool<'ListUserPoolClients'>(
  async (call, { MaxResults = 60, NextToken, ClientType }) => {
    const list = `ListUserPoolClients/${call.pool.id}`;
    const [after = ''] = pagePosition(call, list, NextToken) ?? [];
    const clients = await listClients(call.db, { poolId: call.pool.id, after, limit: MaxResults + 1 });
    const { items, next } = cutPage(call, list, clients, MaxResults, ({ id }) => [id]);
    // A page may be short where a type is asked for; clients follow the token.
    const ofType = items.filter(
      ({ config }) => (config.ClientType ?? 'REGULAR') === (ClientType ?? config.ClientType ?? 'REGULAR'),
    );
    return {
      UserPoolClients: ofType.map(({ id, name }) => ({ ClientId: id, UserPoolId: call.pool.id, ClientName: name })),
      NextToken: next,
    };
  },
);
