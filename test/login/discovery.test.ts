/** The discovery document and the public keys, as OpenID Connect clients fetch them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../support/world.ts';

const template = 'https://cognito-idp.{region}.amazonaws.com/{poolId}';

describe('discovery', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
  });
  after(() => world.stop());
  const get = (path: string) => fetch(`${world.url}/${path}`);

  it('names issuer, keys and endpoints, with what Cognito’s document has and more', async () => {
    const response = await get(`${pool}/.well-known/openid-configuration`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const document = (await response.json()) as Record<string, unknown>;
    const cognito = {
      authorization_endpoint: `${world.url}/oauth2/authorize`,
      end_session_endpoint: `${world.url}/logout`,
      id_token_signing_alg_values_supported: ['RS256'],
      issuer: `${world.url}/${pool}`,
      jwks_uri: `${world.url}/${pool}/.well-known/jwks.json`,
      response_types_supported: ['code', 'token'],
      revocation_endpoint: `${world.url}/oauth2/revoke`,
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
      token_endpoint: `${world.url}/oauth2/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      userinfo_endpoint: `${world.url}/oauth2/userInfo`,
    };
    assert.deepEqual({ ...document, ...cognito }, document);
    assert.equal('registration_endpoint' in document, false);
    assert.equal(document.introspection_endpoint, `${world.url}/oauth2/introspect`);
    assert.deepEqual(document.code_challenge_methods_supported, ['S256']);
  });

  it('is the same under the names of RFC 8414', async () => {
    const wanted = await (await get(`${pool}/.well-known/openid-configuration`)).json();
    for (const path of [
      `.well-known/oauth-authorization-server/${pool}`,
      `.well-known/openid-configuration/${pool}`,
      `${pool}/.well-known/oauth-authorization-server`,
    ])
      assert.deepEqual(await (await get(path)).json(), wanted, path);
  });

  it('publishes two public keys, and nothing of the private ones', async () => {
    const response = await get(`${pool}/.well-known/jwks.json`);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const { keys } = (await response.json()) as { keys: Record<string, string>[] };
    assert.equal(keys.length, 2);
    for (const key of keys) {
      assert.deepEqual(Object.keys(key), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
      assert.match(key.kid ?? '', /^[A-Za-z0-9+/]{43}=$/);
      assert.equal(Buffer.from(key.n ?? '', 'base64url').length, 256);
      assert.deepEqual([key.alg, key.e, key.kty, key.use], ['RS256', 'AQAB', 'RSA', 'sig']);
    }
    assert.notEqual(keys[0]?.kid, keys[1]?.kid);
  });

  it('is over soon in every cache, so that rotated keys are found', async () => {
    const caching = (await get(`${pool}/.well-known/jwks.json`)).headers.get('cache-control') ?? '';
    assert(Number(/max-age=(\d+)/.exec(caching)?.[1]) <= 300, caching);
  });

  it('knows no pool that is not there, or not any more', async () => {
    const gone = await world.createPool();
    assert.equal((await get(`${gone}/.well-known/jwks.json`)).status, 200);
    await world.aws.deleteUserPool({ UserPoolId: gone });
    for (const id of [gone, 'us-east-1_Nobody123', '%00', 'x'.repeat(90)]) {
      for (const document of ['jwks.json', 'openid-configuration']) {
        const { status } = await get(`${id}/.well-known/${document}`);
        assert(status === 404 || status === 400, `${id}: ${status}`);
      }
    }
  });
});

describe('an issuer in AWS’s own form', () => {
  it('is that of document and tokens, while the keys are found here', async () => {
    const world = await startWorld({ settings: { CENOTE_ISSUER: template } });
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane');
    const response = await fetch(`${world.url}/${pool}/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = (await response.json()) as Record<string, string>;
    assert.equal(issuer, `https://cognito-idp.us-east-1.amazonaws.com/${pool}`);
    assert.equal(jwks_uri, `${world.url}/${pool}/.well-known/jwks.json`);
    const { AccessToken } = await world.signIn(client, 'jane');
    assert.equal(JSON.parse(Buffer.from(AccessToken.split('.')[1] ?? '', 'base64url').toString()).iss, issuer);
    assert.equal((await world.browser.getUser({ AccessToken })).Username, 'jane');
    await world.stop();
  });
});

describe('an issuer of its own for pools with an UPDATED one', () => {
  it('is theirs alone, from the moment that the pool asks for it', async () => {
    const issuerUpdated = 'https://issuer-cognito-idp.{region}.amazonaws.com/{poolId}';
    const world = await startWorld({ settings: { CENOTE_ISSUER_UPDATED: issuerUpdated } });
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane');
    const issuers = async () => {
      const response = await fetch(`${world.url}/${pool}/.well-known/openid-configuration`);
      const { issuer } = (await response.json()) as Record<string, string>;
      const { AccessToken } = await world.signIn(client, 'jane');
      assert.equal((await world.browser.getUser({ AccessToken })).Username, 'jane');
      return [issuer, JSON.parse(Buffer.from(AccessToken.split('.')[1] ?? '', 'base64url').toString()).iss];
    };
    const original = `${world.url}/${pool}`;
    assert.deepEqual(await issuers(), [original, original]);
    await world.aws.updateUserPool({ UserPoolId: pool, IssuerConfiguration: { Type: 'UPDATED' } });
    const updated = `https://issuer-cognito-idp.us-east-1.amazonaws.com/${pool}`;
    assert.deepEqual(await issuers(), [updated, updated]);
    await world.stop();
  });
});
