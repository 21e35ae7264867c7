/** Tokens of identity pools at our own STS: the second half of the basic (classic) flow. */
import { type IdentityVerifier, identityTokenExpired, notSigned } from '../sts/web-identity.ts';
import type { IdentityHouse } from './call.ts';
import { ownProvider, withoutScheme } from './logins/provider-names.ts';
import { readToken, tagsIn } from './token.ts';

/** A trust policy names identity pools as it would on AWS, or by the host and path of their issuer here. */
export const identityPoolIdentities =
  (house: Pick<IdentityHouse, 'clock' | 'identityKeys' | 'identityIssuer'>): IdentityVerifier =>
  async (token, { iss }) => {
    const issuer = house.identityIssuer();
    if (iss !== issuer) return undefined;
    const claims = await readToken(house, token);
    if (claims === undefined) throw notSigned();
    const now = Math.floor(house.clock.now() / 1000);
    if (claims.exp <= now) throw identityTokenExpired(now, claims.exp);
    const { sub, aud, amr } = claims;
    const own = withoutScheme(issuer);
    return {
      issuer: ownProvider,
      aliases: own === ownProvider ? [] : [own],
      claims: { sub, aud, amr },
      tags: tagsIn(claims),
      provider: ownProvider,
    };
  };
