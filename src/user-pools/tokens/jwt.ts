/** JSON Web Tokens in compact form, signed with RSA (RFC 7515, RFC 7519): signed on the thread pool, verified at once, which is quicker. */
import { type KeyObject, sign as signCallback, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey } from '../call/signing-keys.ts';
import type { Claims } from './claims.ts';

const sign = promisify<string, Buffer, KeyObject, Buffer>(signCallback);

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** User pools sign with the first, identity pools with the second. */
const digests = { RS256: 'sha256', RS512: 'sha512' } as const;
export type Algorithm = keyof typeof digests;

/** Signs the claims under this very header, its members in this order. */
export const signCompact = async (
  header: { alg: Algorithm; kid: string; typ?: string },
  claims: object,
  privateKey: KeyObject,
): Promise<string> => {
  const content = `${encode(header)}.${encode(claims)}`;
  const signature = await sign(digests[header.alg], Buffer.from(content), privateKey);
  return `${content}.${signature.toString('base64url')}`;
};

/** Signs the claims; the header has exactly `kid` and `alg`, as Cognito's has. */
export const signJwt = (key: Pick<SigningKey, 'kid' | 'privateKey'>, claims: Claims): Promise<string> =>
  signCompact({ kid: key.kid, alg: 'RS256' }, claims, key.privateKey);

const decode = (part: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** What a token claims, before anything is verified: only to find whose key must have signed it. */
export const unverifiedClaims = (token: string): Claims => decode(token.split('.')[1] ?? '') ?? {};

/**
 * Whether one of our keys has signed the token. Its header decides nothing but which key: the algorithm is the expected one or the
 * token is none of ours (RFC 8725 §3.1), and extensions that must be understood are not.
 * @param findKey the public key of an id; undefined for a stranger's
 */
export const isSigned = async (
  token: string,
  findKey: (kid: string) => Promise<Pick<SigningKey, 'publicKey'> | undefined>,
  algorithm: Algorithm = 'RS256',
): Promise<boolean> => {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const { alg, kid, crit } = decode(header) ?? {};
  if (rest.length > 0 || alg !== algorithm || typeof kid !== 'string' || crit !== undefined) return false;
  const bytes = Buffer.from(signature, 'base64url');
  // Another spelling of the same bytes is another token.
  if (bytes.toString('base64url') !== signature) return false;
  const key = await findKey(kid);
  return key !== undefined && verify(digests[algorithm], Buffer.from(`${header}.${payload}`), key.publicKey, bytes);
};
