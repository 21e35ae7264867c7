/** Which pool a host is of, which addresses discovery names there, and what proxies may say about it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../support/world.ts';
import { formHeaders, plainRequest } from './http.ts';
import { type Client, callback, codeFlow, createOAuthClient, signInBrowser } from './oauth/world.ts';

const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-111111111111';

describe('hosts', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let stranger: Client;
  let port: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await createOAuthClient(world, pool);
    stranger = await createOAuthClient(world, await world.createPool());
    await world.aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'shop' });
    await world.aws.createUserPoolDomain({
      UserPoolId: pool,
      Domain: 'login.example.com',
      CustomDomainConfig: { CertificateArn },
    });
    ({ port } = new URL(world.url));
  });
  after(() => world.stop());

  const at = (host: string, path: string, headers: Record<string, string> = {}) =>
    plainRequest(world.url, path, { headers: { host, ...headers } });
  const document = async (host: string, path = '/.well-known/openid-configuration') => {
    const { status, body } = await at(host, path);
    return status === 200 ? (JSON.parse(body) as Record<string, string>) : undefined;
  };

  it('a domain is its pool’s, by prefix or as a whole, and discovery names addresses of the host that was asked', async () => {
    for (const host of [
      `shop.auth.localhost:${port}`,
      'shop.auth.us-east-1.amazoncognito.com',
      'SHOP.auth.LocalHost',
      'login.example.com',
    ]) {
      const found = await document(host);
      const base = `http://${host.toLowerCase()}`;
      assert.equal(found?.issuer, `${world.url}/${pool}`, host);
      assert.equal(found.token_endpoint, `${base}/oauth2/token`);
      assert.equal(found.authorization_endpoint, `${base}/oauth2/authorize`);
      assert.equal(found.end_session_endpoint, `${base}/logout`);
      assert.equal((await at(host, new URL(found.jwks_uri ?? '').pathname)).status, 200);
    }
  });

  it('another host is the server’s own, which needs a client or a pool to know whose it is', async () => {
    for (const host of [
      `localhost:${port}`,
      'cenote:9339',
      'shop.example.com',
      'other.auth.localhost',
      'shop.auth.evil.example',
    ]) {
      assert.equal(await document(host), undefined, host);
      const found = await document(host, `/${pool}/.well-known/openid-configuration`);
      assert.equal(found?.token_endpoint, `http://${host}/oauth2/token`);
    }
    assert.equal(
      await document(`localhost:${port}`, `/.well-known/oauth-authorization-server/${pool}`).then(
        found => found?.issuer,
      ),
      `${world.url}/${pool}`,
    );
  });

  it('a domain knows no clients and no documents of other pools', async () => {
    const host = `shop.auth.localhost:${port}`;
    assert.equal(await document(host, `/${stranger.id}/.well-known/openid-configuration`), undefined);
    const query = (id: string) => `?client_id=${id}&response_type=code&redirect_uri=${encodeURIComponent(callback)}`;
    const own = await at(host, `/oauth2/authorize${query(client.id)}`);
    assert.equal(own.headers.location?.split('?')[0], '/login');
    const foreign = await at(host, `/oauth2/authorize${query(stranger.id)}`);
    assert.match(foreign.headers.location ?? '', /^\/error\?error=invalid_client/);
    const body = `grant_type=refresh_token&refresh_token=x&client_id=${stranger.id}`;
    const token = await plainRequest(world.url, '/oauth2/token', {
      method: 'POST',
      headers: { host, ...formHeaders },
      body,
    });
    assert.deepEqual([token.status, JSON.parse(token.body)], [400, { error: 'invalid_client' }]);
  });

  it('what cannot be a host is repeated nowhere', async () => {
    for (const host of ['evil.example/path', 'a@b', 'x"y', '-a-', 'a..b:99999999']) {
      const { body } = await at(host, `/${pool}/.well-known/openid-configuration`);
      assert(!body.includes(host), host);
    }
  });

  it('nobody may say for others what host and scheme a request came to', async () => {
    const headers = {
      forwarded: 'for=192.0.2.1;host=evil.example;proto=https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
    };
    const { body } = await at(`localhost:${port}`, `/${pool}/.well-known/openid-configuration`, headers);
    assert.equal(JSON.parse(body).token_endpoint, `http://localhost:${port}/oauth2/token`);
  });

  it('changes with its domain', async () => {
    const other = await world.createPool();
    const Domain = 'moving';
    await world.aws.createUserPoolDomain({ UserPoolId: other, Domain });
    assert((await document(`${Domain}.auth.localhost`))?.issuer?.endsWith(other));
    await world.aws.deleteUserPoolDomain({ UserPoolId: other, Domain });
    assert.equal(await document(`${Domain}.auth.localhost`), undefined);
  });
});

describe('hosts behind a proxy that is trusted', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TRUSTED_PROXIES: '10.0.0.0/8,loopback,127.0.0.1,fd00::/8' } });
    pool = await world.createPool();
    await world.aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'shop' });
  });
  after(() => world.stop());

  const said: Record<string, Record<string, string>> = {
    'X-Forwarded-Host and -Proto': { 'x-forwarded-host': 'shop.auth.localhost', 'x-forwarded-proto': 'https' },
    Forwarded: { forwarded: 'for=192.0.2.1;host=evil.example, for=10.1.1.1;proto=https;host="shop.auth.localhost"' },
    'X-Forwarded-Host and -Proto, whatever anybody has sent as Forwarded,': {
      forwarded: 'host=evil.example;proto=http',
      'x-forwarded-host': 'shop.auth.localhost',
      'x-forwarded-proto': 'https',
    },
  };
  for (const [about, headers] of Object.entries(said))
    it(`are as ${about} say`, async () => {
      const { status, body } = await plainRequest(world.url, '/.well-known/openid-configuration', { headers });
      assert.equal(status, 200);
      assert.equal(JSON.parse(body).token_endpoint, 'https://shop.auth.localhost/oauth2/token');
    });

  it('make the cookie secure', async () => {
    const client = await createOAuthClient(world, pool, codeFlow);
    const headers = { 'x-forwarded-host': 'shop.auth.localhost', 'x-forwarded-proto': 'https' };
    const answer = await plainRequest(world.url, `/logout?client_id=${client.id}`, { headers });
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    assert.match(cookie, /^__Host-cognito=; /);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) assert(cookie.includes(part), cookie);
    assert(!cookie.includes('Domain'));
  });

  it('take no session that a neighbour under the same domain could have planted', async () => {
    const client = await createOAuthClient(world, pool, codeFlow);
    const sub = await world.createUser(pool, 'ann');
    const base = world.url.replace('http:', 'https:');
    const cookie = await signInBrowser(world, { pool, client: client.id, sub, base });
    assert.match(cookie, /^__Host-cognito\./);
    const query = new URLSearchParams({ client_id: client.id, response_type: 'code', redirect_uri: callback });
    const locationWith = async (cookie: string) => {
      const headers = { cookie, 'x-forwarded-proto': 'https' };
      return (await plainRequest(world.url, `/oauth2/authorize?${query}`, { headers })).headers.location ?? '';
    };
    assert.match(await locationWith(cookie), /\?code=/);
    assert.match(await locationWith(cookie.replace('__Host-', '')), /^\/login\?/);
  });
});
