/** An authorization request (RFC 6749 §4.1.1, OpenID Connect §3.1.2.1): read and checked alike by every page that carries it along. */
import type { AppClient } from '../../storage/clients.ts';
import { hasPlan } from '../../user-pools/pools/feature-plan.ts';
import { type LoginCall, withClient } from '../host.ts';
import { type ErrorTarget, missingString, OAuthError, type OAuthErrorCode, unknownClient } from './errors.ts';
import { readIdTokenHint } from './id-token-hint.ts';
import { type Parameters, readParameters, spaced } from './parameters.ts';
import { pushedParameters } from './pushed-request.ts';
import { authorizedScopes } from './requested-scopes.ts';

export type AuthorizationRequest = {
  client: AppClient;
  redirectUri: string;
  responseType: 'code' | 'token';
  scopes: string[];
  state: string | undefined;
  nonce: string | undefined;
  /** S256 only. */
  codeChallenge: string | undefined;
  prompts: string[];
  loginHint: string | undefined;
  lang: string | undefined;
  /** What the access token is for (RFC 8707). */
  resource: string | undefined;
  acrValues: string[];
  /** Seconds. */
  maxAge: number | undefined;
  identityProvider: string | undefined;
  idpIdentifier: string | undefined;
  /** Whose session it is for (OpenID Connect's `id_token_hint`). */
  hintedSub: string | undefined;
  /** `urn:…` of a pushed request, used up when the request is answered. */
  requestUri: string | undefined;
  /** The query as it came, without a question mark: pages carry it along. */
  query: string;
};

/** Where the client of a good request is told of what goes wrong later. */
export const targetOf = ({ redirectUri, state, responseType }: AuthorizationRequest): ErrorTarget => ({
  redirectUri,
  state,
  fragment: responseType === 'token',
});

/** What is wrong with a request whose client and redirect URI are good: the client is told. */
type Fault = { code: OAuthErrorCode; description?: string };
type Rule = (parameters: Parameters, client: AppClient) => Fault | false | undefined;

const invalid = (description: string): Fault => ({ code: 'invalid_request', description });
const flowOf: Record<string, 'code' | 'implicit'> = { code: 'code', token: 'implicit' };
const targetShape =
  /^(?:https:\/\/|http:\/\/localhost(?=[:/?]|$)|(?!https?:|javascript:|data:)[a-z][a-z0-9+.-]*:\/\/)[^#\s]+$/i;

const rules: Rule[] = [
  ({ response_type: type }) =>
    type === undefined && invalid("Required String parameter 'response_type' is not present"),
  ({ response_type: type = '' }) => !Object.hasOwn(flowOf, type) && { code: 'unsupported_response_type' },
  ({ response_type: type = '' }, { config }) =>
    !(config.AllowedOAuthFlowsUserPoolClient && config.AllowedOAuthFlows?.includes(flowOf[type] as 'code')) && {
      code: 'unauthorized_client',
    },
  ({ request }) => request !== undefined && { code: 'request_not_supported' },
  ({ code_challenge: challenge, code_challenge_method: method }) =>
    (challenge === undefined) !== (method === undefined) &&
    invalid('code_challenge and code_challenge_method must be given together.'),
  ({ code_challenge_method: method = 'S256' }) => method !== 'S256' && invalid('code_challenge_method must be S256.'),
  ({ code_challenge: challenge }) =>
    challenge !== undefined && !/^[\w-]{43}$/.test(challenge) && invalid('code_challenge is not a SHA-256 hash.'),
  ({ prompt }) =>
    spaced(prompt).includes('none') && spaced(prompt).length > 1 && invalid('prompt=none excludes every other value.'),
  ({ max_age: age }) => age !== undefined && !/^\d{1,9}$/.test(age) && invalid('max_age must be a number of seconds.'),
  ({ resource }) =>
    resource !== undefined &&
    !targetShape.test(resource) && { code: 'invalid_target', description: 'resource must be a URL.' },
];

/** The redirect URI that a request without one means: of a client with one identity provider at most (DefaultRedirectURI). */
const defaultRedirect = ({ config }: AppClient): string | undefined =>
  (config.SupportedIdentityProviders ?? []).length <= 1 ? config.DefaultRedirectURI : undefined;

/** Exact to the letter (RFC 9700 §4.1.3): no pattern, no normalisation. @throws OAuthError that is shown on a page */
const redirectOf = (client: AppClient, { redirect_uri: given }: Parameters): string => {
  const uri = given ?? defaultRedirect(client);
  if (uri === undefined) throw missingString('redirect_uri');
  if (!(client.config.CallbackURLs ?? []).includes(uri)) throw new OAuthError('redirect_mismatch');
  return uri;
};

const scopesOf = async ({ directory, pool }: LoginCall, { config }: AppClient, text: string | undefined) => {
  const allowed = config.AllowedOAuthScopes ?? [];
  // Without a custom scope there is nothing to look up.
  const active = allowed.some(scope => scope.includes('/')) ? await directory.scopes(pool.id) : [];
  return authorizedScopes({ allowed, requested: spaced(text), active });
};

/** Step-up: of no effect, and no error, on the plan below ESSENTIALS. */
const stepUpOf = (call: LoginCall, { acr_values: levels, max_age: age }: Parameters) => {
  if (!hasPlan(call, call.pool.config, 'ESSENTIALS')) return { acrValues: [], maxAge: undefined };
  return { acrValues: spaced(levels), maxAge: age === undefined ? undefined : Number(age) };
};

const refuse = (target: ErrorTarget, { code, description }: Fault): never => {
  throw new OAuthError(code, { description, target });
};

const hintedSubOf = async (call: LoginCall, target: ErrorTarget, hint: string | undefined) => {
  if (hint === undefined) return undefined;
  const read = await readIdTokenHint(call, hint);
  return read?.sub ?? refuse(target, invalid('id_token_hint is not valid.'));
};

/**
 * Checks the parameters of a request whose client is known.
 * @throws OAuthError: with a target when the client can be told, without when only a page can
 */
export const checkAuthorizationRequest = async (
  call: LoginCall,
  client: AppClient,
  parameters: Parameters,
): Promise<Omit<AuthorizationRequest, 'query' | 'requestUri'>> => {
  const redirectUri = redirectOf(client, parameters);
  const { state, response_type: responseType } = parameters;
  const target: ErrorTarget = { redirectUri, state, fragment: responseType === 'token' };
  for (const rule of rules) {
    const fault = rule(parameters, client);
    if (fault) refuse(target, fault);
  }
  const scopes = await scopesOf(call, client, parameters.scope);
  if ('refused' in scopes) return refuse(target, { code: 'invalid_scope', description: 'invalid_scope' });
  return {
    client,
    redirectUri,
    responseType: responseType as 'code' | 'token',
    scopes: scopes.granted,
    state,
    nonce: parameters.nonce,
    codeChallenge: parameters.code_challenge,
    hintedSub: await hintedSubOf(call, target, parameters.id_token_hint),
    prompts: spaced(parameters.prompt),
    loginHint: parameters.login_hint,
    lang: parameters.lang,
    resource: parameters.resource,
    ...stepUpOf(call, parameters),
    identityProvider: parameters.identity_provider,
    idpIdentifier: parameters.idp_identifier,
  };
};

/**
 * Reads the query of `/oauth2/authorize`, of `/login` and of the pages behind it.
 * @param query as the server has parsed it
 * @throws OAuthError: see `errorLocation`
 */
export const readAuthorizationRequest = async (call: LoginCall, query: unknown): Promise<AuthorizationRequest> => {
  const given = readParameters(query);
  if (given.client_id === undefined) throw missingString('client_id');
  const found = await withClient(call, given.client_id);
  if (found === undefined) throw unknownClient();
  const requestUri = given.request_uri;
  const parameters = requestUri === undefined ? given : await pushedParameters(found, requestUri);
  const request = await checkAuthorizationRequest(found, found.client, parameters);
  return { ...request, requestUri, query: new URLSearchParams(given).toString() };
};
