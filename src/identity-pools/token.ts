/** The OpenID token that an identity pool issues (RS512): what STS, and whoever else trusts the pool, is shown. */
import { isSigned, signCompact, unverifiedClaims } from '../user-pools/tokens/jwt.ts';
import type { IdentityCall, IdentityPoolCall } from './call.ts';

/** The claim in which STS looks for session tags. */
const tagsClaim = 'https://aws.amazon.com/tags';

export type TokenClaims = {
  /** The identity. */
  sub: string;
  /** The identity pool. */
  aud: string;
  amr: string[];
  iss: string;
  /** Epoch seconds. */
  exp: number;
  iat: number;
  [tagsClaim]?: { principal_tags: Record<string, string[]> };
};

/** Seconds. */
export const usualLifetime = 600;

type Content = {
  identityId: string;
  amr: string[];
  tags?: Readonly<Record<string, string>> | undefined;
  lifetime?: number;
};

/** Signs a token on the thread pool; the header has exactly what Cognito's has. */
export const issueToken = async (
  {
    clock,
    identityKeys,
    identityIssuer,
    pool,
  }: Pick<IdentityPoolCall, 'clock' | 'identityKeys' | 'identityIssuer' | 'pool'>,
  { identityId, amr, tags = {}, lifetime = usualLifetime }: Content,
): Promise<string> => {
  const key = await identityKeys.current(pool.region);
  const iat = Math.floor(clock.now() / 1000);
  const tagged = Object.entries(tags);
  const claims: TokenClaims = {
    exp: iat + lifetime,
    sub: identityId,
    aud: pool.id,
    iss: identityIssuer(),
    iat,
    amr,
    ...(tagged.length > 0 && {
      [tagsClaim]: { principal_tags: Object.fromEntries(tagged.map(([name, value]) => [name, [value]])) },
    }),
  };
  return signCompact({ alg: 'RS512', typ: 'JWS', kid: key.kid }, claims, key.privateKey);
};

/**
 * The claims of a token that one of our keys has signed; whether it has expired is for the caller to see.
 * @returns undefined for any other: another algorithm or issuer, an extension that must be understood, a stranger's key
 */
export const readToken = async (
  { identityKeys, identityIssuer }: Pick<IdentityCall, 'identityKeys' | 'identityIssuer'>,
  token: string,
): Promise<TokenClaims | undefined> => {
  if (!(await isSigned(token, identityKeys.byId, 'RS512'))) return undefined;
  const claims = unverifiedClaims(token) as Partial<TokenClaims>;
  return claims.iss === identityIssuer() ? (claims as TokenClaims) : undefined;
};

/** The tags in a token, as they were given. */
export const tagsIn = (claims: TokenClaims): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims[tagsClaim]?.principal_tags ?? {}).map(([name, [value = '']]) => [name, value]),
  );
