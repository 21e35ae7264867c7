/** Issues access tokens to programs: GetClientToken, and whatever else grants client credentials (RFC 6749 §4.4). */
import type { ClientAuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { uuid } from '../../lib/random.ts';
import type { House } from '../call/call.ts';
import { clientClaims } from './claims.ts';
import type { ClientGrant } from './grant.ts';
import { signJwt } from './jwt.ts';
import { tokenLifetimes } from './validity.ts';

/** Signs the token; nothing is stored, for there is no session behind it. */
export const issueClientToken = async (
  { clock, signingKeys, issuerOf }: Pick<House, 'clock' | 'signingKeys' | 'issuerOf'>,
  grant: ClientGrant,
): Promise<Required<ClientAuthenticationResultType>> => {
  const key = await signingKeys.current(grant.pool.id, 'access');
  const issue = { issuer: issuerOf(grant.pool), now: Math.floor(clock.now() / 1000), jti: uuid() };
  const AccessToken = await signJwt(key, clientClaims(grant, issue));
  return { AccessToken, ExpiresIn: tokenLifetimes(grant.client.config).access, TokenType: 'Bearer' };
};
