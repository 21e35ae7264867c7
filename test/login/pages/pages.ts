/** What tests of the pages begin with: an app client of a pool, and the address of its sign-in page. */
import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createFormBrowser, type FormBrowser, type Page } from '../../support/browser-forms.ts';
import type { World } from '../../support/world.ts';

export const callback = 'https://app.example/callback';

export type Pages = {
  pool: string;
  client: string;
  /** Where its sign-ins lead back to. */
  callback: string;
  /** The query of an authorization request. */
  query: string;
  url(path: string, more?: Record<string, string>): string;
  /** A new browser at one of the pages. */
  open(path: string, more?: Record<string, string>, browser?: FormBrowser): Promise<Page>;
};

/** A client that may use the pages; everything else as Cognito has it by default, unless said otherwise. */
export const createPages = async (
  world: World,
  pool: Partial<CreateUserPoolCommandInput> & { Id?: string } = {},
  client: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<Pages> => {
  const { Id, ...rest } = pool;
  const poolId = Id ?? (await world.createPool(rest));
  const clientId = await world.createClient(poolId, {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
    CallbackURLs: [callback],
    SupportedIdentityProviders: ['COGNITO'],
    PreventUserExistenceErrors: 'ENABLED',
    ...client,
  });
  const request = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: client.CallbackURLs?.[0] ?? callback,
    scope: 'openid email',
    state: 's-1',
  };
  const url = (path: string, more: Record<string, string> = {}) =>
    `${world.url}${path}?${new URLSearchParams({ ...request, ...more })}`;
  return {
    pool: poolId,
    client: clientId,
    callback: request.redirect_uri,
    query: new URLSearchParams(request).toString(),
    url,
    open: (path, more, browser = createFormBrowser(world.url)) => browser.open(url(path, more)),
  };
};

/** The claims of the ID token that the code of this redirect stands for. */
export const signedInAs = async (
  world: World,
  { client, callback: redirect_uri }: Pages,
  { url }: Pick<Page, 'url'>,
): Promise<Record<string, unknown>> => {
  const code = new URL(url).searchParams.get('code');
  if (code === null) throw new Error(`no code in ${url}`);
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: client,
    code,
    redirect_uri,
  });
  const answer = await fetch(`${world.url}/oauth2/token`, { method: 'POST', body });
  const { id_token: token = '', error } = (await answer.json()) as { id_token?: string; error?: string };
  if (error !== undefined) throw new Error(`the code was refused: ${error}`);
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
};
