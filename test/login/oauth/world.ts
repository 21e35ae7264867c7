/** A pool with OAuth clients, and a browser that is signed in to it. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import type { CreateUserPoolClientCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { startBrowserSession } from '../../../src/login/browser-session.ts';
import type { LoginClientCall } from '../../../src/login/host.ts';
import { createLimits } from '../../../src/login/limits.ts';
import { decideDeviceRequest, findDeviceRequest } from '../../../src/login/oauth/device.ts';
import { findClient } from '../../../src/storage/clients.ts';
import { findPool } from '../../../src/storage/pools.ts';
import { findUser } from '../../../src/storage/users.ts';
import type { Proof } from '../../../src/user-pools/tokens/assurance.ts';
import type { World } from '../../support/world.ts';

export const callback = 'https://app.example.com/callback';

export const codeFlow: Partial<CreateUserPoolClientCommandInput> = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
  CallbackURLs: [callback],
  SupportedIdentityProviders: ['COGNITO'],
};

export type Client = { id: string; secret: string | undefined };

/** A client that may use the code flow unless said otherwise. */
export const createOAuthClient = async (
  world: World,
  UserPoolId: string,
  options: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<Client> => {
  const ClientId = await world.createClient(UserPoolId, { ...codeFlow, ...options });
  const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId, ClientId });
  return { id: ClientId, secret: UserPoolClient?.ClientSecret };
};

type SignIn = { pool: string; client: string; sub: string; proven?: Proof[]; base?: string };

/** The server's own view of a request for a client, on its own host. */
const callFor = async (world: World, { pool: poolId, client: clientId, base = world.url }: SignIn) => {
  const { sealer, storage } = world.app.foundation;
  const { db } = storage;
  const [pool, client] = [await findPool(db, poolId), await findClient(db, sealer, clientId)];
  assert(pool && client);
  const where = { domain: undefined, base, sourceIp: '127.0.0.1', userAgent: 'Mozilla/5.0 Firefox/140.0' };
  const directory = { client: (id: string) => findClient(db, sealer, id) };
  const rest = { sealer, clock: world.clock, directory, limits: createLimits(undefined) };
  return { db, pool, client, ...where, ...rest } as unknown as LoginClientCall;
};

/** Begins the session of a browser on the server's own host. @returns its cookie, as a header */
export const signInBrowser = async (world: World, who: SignIn): Promise<string> => {
  const call = await callFor(world, who);
  const user = await findUser(call.db, who.pool, who.sub);
  assert(user);
  const cookies: string[] = [];
  const reply = {
    setCookie: (name: string, value: string) => cookies.push(`${name}=${value}`),
    clearCookie: () => {},
  } as unknown as FastifyReply;
  const request = { cookies: {} } as FastifyRequest;
  await startBrowserSession(call, request, reply, { user, proven: who.proven ?? ['PASSWORD'] });
  return cookies.join('; ');
};

export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');
export const newVerifier = (): string => randomBytes(32).toString('base64url');

/** `GET /oauth2/authorize`, as a browser that follows nothing. @returns where it is sent */
export const authorize = async (
  world: World,
  parameters: Record<string, string>,
  cookie?: string,
  base = world.url,
): Promise<URL> => {
  const response = await fetch(`${base}/oauth2/authorize?${new URLSearchParams(parameters)}`, {
    redirect: 'manual',
    headers: cookie === undefined ? {} : { cookie },
  });
  assert.equal(response.status, 302, await response.text());
  return new URL(response.headers.get('location') ?? '', base);
};

/** A fresh code. */
export const codeFor = async (world: World, parameters: Record<string, string>, cookie: string): Promise<string> => {
  const location = await authorize(world, { response_type: 'code', redirect_uri: callback, ...parameters }, cookie);
  const code = location.searchParams.get('code');
  assert(code, `no code came: ${location}`);
  return code;
};

export type TokenAnswer = {
  status: number;
  headers: Headers;
  body: Partial<
    Record<'access_token' | 'id_token' | 'refresh_token' | 'token_type' | 'error' | 'error_description', string>
  > & {
    expires_in?: number;
  };
};

/** Sends a form; with a secret, the client says who it is in the header. */
export const post = async (
  world: World,
  path: string,
  { id, secret }: Partial<Client>,
  form: Record<string, string>,
): Promise<TokenAnswer> => {
  const basic = secret === undefined ? undefined : Buffer.from(`${id}:${secret}`).toString('base64');
  const response = await fetch(world.url + path, {
    method: 'POST',
    headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ ...(basic === undefined && id !== undefined ? { client_id: id } : {}), ...form }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
};

export const token = (world: World, client: Partial<Client>, form: Record<string, string>) =>
  post(world, '/oauth2/token', client, form);

export const claimsOf = (jwt: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString());

/** What the page `/device` does when somebody who is signed in has decided. */
export const approveDevice = async (
  world: World,
  { userCode, ...who }: SignIn & { userCode: string },
  decision: 'approve' | 'deny',
): Promise<void> => {
  const call = await callFor(world, who);
  const user = await findUser(call.db, who.pool, who.sub);
  const found = await findDeviceRequest(call, userCode);
  assert(user && found, 'no device waits with this code');
  const authTime = Math.floor(world.clock.now() / 1000);
  const session = { id: 'sso', user, clientId: who.client, authTime, proven: ['PASSWORD'] as const };
  assert(await decideDeviceRequest(call, found, session, decision));
};
