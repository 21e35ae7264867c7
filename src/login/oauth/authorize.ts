/** `/oauth2/authorize`: answers a client by the browser's session, or sends the browser to the sign-in page with the same query. */
import { levelNamed, levelOf } from '../../user-pools/tokens/assurance.ts';
import { type BrowserSession, findReusableSession } from '../browser-session.ts';
import { findLoginCall, type LoginCall } from '../host.ts';
import { type Handle, noteError, redirectBrowser } from './answer.ts';
import { type AuthorizationRequest, readAuthorizationRequest, targetOf } from './authorization-request.ts';
import { errorLocation, missingString, OAuthError, toldTo, unknownClient, withParameters } from './errors.ts';
import { beginFederation, providerOf } from './federation.ts';
import { finishAuthorization } from './finish.ts';
import { readParameters } from './parameters.ts';
import { isStranger } from './strangers.ts';

/** Whether the session is whose, and as fresh and strong, as the request asks. Levels that the pool does not know are ignored. */
export const suffices = (
  { pool, clock }: LoginCall,
  request: Pick<AuthorizationRequest, 'maxAge' | 'acrValues'> & Partial<Pick<AuthorizationRequest, 'hintedSub'>>,
  session: BrowserSession,
): boolean => {
  const { maxAge = Number.POSITIVE_INFINITY, acrValues, hintedSub = session.user.sub } = request;
  const levels = acrValues.flatMap(name => levelNamed(pool, name) ?? []);
  const isStrong = levels.length === 0 || levels.some(level => (levelOf(session.proven) ?? 0) >= level);
  return isStrong && hintedSub === session.user.sub && clock.now() / 1000 - session.authTime <= maxAge;
};

/** @returns where the browser goes */
const decide = async (
  call: LoginCall,
  request: AuthorizationRequest,
  session: BrowserSession | undefined,
): Promise<string> => {
  const provider = await providerOf(call, request);
  const asks = request.prompts.includes('login') || isStranger(request.client);
  const usable = session !== undefined && !asks && suffices(call, request, session);
  if (usable) return finishAuthorization(call, request, session);
  if (request.prompts.includes('none')) throw new OAuthError('login_required', { target: targetOf(request) });
  if (provider !== undefined) return beginFederation(call, request, provider);
  return `/login?${request.query}`;
};

const given = (query: unknown, name: string): string | undefined => {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
};

export const handle: Handle = async (deps, request, reply) => {
  const clientId = given(request.query, 'client_id');
  const call = await findLoginCall(deps, request, 'Authorize', clientId);
  let asked: AuthorizationRequest | undefined;
  try {
    // OpenID Connect §3.1.2.1 wants it. Once more as a navigation, which the browser's cookie comes along with.
    if (request.method === 'POST')
      return reply.redirect(withParameters('/oauth2/authorize', readParameters(request.body)), 303);
    if (call === undefined) throw clientId === undefined ? missingString('client_id') : unknownClient();
    asked = await readAuthorizationRequest(call, request.query);
    const session = await findReusableSession({ ...call, client: asked.client }, request);
    return redirectBrowser(reply, await decide(call, asked, session));
  } catch (thrown) {
    // Whoever is known to have asked is told, also of a defect of ours: a browser would show nothing of use.
    const error = noteError(request, deps.log, asked === undefined ? thrown : toldTo(targetOf(asked), thrown));
    return redirectBrowser(reply, errorLocation(error, { clientId, issuer: call?.issuerOf(call.pool) }));
  }
};
