/** GetClientToken: a program's own access token, for its secret. */
import {
  AwsError,
  clientTokenNotEnabled,
  clientWithoutScopes,
  invalidScope,
  secretMismatch,
} from '../../contract/errors.ts';
import type { Operation } from '../call/call.ts';
import { findClientCall, hasClientSecret } from '../doors/as-client.ts';
import { issueClientToken } from '../tokens/client-token.ts';
import { allowsClientToken } from './flows.ts';
import { programScopes } from './scopes.ts';

/** This operation knows no word for a function that has failed or refused. */
const withoutLambda = (error: unknown): unknown =>
  error instanceof AwsError && error.name.includes('Lambda')
    ? new AwsError('NotAuthorizedException', error.message, { cause: error })
    : error;

export const getClientToken: Operation<'GetClientToken'> = async (call, input) => {
  const { ClientId, Secret, Scopes, ClientMetadata: metadata } = input;
  const { pool, client } = await findClientCall(call, ClientId);
  if (!allowsClientToken(client.config)) throw clientTokenNotEnabled();
  if (!hasClientSecret(client, Secret)) throw secretMismatch(ClientId);
  const { AllowedOAuthScopes: allowed = [] } = client.config;
  if (allowed.length === 0) throw clientWithoutScopes();
  const active = await call.directory.scopes(pool.id);
  // An empty list asks for nothing in particular.
  const answer = programScopes({ allowed, requested: Scopes?.length ? Scopes : undefined, active });
  if ('refused' in answer) throw invalidScope(answer.refused);
  const grant = { pool, client, scopes: answer.granted, metadata };
  const ClientAuthenticationResult = await issueClientToken(call, grant).catch(error => {
    throw withoutLambda(error);
  });
  return { ClientAuthenticationResult };
};
