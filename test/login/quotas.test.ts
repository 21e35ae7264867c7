/** Cognito's request rates at the OAuth endpoints and on the pages, and what public clients may leave here. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createDirectory } from '../../src/storage/directory.ts';
import { codeRedemption } from '../../src/user-pools/limits/categories.ts';
import { createQuotas, type Quotas } from '../../src/user-pools/limits/quotas.ts';
import { startWorld, type World } from '../support/world.ts';
import { type Client, createOAuthClient, post } from './oauth/world.ts';
import { createPages } from './pages/pages.ts';

const times = <T>(count: number, send: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => send(n)));

const basicOf = ({ id, secret }: Client) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** Sends the same form to the token endpoint again and again, without waiting for answers. @returns all of them */
const sendAll = async (url: string, count: number, authorization: string, form: string): Promise<string> => {
  const { hostname, port, host } = new URL(url);
  const request = (connection: string) =>
    [
      'POST /oauth2/token HTTP/1.1',
      `host: ${host}`,
      `authorization: ${authorization}`,
      'content-type: application/x-www-form-urlencoded',
      `content-length: ${form.length}`,
      `connection: ${connection}`,
      '',
      form,
    ].join('\r\n');
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(request('keep-alive').repeat(count - 1) + request('close'));
  return text(socket);
};

describe('with CENOTE_QUOTAS=aws', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_QUOTAS: 'aws' } });
    pool = await world.createPool();
  });
  after(() => world?.stop());

  it('the token endpoint says so in OAuth’s words', async () => {
    await world.aws.createResourceServer({
      UserPoolId: pool,
      Identifier: 'api',
      Name: 'api',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'Read' }],
    });
    const program = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['api/read'],
    });
    // Four times the rate of ClientAuthentication, all written at once: a slow machine may need two windows for them.
    const answers = await sendAll(world.url, 600, basicOf(program), 'grant_type=client_credentials&scope=none');
    assert.equal(answers.match(/HTTP\/1\.1 /g)?.length, 600);
    const refused = answers.match(/HTTP\/1\.1 429 /g)?.length ?? 0;
    assert.ok(refused > 0 && refused <= 450, `${refused} refused`);
    assert.equal(answers.match(/"error":"temporarily_unavailable"/g)?.length, refused);
    assert.equal(answers.match(/"error":"invalid_scope"/g)?.length, 600 - refused);
  });

  it('a page says it to whoever sends its form', async () => {
    const pages = await createPages(world, { Id: pool });
    const page = await pages.open('/forgotPassword');
    // Ten a second of one user.
    const answers = await times(60, () => page.submit({ username: 'nobody' }));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0 && refused.length <= 50, `${refused.length} refused`);
    assert.equal(refused[0]?.alert, 'Too many attempts. Try again later.');
    assert.equal((await page.submit({ username: 'somebody' })).heading, 'Set a new password');
  });

  describe('the rates themselves', () => {
    let quotas: Quotas;
    before(async () => {
      const { sealer, storage } = world.app.foundation;
      const { db } = storage;
      const { clock } = world;
      quotas = await createQuotas({ db, clock, directory: createDirectory({ db, clock, sealer }) });
    });
    /** Within one window: nothing is waited for but memory. */
    const passes = async (count: number, take: () => Promise<void>) =>
      (await Promise.allSettled(Array.from({ length: count }, take))).filter(({ status }) => status === 'fulfilled')
        .length;

    it('leave codes that are redeemed the rate of sign-ins to themselves', async () => {
      const call = { requestId: '', region: 'us-east-1', principal: null, sourceIp: '', userAgent: '' };
      const admit = (operation: string) => () => quotas.admit({ ...call, operation }, { UserPoolId: pool });
      assert.equal(await passes(200, admit(codeRedemption)), 120);
      assert.equal(await passes(200, admit('InitiateAuth')), 120);
    });

    it('hold for a domain, for an address and for an app client', async () => {
      const from = (address: string, clientId?: string) => () => quotas.admitToDomain('shop', { address, clientId });
      assert.equal(await passes(310, from('192.0.2.1')), 300);
      assert.equal(await passes(10, from('192.0.2.2', 'app')), 10);
      assert.equal(await passes(200, from('192.0.2.3')), 190);
      assert.equal(await passes(1, () => quotas.admitToDomain('other', { address: '192.0.2.1', clientId: 'app' })), 1);
    });
  });
});

describe('what anybody may leave here', () => {
  let world: World;
  let [app, server]: Client[] = [];
  before(async () => {
    world = await startWorld();
    const pool = await world.createPool();
    app = await createOAuthClient(world, pool);
    server = await createOAuthClient(world, pool, { GenerateSecret: true });
  });
  after(() => world?.stop());

  it('is limited by address, and not for clients that are known', async () => {
    assert.ok(app && server);
    const [publicApp, ownServer] = [app, server];
    const ask = (client: Client) => post(world, '/oauth2/device_authorization', client, { scope: 'openid' });
    const answers = await times(101, () => ask(publicApp));
    const [refused, ...others] = answers.filter(({ status }) => status !== 200);
    assert.deepEqual([refused?.status, refused?.body.error, others.length], [429, 'temporarily_unavailable', 0]);
    assert.ok(Number(refused?.headers.get('retry-after')) > 0);
    const pushed = { response_type: 'code', redirect_uri: 'https://app.example.com/callback' };
    assert.equal((await post(world, '/oauth2/par', publicApp, pushed)).status, 429);
    assert.equal((await post(world, '/oauth2/par', ownServer, pushed)).status, 201);
    world.clock.advance(61_000);
    assert.equal((await post(world, '/oauth2/par', publicApp, pushed)).status, 201);
  });
});
