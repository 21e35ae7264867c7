/** Tokens of OpenID Connect providers that an account has registered, at our own STS. */
import { AwsError } from '../contract/errors.ts';
import {
  type IdentityVerifier,
  identityProviderUnreachable,
  identityTokenExpired,
  invalidIdentityToken,
} from '../sts/web-identity.ts';
import type { IdentityHouse } from './call.ts';
import { verifyIdToken } from './logins/id-token.ts';
import { ownProvider, withoutScheme } from './logins/provider-names.ts';

/** What is wrong with a token has other names at STS than at identity pools. */
const translated = (error: unknown, exp: unknown, now: number): unknown => {
  if (!(error instanceof AwsError)) return error;
  if (error.name === 'ExternalServiceException') return identityProviderUnreachable(error);
  const expiry = Number(exp);
  return expiry <= now ? identityTokenExpired(now, expiry) : invalidIdentityToken(error.message, error);
};

/** A trust policy names such a provider by its ARN, `arn:aws:iam::<account>:oidc-provider/<host and path>`. */
export const registeredIdentities =
  (house: Pick<IdentityHouse, 'clock' | 'reach' | 'identityPools'>): IdentityVerifier =>
  async (token, { iss, exp }, accountId) => {
    if (typeof iss !== 'string') return undefined;
    const providers = await house.identityPools.oidcProviders(accountId);
    const provider = providers.find(({ url }) => url === withoutScheme(iss));
    // Whoever registers that name must not speak for our own identity pools.
    if (provider === undefined || provider.url === ownProvider) return undefined;
    try {
      const { subject: sub, audience: aud } = await verifyIdToken(house, provider.url, token, provider.clientIds);
      return { issuer: provider.url, claims: { sub, aud }, provider: iss };
    } catch (error) {
      throw translated(error, exp, Math.floor(house.clock.now() / 1000));
    }
  };
