/** `POST /oauth2/introspect` (RFC 7662): what an API may know of a token, told to confidential clients of the token's pool. */
import { AwsError } from '../../contract/errors.ts';
import { findTokenSessionByRefreshHash } from '../../storage/token-sessions.ts';
import { findUser } from '../../storage/users.ts';
import { refreshHashes } from '../../user-pools/tokens/issue.ts';
import { verifyAccessToken, verifySignedToken } from '../../user-pools/tokens/verify.ts';
import type { LoginClientCall } from '../host.ts';
import { type Handle, sendJson } from './answer.ts';
import { authenticateClient, requireSecret } from './client-authentication.ts';
import { missingString } from './errors.ts';

type Answer = Record<string, unknown> & { active: boolean };

const inactive: Answer = { active: false };

/** A program's token has no user behind it. */
const accessToken = async (call: LoginClientCall, token: string): Promise<Answer> => {
  const { claims, pool } = await verifySignedToken(call, token);
  if (pool.id !== call.pool.id) return inactive;
  if (claims.username !== undefined) await verifyAccessToken(call, token, null);
  return { active: true, token_type: 'Bearer', ...claims };
};

const refreshToken = async (call: LoginClientCall, token: string): Promise<Answer> => {
  const { db, pool, clock } = call;
  const session = await findTokenSessionByRefreshHash(db, pool.id, refreshHashes(call, token));
  if (session === undefined || session.revokedAt !== null || session.expiresAt <= clock.now()) return inactive;
  // Of use to its own client only, and nobody else's business.
  if (session.clientId !== call.client.id) return inactive;
  const user = await findUser(db, pool.id, session.sub);
  if (!user?.enabled) return inactive;
  return {
    active: true,
    token_type: 'refresh_token',
    client_id: session.clientId,
    sub: session.sub,
    username: user.username,
    scope: session.facts.scopes.join(' '),
    iss: call.issuerOf(pool),
    exp: Math.floor(session.expiresAt / 1000),
    auth_time: session.authTime,
  };
};

/** A token that is wrong in whatever way is not active: nobody learns why (RFC 7662 §2.2). */
const hide = (thrown: unknown): Answer => {
  if (thrown instanceof AwsError && thrown.status < 500) return inactive;
  throw thrown;
};

export const handle: Handle = async (deps, request, reply) => {
  const { call, form } = await authenticateClient(deps, request, 'Introspect');
  requireSecret(call);
  const { token } = form;
  if (token === undefined) throw missingString('token');
  const look = token.split('.').length === 3 ? accessToken : refreshToken;
  return sendJson(reply, 200, await look(call, token).catch(hide));
};
