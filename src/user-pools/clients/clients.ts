/** The operations on app clients. */
import type { UpdateUserPoolClientRequest, UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { clientNotFound, concurrentModification, invalidParameter } from '../../contract/errors.ts';
import { lowerAlphanumeric, randomText } from '../../lib/random.ts';
import {
  type AppClient,
  type ClientConfig,
  deleteClient,
  findClient,
  insertClient,
  listClients,
  saveClient,
} from '../../storage/clients.ts';
import type { PoolCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { checkClientConfig, type Existing } from './check.ts';

/** Full replacement: what a request omits goes back to its default. */
const configOf = (
  request: Omit<UpdateUserPoolClientRequest, 'UserPoolId' | 'ClientId' | 'ClientName'>,
): ClientConfig => ({
  RefreshTokenValidity: request.RefreshTokenValidity || 30,
  AccessTokenValidity: request.AccessTokenValidity,
  IdTokenValidity: request.IdTokenValidity,
  TokenValidityUnits: request.TokenValidityUnits ?? {},
  ReadAttributes: request.ReadAttributes,
  WriteAttributes: request.WriteAttributes,
  ExplicitAuthFlows: request.ExplicitAuthFlows,
  SupportedIdentityProviders: request.SupportedIdentityProviders,
  CallbackURLs: request.CallbackURLs,
  LogoutURLs: request.LogoutURLs,
  DefaultRedirectURI: request.DefaultRedirectURI,
  AllowedOAuthFlows: request.AllowedOAuthFlows,
  AllowedOAuthScopes: request.AllowedOAuthScopes,
  AllowedOAuthFlowsUserPoolClient: request.AllowedOAuthFlowsUserPoolClient ?? false,
  AnalyticsConfiguration: request.AnalyticsConfiguration,
  PreventUserExistenceErrors: request.PreventUserExistenceErrors,
  EnableTokenRevocation: request.EnableTokenRevocation ?? true,
  EnablePropagateAdditionalUserContextData: request.EnablePropagateAdditionalUserContextData ?? false,
  AuthSessionValidity: request.AuthSessionValidity ?? 3,
  RefreshTokenRotation: request.RefreshTokenRotation,
});

/** No identity provider and no resource server can be made yet: a client may only refer to what every pool has. */
const existing: Existing = { providers: [], scopes: [] };

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

/** A client of this very pool, fresh from the database. */
const findClientOf = async ({ db, sealer, pool }: PoolCall, clientId: string): Promise<AppClient> => {
  const client = await findClient(db, sealer, clientId);
  if (client === undefined || client.poolId !== pool.id) throw clientNotFound(clientId);
  return client;
};

export const createUserPoolClient = inPool<'CreateUserPoolClient'>(async (call, input) => {
  const { db, pool, sealer, clock, directory } = call;
  if (input.GenerateSecret && input.ClientSecret !== undefined)
    throw invalidParameter('GenerateSecret can not be true when a ClientSecret is given.');
  const secret = input.ClientSecret ?? (input.GenerateSecret ? randomText(52, lowerAlphanumeric) : undefined);
  const config = configOf(input);
  checkClientConfig({ pool, config, hasSecret: secret !== undefined, existing, doing: 'creating' });
  const [id, now] = [randomText(26, lowerAlphanumeric), clock.now()];
  const client: AppClient = {
    poolId: pool.id,
    id,
    name: input.ClientName,
    config,
    secrets: secret === undefined ? [] : [{ id: `${id}--${now}`, value: secret, createdAt: now }],
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  await db.transaction().execute(tx => insertClient(tx, sealer, client));
  directory.forgetClient(id);
  return { UserPoolClient: describeClient(client) };
});

export const describeUserPoolClient = inPool<'DescribeUserPoolClient'>(async (call, { ClientId }) => ({
  UserPoolClient: describeClient(await findClientOf(call, ClientId)),
}));

export const updateUserPoolClient = inPool<'UpdateUserPoolClient'>(async (call, input) => {
  const { db, pool, clock, directory } = call;
  const config = configOf(input);
  for (let tries = 0; tries < 5; tries++) {
    const current = await findClientOf(call, input.ClientId);
    checkClientConfig({ pool, config, hasSecret: current.secrets.length > 0, existing, doing: 'updating' });
    const changed = { ...current, name: input.ClientName ?? current.name, config };
    const [now, saved] = [clock.now(), await saveClient(db, changed, clock.now())];
    directory.forgetClient(current.id);
    if (saved) return { UserPoolClient: describeClient({ ...changed, modifiedAt: now }) };
  }
  throw concurrentModification();
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
