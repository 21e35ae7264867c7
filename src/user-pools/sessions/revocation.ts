/** The end of sessions: RevokeToken, GlobalSignOut; and GetTokensFromRefreshToken, which continues one. */
import { AwsError, accessTokenRevoked, secretMismatch } from '../../contract/errors.ts';
import { findSuperseded, findTokenSessionByRefreshHash } from '../../storage/token-sessions.ts';
import type { ClientCall, Operation } from '../call/call.ts';
import { findClientCall, hasClientSecret } from '../doors/as-client.ts';
import { asUser } from '../doors/as-user.ts';
import { refreshHashes } from '../tokens/issue.ts';
import { findRefreshable, refreshTokens } from '../tokens/refresh.ts';
import { signOutEverywhere } from '../users/sign-out.ts';
import { endTokenSession } from './end-session.ts';

const findFamily = async (call: ClientCall, token: string) => {
  const hashes = refreshHashes(call, token);
  const session = await findTokenSessionByRefreshHash(call.db, call.pool.id, hashes);
  return session ?? (await findSuperseded(call.db, call.pool.id, hashes))?.session;
};

/** RFC 7009: also a token that nobody knows is "revoked". */
export const revokeToken: Operation<'RevokeToken'> = async (call, input) => {
  const { Token, ClientId, ClientSecret, RevokeAssociatedSessions } = input;
  const clientCall = await findClientCall(call, ClientId).catch(error => {
    throw error instanceof AwsError ? new AwsError('UnauthorizedException', 'Client authentication failed.') : error;
  });
  if (!hasClientSecret(clientCall.client, ClientSecret))
    throw new AwsError('UnauthorizedException', 'Client authentication failed.');
  if (!(clientCall.client.config.EnableTokenRevocation ?? true))
    throw new AwsError('UnsupportedOperationException', 'Token revocation is not enabled for this client.');
  // Refresh tokens are opaque; three parts make a signed token.
  if (Token.split('.').length === 3)
    throw new AwsError('UnsupportedTokenTypeException', 'Only refresh tokens can be revoked.');
  const session = await findFamily(clientCall, Token);
  if (session === undefined) return {};
  if (session.clientId !== ClientId)
    throw new AwsError('UnauthorizedException', 'The token was not issued to this client.');
  await endTokenSession(clientCall, session, RevokeAssociatedSessions);
  return {};
};

export const globalSignOut = asUser<'GlobalSignOut'>(
  async call => {
    await signOutEverywhere(call);
    return {};
  },
  { gone: accessTokenRevoked },
);

export const getTokensFromRefreshToken: Operation<'GetTokensFromRefreshToken'> = async (call, input) => {
  const clientCall = await findClientCall(call, input.ClientId);
  if (!hasClientSecret(clientCall.client, input.ClientSecret)) throw secretMismatch(input.ClientId);
  const found = await findRefreshable(clientCall, input.RefreshToken, input.DeviceKey);
  // Cognito's guide gives this operation the source of a sign-in, not of a refresh.
  const occasion = { source: 'Authentication' as const, metadata: input.ClientMetadata };
  const result = await refreshTokens(clientCall, found, input.RefreshToken, occasion);
  return { AuthenticationResult: result };
};
