/** `/logout`: ends the browser's session and goes where the client says, if the client may say so; also OpenID Connect's own form of it. */
import { unverifiedClaims } from '../../user-pools/tokens/jwt.ts';
import { endBrowserSession } from '../browser-session.ts';
import { findLoginCall, type LoginCall, type LoginClientCall, withClient } from '../host.ts';
import { type Handle, noteError, redirectBrowser } from './answer.ts';
import { checkAuthorizationRequest } from './authorization-request.ts';
import { errorLocation, missingString, OAuthError, unknownClient, withParameters } from './errors.ts';
import { readIdTokenHint } from './id-token-hint.ts';
import { type Parameters, readParameters } from './parameters.ts';

/** Before anything is verified: only to find the pool, on the server's own host. */
const namedClient = ({ client_id: id, id_token_hint: hint }: Parameters): string | undefined => {
  const { aud } = hint === undefined ? {} : unverifiedClaims(hint);
  return id ?? (typeof aud === 'string' ? aud : undefined);
};

/** @throws OAuthError: the hint is no ID token of the client's */
const findClient = async (call: LoginCall, parameters: Parameters): Promise<LoginClientCall> => {
  const { client_id: id, id_token_hint: hint } = parameters;
  const hinted = hint === undefined ? undefined : (await readIdTokenHint(call, hint))?.clientId;
  if (hint !== undefined && (hinted === undefined || (id !== undefined && id !== hinted)))
    throw new OAuthError('invalid_request', { description: 'id_token_hint is not valid.' });
  const found = await withClient(call, id ?? hinted);
  if (found === undefined) throw unknownClient();
  return found;
};

/** The parameters that Cognito passes on to the sign-in page. */
const passedOn = ['client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce', 'lang'];

/** @throws OAuthError that is shown on a page: no redirect but to registered addresses */
const destination = async (call: LoginClientCall, parameters: Parameters): Promise<string> => {
  const { logout_uri: logoutUri, post_logout_redirect_uri: afterwards, redirect_uri: redirectUri } = parameters;
  const registered = call.client.config.LogoutURLs ?? [];
  if (logoutUri !== undefined && registered.includes(logoutUri)) return logoutUri;
  if (afterwards !== undefined && registered.includes(afterwards))
    return withParameters(afterwards, { state: parameters.state });
  if (logoutUri !== undefined || afterwards !== undefined || redirectUri === undefined)
    throw missingString('redirect_uri');
  const { client } = call;
  const scope = parameters.scope ?? client.config.AllowedOAuthScopes?.join(' ') ?? '';
  const next = Object.fromEntries(passedOn.map(name => [name, { ...parameters, scope }[name]]));
  // Not a redirect to the client: but the page that it leads to would refuse what is wrong here.
  await checkAuthorizationRequest(call, client, { ...parameters, scope });
  return withParameters('/login', next);
};

const withoutTarget = ({ code, description }: OAuthError) => new OAuthError(code, { description });

/** The session ends in every case: whoever comes here wants that, whatever is wrong with the address behind it. */
export const handle: Handle = async (deps, request, reply) => {
  let clientId: string | undefined;
  try {
    // The cookie does not come along with a form of another site: once more as a navigation, which it comes along with.
    if (request.method === 'POST') return reply.redirect(withParameters('/logout', readParameters(request.body)), 303);
    const parameters = readParameters(request.query);
    clientId = namedClient(parameters);
    const call = await findLoginCall(deps, request, 'Logout', clientId);
    if (call !== undefined) await endBrowserSession(call, request, reply);
    if (clientId === undefined) throw missingString('client_id');
    if (call === undefined) throw unknownClient();
    return redirectBrowser(reply, await destination(await findClient(call, parameters), parameters));
  } catch (thrown) {
    const error = withoutTarget(noteError(request, deps.log, thrown));
    return redirectBrowser(reply, errorLocation(error, { clientId, issuer: undefined }));
  }
};
