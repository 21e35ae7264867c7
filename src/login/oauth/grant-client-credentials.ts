/** The client credentials grant (RFC 6749 §4.4): a program's own access token. */
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { isActiveScope, isStandardScope, programScopes } from '../../user-pools/clients/scopes.ts';
import { issueClientToken } from '../../user-pools/tokens/client-token.ts';
import type { LoginClientCall } from '../host.ts';
import { allowsClientCredentials } from './allowed-flows.ts';
import { invalidGrant, invalidRequest, invalidScope, unauthorizedClient } from './errors.ts';
import { type Parameters, spaced } from './parameters.ts';

/** `aws_client_metadata`, for the pool's function. @throws OAuthError when it is no JSON object of texts */
export const readClientMetadata = (text: string | undefined): Record<string, string> | undefined => {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      if (Object.values(value).every(each => typeof each === 'string')) return value as Record<string, string>;
  } catch {
    // Refused below.
  }
  throw invalidRequest('aws_client_metadata is not valid.');
};

/** @throws OAuthError, and what the pool's function throws */
export const grantToClient = async (
  call: LoginClientCall,
  { scope, aws_client_metadata: metadata }: Parameters,
): Promise<AuthenticationResultType> => {
  const { pool, client, directory } = call;
  if (!allowsClientCredentials(client) || client.secrets.length === 0) throw unauthorizedClient();
  const active = await directory.scopes(pool.id);
  const requested = scope === undefined ? undefined : spaced(scope);
  const answer = programScopes({ allowed: client.config.AllowedOAuthScopes ?? [], requested, active });
  // As Cognito's guide has it: a scope that is there, but not for this client, is another error than one that is nowhere.
  if ('refused' in answer)
    throw isStandardScope(answer.refused) || isActiveScope(answer.refused, active) ? invalidGrant() : invalidScope();
  return issueClientToken(call, { pool, client, scopes: answer.granted, metadata: readClientMetadata(metadata) });
};
