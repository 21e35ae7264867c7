/** Dynamic client registration: who may register what, and what becomes of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { type Client, callback, createOAuthClient, token } from './world.ts';

describe('client registration', () => {
  let world: World;
  let pool: string;
  let program: Client;
  let initial: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({
      DcrConfiguration: { OpenDcrEnabled: true, AllowedScopes: ['api/read', 'aws.cognito/dcr/register'] },
    });
    await world.aws.createResourceServer({
      UserPoolId: pool,
      Identifier: 'api',
      Name: 'API',
      Scopes: [
        { ScopeName: 'read', ScopeDescription: 'Read' },
        { ScopeName: 'write', ScopeDescription: 'Write' },
      ],
    });
    program = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['aws.cognito/dcr/register', 'api/read'],
      CallbackURLs: undefined,
    });
    const { body } = await token(world, program, { grant_type: 'client_credentials' });
    initial = body.access_token ?? '';
  });
  after(() => world.stop());

  const register = async (metadata: unknown, bearer?: string, of = pool) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (bearer !== undefined) headers.authorization = `Bearer ${bearer}`;
    const body = JSON.stringify(metadata);
    const response = await fetch(`${world.url}/${of}/oauth2/register`, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const describeClient = async (ClientId: unknown) =>
    (await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: String(ClientId) })).UserPoolClient;

  it('is announced where it is on', async () => {
    const document = async (of: string) => {
      const response = await fetch(`${world.url}/${of}/.well-known/openid-configuration`);
      return ((await response.json()) as Record<string, string>).registration_endpoint;
    };
    assert.equal(await document(pool), `${world.url}/${pool}/oauth2/register`);
    assert.equal(await document(await world.createPool()), undefined);
  });

  it('makes a client for the code flow, and tells what it has made', async () => {
    const asked = {
      redirect_uris: [callback],
      client_name: '_custom_id_:mine',
      scope: 'openid api/read offline_access',
    };
    const { status, body } = await register({ ...asked, logo_uri: 'https://x', contacts: ['a@b'] });
    assert.equal(status, 201);
    const { client_id, client_secret, client_id_issued_at, ...rest } = body;
    assert.match(String(client_id), /^[a-z0-9]{26}$/);
    assert.match(String(client_secret), /^[a-z0-9]{52}$/);
    assert.equal(client_id_issued_at, Math.floor(world.clock.now() / 1000));
    assert.deepEqual(rest, {
      client_secret_expires_at: 0,
      client_name: '_custom_id_-mine',
      redirect_uris: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'openid api/read',
    });
    const made = await describeClient(client_id);
    assert.deepEqual([made?.ClientType, made?.AllowedOAuthFlows, made?.CallbackURLs], ['DCR', ['code'], [callback]]);
    const { UserPoolClients } = await world.aws.listUserPoolClients({ UserPoolId: pool, ClientType: 'DCR' });
    assert(UserPoolClients?.some(({ ClientId }) => ClientId === client_id));
  });

  it('of programs asks for a token with the scope for it', async () => {
    const asked = { grant_types: ['client_credentials'], scope: 'api/read' };
    assert.equal((await register(asked)).body.error, 'invalid_client_metadata');
    const { status, body } = await register(asked, initial);
    assert.equal(status, 201);
    const made = { id: String(body.client_id), secret: String(body.client_secret) };
    assert.equal((await token(world, made, { grant_type: 'client_credentials' })).status, 200);
    const { body: weak } = await token(world, program, { grant_type: 'client_credentials', scope: 'api/read' });
    assert.equal((await register(asked, weak.access_token)).status, 403);
    assert.deepEqual([(await register(asked, 'x')).status, (await register(asked, `${initial}x`)).status], [401, 401]);
    const elsewhere = await world.createPool({ DcrConfiguration: { OpenDcrEnabled: true } });
    assert.equal((await register({ redirect_uris: [callback] }, initial, elsewhere)).status, 401);
  });

  it('is closed where the pool does not open it', async () => {
    const metadata = { redirect_uris: [callback] };
    for (const DcrConfiguration of [
      undefined,
      { EnableStatus: 'Disabled', OpenDcrEnabled: true } as const,
      {},
      { OpenDcrEnabled: true, OpenDcrGrantTypes: [] },
      { OpenDcrEnabled: true, OpenDcrGrantTypes: ['implicit' as const] },
    ]) {
      const closed = await world.createPool({ DcrConfiguration });
      assert.equal((await register(metadata, undefined, closed)).status, 401, JSON.stringify(DcrConfiguration));
    }
    assert.equal((await register(metadata, undefined, 'us-east-1_nothing')).status, 404);
  });

  const refusals: [about: string, metadata: unknown, error?: string][] = [
    ['what is no object', ['x']],
    ['no redirect URI', {}, 'invalid_redirect_uri'],
    ['no list of them', { redirect_uris: callback }],
    ['a fragment', { redirect_uris: [`${callback}#x`] }, 'invalid_redirect_uri'],
    ['HTTP', { redirect_uris: ['http://app.example.com/'] }, 'invalid_redirect_uri'],
    ['a script', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    ['data', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
    ['a user in it', { redirect_uris: ['https://app.example.com@evil.example/'] }, 'invalid_redirect_uri'],
    ['a relative one', { redirect_uris: ['/callback'] }, 'invalid_redirect_uri'],
    ['a line break', { redirect_uris: [`${callback}\r\nx: y`] }, 'invalid_redirect_uri'],
    ['implicit', { redirect_uris: [callback], grant_types: ['implicit'] }],
    ['two flows', { redirect_uris: [callback], grant_types: ['authorization_code', 'client_credentials'] }],
    ['a flow that nobody knows', { redirect_uris: [callback], grant_types: ['__proto__'] }],
    ['refreshing alone', { redirect_uris: [callback], grant_types: ['refresh_token'] }],
    ['another response type', { redirect_uris: [callback], response_types: ['token'] }],
    ['a scope that is not offered', { redirect_uris: [callback], scope: 'openid api/write' }],
    ['the scope to register others', { redirect_uris: [callback], scope: 'aws.cognito/dcr/register' }],
    ['the scope of the API', { redirect_uris: [callback], scope: 'aws.cognito.signin.user.admin' }],
    ['another way to authenticate', { redirect_uris: [callback], token_endpoint_auth_method: 'private_key_jwt' }],
    ['a program without a secret', { grant_types: ['client_credentials'], token_endpoint_auth_method: 'none' }],
  ];
  describe('refuses', () => {
    for (const [about, metadata, error = 'invalid_client_metadata'] of refusals)
      it(about, async () => {
        const { status, body } = await register(metadata, initial);
        assert.deepEqual([status, body.error], [400, error]);
      });
  });

  it('gives no power over secrets, and none to register others', async () => {
    const { body } = await register({ redirect_uris: [callback] }, initial);
    const who = { UserPoolId: pool, ClientId: String(body.client_id) };
    await assert.rejects(world.aws.addUserPoolClientSecret(who), { name: 'InvalidParameterException' });
    const scopes = { AllowedOAuthScopes: ['aws.cognito/dcr/register'], AllowedOAuthFlows: ['code' as const] };
    const change = { ...who, ...scopes, AllowedOAuthFlowsUserPoolClient: true, CallbackURLs: [callback] };
    await assert.rejects(world.aws.updateUserPoolClient(change), { name: 'InvalidParameterException' });
  });

  it('by anybody has its limit', async () => {
    const statuses = [];
    for (let n = 0; n < 25; n++) statuses.push((await register({ redirect_uris: [callback] })).status);
    assert(statuses.includes(201) && statuses.at(-1) === 429, statuses.join());
    assert.equal((await register({ redirect_uris: [callback] }, initial)).status, 201);
  });
});
