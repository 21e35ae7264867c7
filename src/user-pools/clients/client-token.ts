/** GetClientToken: a program's own access token, for its secret. */
import { clientTokenNotEnabled, clientWithoutScopes, invalidScope, secretMismatch } from '../../contract/errors.ts';
import { customScopes } from '../../storage/resource-servers.ts';
import type { Operation } from '../call/call.ts';
import { findClientCall, hasClientSecret } from '../doors/as-client.ts';
import { issueClientToken } from '../tokens/client-token.ts';
import { allowsClientToken } from './flows.ts';
import { programScopes } from './scopes.ts';

export const getClientToken: Operation<'GetClientToken'> = async (call, { ClientId, Secret, Scopes }) => {
  const { pool, client } = await findClientCall(call, ClientId);
  if (!allowsClientToken(client.config)) throw clientTokenNotEnabled();
  if (!hasClientSecret(client, Secret)) throw secretMismatch(ClientId);
  const { AllowedOAuthScopes: allowed = [] } = client.config;
  if (allowed.length === 0) throw clientWithoutScopes();
  const active = await customScopes(call.db, pool.id);
  // An empty list asks for nothing in particular.
  const answer = programScopes({ allowed, requested: Scopes?.length ? Scopes : undefined, active });
  if ('refused' in answer) throw invalidScope(answer.refused);
  return { ClientAuthenticationResult: await issueClientToken(call, { pool, client, scopes: answer.granted }) };
};
