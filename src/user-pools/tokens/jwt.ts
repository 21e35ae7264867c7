/** JSON Web Tokens in compact form, RS256 (RFC 7515, RFC 7519): the hot path, on the thread pool. */
import { type KeyObject, sign as signCallback } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningKey } from '../call/signing-keys.ts';
import type { Claims } from './claims.ts';

const sign = promisify<string, Buffer, KeyObject, Buffer>(signCallback);

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs the claims; the header has exactly `kid` and `alg`, as Cognito's has. */
export const signJwt = async (key: Pick<SigningKey, 'kid' | 'privateKey'>, claims: Claims): Promise<string> => {
  const content = `${encode({ kid: key.kid, alg: 'RS256' })}.${encode(claims)}`;
  const signature = await sign('sha256', Buffer.from(content), key.privateKey);
  return `${content}.${signature.toString('base64url')}`;
};
