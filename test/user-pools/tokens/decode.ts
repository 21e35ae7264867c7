/** Reads and forges tokens, for tests. */
import type { Tokens, World } from '../../support/world.ts';

type Json = Record<string, unknown>;
const part = (token: string, index: number): Json =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());

export const headerOf = (token: string): Json => part(token, 0);
export const claimsOf = (token: string): Json => part(token, 1);

export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token with other claims or another header, and the signature that it had. */
export const forge = (token: string, change: { header?: Json; claims?: Json }): string => {
  const [, , signature] = token.split('.');
  const header = encode({ ...headerOf(token), ...change.header });
  return `${header}.${encode({ ...claimsOf(token), ...change.claims })}.${signature}`;
};

/** REFRESH_TOKEN_AUTH. */
export const refresh = async (
  world: World,
  ClientId: string,
  REFRESH_TOKEN: string,
  more: Record<string, string> = {},
): Promise<Omit<Tokens, 'RefreshToken'> & { RefreshToken?: string }> => {
  const { AuthenticationResult } = await world.browser.initiateAuth({
    ClientId,
    AuthFlow: 'REFRESH_TOKEN_AUTH',
    AuthParameters: { REFRESH_TOKEN, ...more },
  });
  return AuthenticationResult as Tokens;
};
