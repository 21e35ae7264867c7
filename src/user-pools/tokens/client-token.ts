/** Issues access tokens to programs: GetClientToken, and whatever else grants client credentials (RFC 6749 §4.4). */
import type { ClientAuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { uuid } from '../../lib/random.ts';
import type { Call } from '../call/call.ts';
import { preTokenGeneration } from '../triggers/pre-token-generation.ts';
import { clientClaims } from './claims.ts';
import type { ClientGrant } from './grant.ts';
import { signJwt } from './jwt.ts';
import { applyOverrides } from './overrides.ts';
import { tokenLifetimes } from './validity.ts';

type Signing = Pick<Call, 'clock' | 'signingKeys' | 'issuerOf' | 'functions' | 'userAgent'>;

/** Who the event is about: nobody. */
const program = { userName: 'ClientCredentials', attributes: {} };

/**
 * Signs the token; nothing is stored, for there is no session behind it.
 * @throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException where the pool has a function for it
 */
export const issueClientToken = async (
  { clock, signingKeys, issuerOf, functions, userAgent }: Signing,
  grant: ClientGrant,
): Promise<Required<ClientAuthenticationResultType>> => {
  const { pool, client, scopes, metadata: clientMetadata } = grant;
  const request = { groupConfiguration: null, scopes, clientMetadata };
  const overrides = await preTokenGeneration(
    { functions, userAgent, pool, client },
    'ClientCredentials',
    program,
    request,
  );
  const key = await signingKeys.current(grant.pool.id, 'access');
  const issue = { issuer: issuerOf(grant.pool), now: Math.floor(clock.now() / 1000), jti: uuid() };
  const AccessToken = await signJwt(key, applyOverrides(clientClaims(grant, issue), overrides));
  return { AccessToken, ExpiresIn: tokenLifetimes(grant.client.config).access, TokenType: 'Bearer' };
};
