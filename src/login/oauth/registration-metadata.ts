/** What somebody asks for who registers an app client (RFC 7591 §2), as the pool's DcrConfiguration allows it. Pure. */
import type { DcrConfigurationType, OAuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import type { ClientConfig } from '../../storage/clients.ts';
import { clientConfigOf } from '../../user-pools/clients/defaults.ts';
import { isStandardScope, registrationScope } from '../../user-pools/clients/scopes.ts';
import { OAuthError } from './errors.ts';

/** Whether the request carries an initial access token. */
export type RegistrationMode = 'open' | 'authenticated';

export type Registration = { name: string; config: ClientConfig; hasSecret: boolean; authMethod: AuthMethod };

type AuthMethod = 'none' | 'client_secret_basic' | 'client_secret_post';
const authMethods: readonly string[] = ['none', 'client_secret_basic', 'client_secret_post'];

const invalid = (description: string) => new OAuthError('invalid_client_metadata', { description });

const textList = (value: unknown, name: string): string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.length <= 100 && value.every(item => typeof item === 'string')) return value;
  throw invalid(`${name} must be a list of texts.`);
};

const text = (value: unknown, name: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw invalid(`${name} must be a text.`);
};

/** Empty: that mode of registration is off. */
export const allowedFlows = (
  { OpenDcrEnabled, OpenDcrGrantTypes, AuthenticatedGrantTypes }: DcrConfigurationType,
  mode: RegistrationMode,
): OAuthFlowType[] => {
  const open: OAuthFlowType[] = OpenDcrEnabled ? (OpenDcrGrantTypes ?? ['code']) : [];
  const flows = mode === 'open' ? open : (AuthenticatedGrantTypes ?? ['code', 'client_credentials']);
  // Accepted in the configuration, and of no effect.
  return flows.filter(flow => flow !== 'implicit');
};

const flowOf: Record<string, OAuthFlowType> = { authorization_code: 'code', client_credentials: 'client_credentials' };

/** One flow: Cognito's clients have `client_credentials` alone or not at all. */
const readFlow = (metadata: Record<string, unknown>, allowed: readonly OAuthFlowType[]): OAuthFlowType => {
  // Whoever gets a code may refresh what it gave.
  const grants = textList(metadata.grant_types, 'grant_types') ?? ['authorization_code'];
  const flows = [...new Set(grants.filter(grant => grant !== 'refresh_token').map(grant => flowOf[grant]))];
  const [flow, ...others] = flows;
  if (flow === undefined || others.length > 0 || !allowed.includes(flow))
    throw invalid('grant_types are not allowed for this registration.');
  const responses = textList(metadata.response_types, 'response_types') ?? (flow === 'code' ? ['code'] : []);
  if (responses.some(type => type !== 'code' || flow !== 'code'))
    throw invalid('response_types do not fit grant_types.');
  return flow;
};

/** What a browser would run or read itself leads to no client. */
const dangerous = /^(?:javascript|data|vbscript|file|blob|about|view-source|filesystem):/i;

const isRedirectUri = (uri: string): boolean => {
  if (uri.length > 1024 || !URL.canParse(uri) || uri.includes('#') || /[\s\p{Cc}]/u.test(uri) || dangerous.test(uri))
    return false;
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== '' || password !== '') return false;
  return protocol !== 'http:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
};

const readRedirects = (metadata: Record<string, unknown>, flow: OAuthFlowType): string[] | undefined => {
  const uris = textList(metadata.redirect_uris, 'redirect_uris');
  if (flow !== 'code') return undefined;
  if (!uris?.length || !uris.every(isRedirectUri)) throw new OAuthError('invalid_redirect_uri');
  return uris;
};

const openidScopes = ['openid', 'email', 'phone', 'profile'];

/** Those asked for, or all that may be had. */
const readScopes = (
  metadata: Record<string, unknown>,
  flow: OAuthFlowType,
  { AllowedScopes = [] }: DcrConfigurationType,
) => {
  const more = AllowedScopes.filter(scope => scope !== registrationScope && !openidScopes.includes(scope));
  const allowed = flow === 'code' ? [...openidScopes, ...more] : more.filter(scope => !isStandardScope(scope));
  const asked = text(metadata.scope, 'scope')
    ?.split(' ')
    .filter(scope => scope !== '' && scope !== 'offline_access');
  const scopes = asked?.length ? [...new Set(asked)] : allowed;
  if (scopes.length === 0 || scopes.some(scope => !allowed.includes(scope))) throw invalid('scope is not allowed.');
  return scopes;
};

const readAuthMethod = (metadata: Record<string, unknown>, flow: OAuthFlowType): AuthMethod => {
  const method = text(metadata.token_endpoint_auth_method, 'token_endpoint_auth_method') ?? 'client_secret_basic';
  if (!authMethods.includes(method)) throw invalid('token_endpoint_auth_method is not supported.');
  if (flow === 'client_credentials' && method === 'none') throw invalid('client_credentials requires a client secret.');
  return method as AuthMethod;
};

/** As Cognito names clients; whatever else stands in a name is no letter to it. */
const nameOf = (metadata: Record<string, unknown>): string =>
  (text(metadata.client_name, 'client_name') ?? '')
    .replace(/[^\w\s+=,.@-]/g, '-')
    .trim()
    .slice(0, 128) || 'registered-client';

/** @throws OAuthError: `invalid_client_metadata`, `invalid_redirect_uri` */
export const readRegistration = (body: unknown, dcr: DcrConfigurationType, mode: RegistrationMode): Registration => {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw invalid('The body must be a JSON object.');
  const metadata = body as Record<string, unknown>;
  const flow = readFlow(metadata, allowedFlows(dcr, mode));
  const authMethod = readAuthMethod(metadata, flow);
  const config = clientConfigOf(
    {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: [flow],
      AllowedOAuthScopes: readScopes(metadata, flow, dcr),
      CallbackURLs: readRedirects(metadata, flow),
      LogoutURLs: textList(metadata.post_logout_redirect_uris, 'post_logout_redirect_uris')?.filter(isRedirectUri),
      SupportedIdentityProviders: ['COGNITO'],
      // People sign in on the pages only, never through the API with a stranger's program.
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    },
    'DCR',
  );
  return { name: nameOf(metadata), config, hasSecret: authMethod !== 'none', authMethod };
};
