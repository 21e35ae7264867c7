/** Sign-in through another identity provider, as an authorization request names it: `identity_provider` or `idp_identifier`. */
import { findProvider, findProviderByIdentifier } from '../../storage/identity-providers.ts';
import type { LoginCall } from '../host.ts';
import { type AuthorizationRequest, targetOf } from './authorization-request.ts';
import { OAuthError } from './errors.ts';

const refused = (request: AuthorizationRequest, description: string) =>
  new OAuthError('invalid_request', { description, target: targetOf(request) });

/**
 * The name of the provider that the request goes to at once; undefined for the pool's own users, and where the person chooses.
 * @throws OAuthError when the client has no such provider
 */
export const providerOf = async (call: LoginCall, request: AuthorizationRequest): Promise<string | undefined> => {
  const { identityProvider, idpIdentifier, client } = request;
  if (identityProvider === 'COGNITO' || (identityProvider ?? idpIdentifier) === undefined) return undefined;
  const provider =
    identityProvider === undefined
      ? await findProviderByIdentifier(call.db, call, call.pool.id, idpIdentifier ?? '')
      : await findProvider(call.db, call, call.pool.id, identityProvider);
  if (provider === undefined || !client.config.SupportedIdentityProviders?.includes(provider.name))
    throw refused(request, 'The identity provider does not exist for this client.');
  return provider.name;
};

/** Where a sign-in through another provider begins. @throws OAuthError: this server has no such sign-in yet */
export const beginFederation = (_call: LoginCall, request: AuthorizationRequest, provider: string): never => {
  throw refused(request, `Sign-in through ${provider} is not available.`);
};
