/** The end of an authorization request: the person is known, and the browser goes back to the client with a code or with tokens. */
import { uuid } from '../../lib/random.ts';
import { insertAuthorizationCode } from '../../storage/authorization-codes.ts';
import type { AppClient } from '../../storage/clients.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import { acrName, levelOf, namesLevels } from '../../user-pools/tokens/assurance.ts';
import type { Grant } from '../../user-pools/tokens/grant.ts';
import { issueTokens, writeFor } from '../../user-pools/tokens/issue.ts';
import type { BrowserSession } from '../browser-session.ts';
import type { LoginCall, LoginClientCall } from '../host.ts';
import { type AuthorizationRequest, targetOf } from './authorization-request.ts';
import { OAuthError, toldTo, withParameters } from './errors.ts';
import { usePushedRequest } from './pushed-request.ts';

export const codePurpose = 'authorization-code';
/** Cognito's five minutes, in milliseconds. */
const codeLifetime = 5 * 60_000;

/** The level that tokens tell: where the request asked for one, and in pools that have names of their own for levels. */
export const acrOf = ({ pool }: LoginCall, { proven }: Pick<BrowserSession, 'proven'>, asked: readonly string[]) => {
  const level = levelOf(proven);
  return level !== undefined && (asked.length > 0 || namesLevels(pool)) ? acrName(pool, level) : undefined;
};

const giveCode = async (call: LoginClientCall, request: AuthorizationRequest, session: BrowserSession) => {
  const { db, sealer, clock, pool, client } = call;
  const { user } = session;
  const code = uuid();
  const record = {
    poolId: pool.id,
    codeHash: sealer.mac(codePurpose, code),
    clientId: client.id,
    sub: user.sub,
    originJti: uuid(),
    facts: {
      redirectUri: request.redirectUri,
      scopes: request.scopes,
      codeChallenge: request.codeChallenge,
      nonce: request.nonce,
      resource: request.resource,
      authTime: session.authTime,
      proven: [...session.proven],
      acr: acrOf(call, session, request.acrValues),
      ssoSessionId: session.id,
      sourceIp: call.sourceIp,
      userAgent: call.userAgent,
      signedOutAt: user.signedOutAt,
    },
    redeemedAt: null,
    expiresAt: clock.now() + codeLifetime,
  };
  await writeFor(call, user, () => insertAuthorizationCode(db, record));
  return { code };
};

/** The implicit grant: tokens at once, and none to refresh them with. */
const giveTokens = async (call: LoginClientCall, request: AuthorizationRequest, session: BrowserSession) => {
  const { pool, client } = call;
  const { user, authTime, proven } = session;
  const id = uuid();
  const grant: Grant = {
    pool,
    client,
    user,
    groups: await membershipsOf(call.db, user),
    originJti: id,
    eventId: id,
    authTime,
    scopes: request.scopes,
    source: 'HostedAuth',
    proven,
    acr: acrOf(call, session, request.acrValues),
    oauth: { resource: request.resource, nonce: request.nonce, ssoSessionId: session.id, refreshable: false },
  };
  const { IdToken, AccessToken, ExpiresIn } = await issueTokens(call, grant);
  return { id_token: IdToken, access_token: AccessToken, token_type: 'Bearer', expires_in: String(ExpiresIn) };
};

const withClientOf = (call: LoginCall, client: AppClient): LoginClientCall => ({ ...call, client });

/**
 * Answers the request for the person of the session.
 * @returns the URL to redirect the browser to: the client's, with `code`, or with tokens in its fragment; and `state` and `iss` (RFC 9207)
 * @throws OAuthError that the client is told: `login_required` when somebody else has signed in than the client has named
 */
export const finishAuthorization = async (
  call: LoginCall,
  request: AuthorizationRequest,
  session: BrowserSession,
): Promise<string> => {
  const target = targetOf(request);
  const { fragment } = target;
  // OpenID Connect §3.1.2.1: an error, whoever it is that has signed in instead.
  if (request.hintedSub !== undefined && request.hintedSub !== session.user.sub)
    throw new OAuthError('login_required', { target });
  try {
    const clientCall = withClientOf(call, request.client);
    await usePushedRequest(clientCall, request.requestUri);
    const given = await (fragment ? giveTokens : giveCode)(clientCall, request, session);
    const answer = { ...given, state: request.state, iss: call.issuerOf(call.pool) };
    return withParameters(request.redirectUri, answer, { fragment });
  } catch (thrown) {
    throw toldTo(target, thrown);
  }
};
