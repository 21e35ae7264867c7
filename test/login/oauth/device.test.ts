/** The device grant: polls, decisions, codes that people type. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { approveDevice, type Client, claimsOf, createOAuthClient, post, token } from './world.ts';

const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';

describe('the device grant', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let sub: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await createOAuthClient(world, pool);
    sub = await world.createUser(pool, 'jane');
  });
  after(() => world.stop());

  const begin = async (form: Record<string, string> = {}, by: Client = client) => {
    const { status, body } = await post(world, '/oauth2/device_authorization', by, form);
    return { status, body: body as unknown as Record<string, string> };
  };
  const poll = async (device_code = '', by: Client = client) =>
    (await token(world, by, { grant_type, device_code })).body;
  const decide = (userCode = '', decision: 'approve' | 'deny' = 'approve') =>
    approveDevice(world, { pool, client: client.id, sub, userCode }, decision);

  it('tells the device what to show, and for how long', async () => {
    const { status, body } = await begin({ scope: 'openid' });
    assert.equal(status, 200);
    assert.deepEqual([body.expires_in, body.interval], [600, 5]);
    const page = `${world.url}/device?client_id=${client.id}`;
    assert.equal(body.verification_uri, page);
    assert.equal(body.verification_uri_complete, `${page}&user_code=${body.user_code}`);
  });

  it('keeps the device waiting, and one that hurries longer', async () => {
    const { body } = await begin();
    assert.equal((await poll(body.device_code)).error, 'authorization_pending');
    assert.equal((await poll(body.device_code)).error, 'slow_down');
    world.clock.advance(5000);
    assert.equal((await poll(body.device_code)).error, 'slow_down');
    world.clock.advance(15_000);
    assert.equal((await poll(body.device_code)).error, 'authorization_pending');
  });

  it('gives tokens once after somebody has approved', async () => {
    const { body } = await begin({ scope: 'openid email' });
    await decide(` ${body.user_code?.replace('-', '').toLowerCase()} `);
    const answers = await Promise.all([1, 2, 3].map(() => poll(body.device_code)));
    const [given, ...more] = answers.filter(({ access_token }) => access_token !== undefined);
    assert.equal(more.length, 0);
    assert.equal(claimsOf(given?.id_token).sub, sub);
    assert.equal(claimsOf(given?.access_token).scope, 'openid email');
    assert.equal((await poll(body.device_code)).error, 'invalid_grant');
    await assert.rejects(decide(body.user_code), /no device waits/);
  });

  it('gives nothing where somebody has said no, or nobody in time', async () => {
    const [denied, late] = [(await begin()).body, (await begin()).body];
    await decide(denied.user_code, 'deny');
    assert.equal((await poll(denied.device_code)).error, 'access_denied');
    world.clock.advance(600_000);
    assert.equal((await poll(late.device_code)).error, 'expired_token');
    await assert.rejects(decide(late.user_code), /no device waits/);
  });

  it('is its client’s, and of clients with the code flow', async () => {
    const { body } = await begin();
    const other = await createOAuthClient(world, pool);
    assert.equal((await poll(body.device_code, other)).error, 'invalid_grant');
    assert.equal((await poll('')).error, 'invalid_request');
    assert.equal((await poll('unknown')).error, 'invalid_grant');
    const implicit = await createOAuthClient(world, pool, { AllowedOAuthFlows: ['implicit'] });
    assert.equal((await begin({}, implicit)).body.error, 'unauthorized_client');
    assert.equal((await begin({ scope: 'sing' })).body.error, 'invalid_scope');
  });

  it('ends with a global sign-out between approval and poll', async () => {
    const { body } = await begin();
    await decide(body.user_code);
    await world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: 'jane' });
    assert.equal((await poll(body.device_code)).error, 'invalid_grant');
  });
});
