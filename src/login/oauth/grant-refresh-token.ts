/** The refresh token grant (RFC 6749 §6), with rotation where the client asks for it. */
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { findRefreshable, refreshTokens } from '../../user-pools/tokens/refresh.ts';
import type { LoginClientCall } from '../host.ts';
import { invalidScope, missingString } from './errors.ts';
import { type Parameters, spaced } from './parameters.ts';

/** @throws OAuthError; NotAuthorizedException and RefreshTokenReuseException, which are `invalid_grant` here */
export const redeemRefreshToken = async (
  call: LoginClientCall,
  { refresh_token: token, scope }: Parameters,
): Promise<AuthenticationResultType> => {
  if (token === undefined) throw missingString('refresh_token');
  const found = await findRefreshable(call, token, undefined);
  const { scopes } = found.session.facts;
  // Less than was granted may be asked for; Cognito, which takes no notice of it, gives all of it all the same.
  if (spaced(scope).some(each => !scopes.includes(each))) throw invalidScope();
  return refreshTokens(call, found, token, { source: 'RefreshTokens' });
};
