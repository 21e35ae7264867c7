/** The OpenID token that an identity pool issues (RS512): what STS, and whoever else trusts the pool, is shown. */
import { type KeyObject, sign as signCallback, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { IdentityCall, IdentityPoolCall } from './call.ts';

const sign = promisify<string, Buffer, KeyObject, Buffer>(signCallback);

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

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

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
  const content = `${encode({ alg: 'RS512', typ: 'JWS', kid: key.kid })}.${encode(claims)}`;
  const signature = await sign('sha512', Buffer.from(content), key.privateKey);
  return `${content}.${signature.toString('base64url')}`;
};

const decode = (part: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The claims of a token that one of our keys has signed; whether it has expired is for the caller to see.
 * @returns undefined for any other: another algorithm or issuer, an extension that must be understood, a stranger's key
 */
export const readToken = async (
  { identityKeys, identityIssuer }: Pick<IdentityCall, 'identityKeys' | 'identityIssuer'>,
  token: string,
): Promise<TokenClaims | undefined> => {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const { alg, kid, crit } = decode(header) ?? {};
  if (rest.length > 0 || alg !== 'RS512' || typeof kid !== 'string' || crit !== undefined) return undefined;
  const bytes = Buffer.from(signature, 'base64url');
  const key = bytes.toString('base64url') === signature ? await identityKeys.byId(kid) : undefined;
  if (key === undefined || !verify('sha512', Buffer.from(`${header}.${payload}`), key.publicKey, bytes))
    return undefined;
  const claims = decode(payload) as TokenClaims | undefined;
  return claims?.iss === identityIssuer() ? claims : undefined;
};

/** The tags in a token, as they were given. */
export const tagsIn = (claims: TokenClaims): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims[tagsClaim]?.principal_tags ?? {}).map(([name, [value = '']]) => [name, value]),
  );
