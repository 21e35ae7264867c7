/** Certified relying parties run every grant: `openid-client` and, underneath it, `oauth4webapi` on its own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { createFormBrowser } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { approveDevice, type Client, callback, createOAuthClient, signInBrowser } from './world.ts';

const insecure = { [oauth.allowInsecureRequests]: true };
const api = 'https://api.example.com';

/** The browser's part of a grant. @returns where it comes back to */
const visit = async (url: URL, cookie: string): Promise<URL> => {
  const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
  assert.equal(response.status, 302);
  return new URL(response.headers.get('location') ?? '');
};

describe('certified relying parties', () => {
  let world: World;
  let pool: string;
  let issuer: URL;
  let sub: string;
  let web: Client;
  let program: Client;
  let cookie: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    issuer = new URL(`${world.url}/${pool}`);
    await world.aws.createResourceServer({
      UserPoolId: pool,
      Identifier: api,
      Name: 'API',
      Scopes: [
        { ScopeName: 'read', ScopeDescription: 'Read' },
        { ScopeName: 'write', ScopeDescription: 'Write' },
      ],
    });
    web = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['code', 'implicit'],
      LogoutURLs: ['https://app.example.com/bye'],
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    program = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [`${api}/read`, `${api}/write`],
    });
    sub = await world.createUser(pool, 'jane', undefined, { email: 'jane@example.com', email_verified: 'true' });
    const query = { client_id: web.id, response_type: 'code', redirect_uri: callback };
    const page = await createFormBrowser(world.url).open(`${world.url}/login?${new URLSearchParams(query)}`);
    const { browser, url } = await page.submit({ username: 'jane', password: goodPassword });
    assert(url.startsWith(callback), url);
    cookie = Array.from(browser.cookies, pair => pair.join('=')).join('; ');
  });
  after(() => world.stop());

  describe('openid-client', () => {
    const discover = (of: Client, authentication = client.ClientSecretBasic(of.secret)) =>
      client.discovery(issuer, of.id, undefined, authentication, { execute: [client.allowInsecureRequests] });

    it('runs the code grant with PKCE, state and nonce, refreshes with rotation, asks who it is, revokes', async () => {
      const config = await discover(web);
      const [verifier, state, nonce] = [client.randomPKCECodeVerifier(), client.randomState(), client.randomNonce()];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        max_age: '3000',
      });
      const back = await visit(url, cookie);
      const tokens = await client.authorizationCodeGrant(config, back, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        maxAge: 3000,
        idTokenExpected: true,
      });
      assert.equal(tokens.claims()?.sub, sub);
      const told = await client.fetchUserInfo(config, tokens.access_token, sub);
      assert.deepEqual(told, { sub, email: 'jane@example.com', email_verified: 'true', username: 'jane' });

      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.notEqual(refreshed.refresh_token, tokens.refresh_token);
      await client.tokenRevocation(config, refreshed.refresh_token ?? '');
      await assert.rejects(client.refreshTokenGrant(config, refreshed.refresh_token ?? ''), { error: 'invalid_grant' });
      await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub), { status: 401 });
    });

    it('ends the family of a refresh token that comes back after its rotation', async () => {
      const config = await discover(web);
      const url = client.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid' });
      const tokens = await client.authorizationCodeGrant(config, await visit(url, cookie), { idTokenExpected: true });
      const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ''), { error: 'invalid_grant' });
      await assert.rejects(client.refreshTokenGrant(config, next.refresh_token ?? ''), { error: 'invalid_grant' });
    });

    it('pushes its authorization request, and the browser carries only a reference', async () => {
      const config = await discover(web, client.ClientSecretPost(web.secret));
      const verifier = client.randomPKCECodeVerifier();
      const url = await client.buildAuthorizationUrlWithPAR(config, {
        redirect_uri: callback,
        scope: 'openid',
        state: 'pushed',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
      const back = await visit(url, cookie);
      const checks = { pkceCodeVerifier: verifier, expectedState: 'pushed' };
      assert((await client.authorizationCodeGrant(config, back, checks)).id_token);
      const again = await visit(url, cookie).catch(error => error);
      assert(again instanceof Error, 'a pushed request is answered once');
    });

    it('gets a program its own token, and introspects it', async () => {
      const config = await discover(program);
      const tokens = await client.clientCredentialsGrant(config, { scope: `${api}/read` });
      const {
        active,
        scope,
        client_id: id,
        token_type: type,
      } = await client.tokenIntrospection(config, tokens.access_token);
      assert.deepEqual([active, scope, id, type], [true, `${api}/read`, program.id, 'Bearer']);
      const all = await client.clientCredentialsGrant(config);
      assert.equal((await client.tokenIntrospection(config, all.access_token)).scope, `${api}/read ${api}/write`);
    });

    it('lets a device in that somebody approves elsewhere', async () => {
      const config = await discover(web);
      const device = await client.initiateDeviceAuthorization(config, { scope: 'openid email' });
      assert.match(device.user_code, /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
      assert.equal(device.verification_uri, `${world.url}/device?client_id=${web.id}`);
      await approveDevice(world, { pool, client: web.id, sub, userCode: device.user_code.toLowerCase() }, 'approve');
      const tokens = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 });
      assert.equal(tokens.claims()?.sub, sub);
      assert(tokens.refresh_token);
    });

    it('reads the implicit answer', async () => {
      const config = await discover(web);
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid',
        nonce,
        response_type: 'token',
        state: 'here',
      });
      const { hash } = await visit(url, cookie);
      const answer = new URLSearchParams(hash.slice(1));
      assert.deepEqual([...answer.keys()], ['id_token', 'access_token', 'token_type', 'expires_in', 'state', 'iss']);
      const told = await client.fetchUserInfo(config, answer.get('access_token') ?? '', sub);
      assert.equal(told.username, 'jane');
    });

    it('signs out where the client says', async () => {
      const config = await discover(web);
      const own = await signInBrowser(world, { pool, client: web.id, sub });
      const url = client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: 'https://app.example.com/bye',
        state: 'over',
      });
      assert.equal((await visit(url, own)).href, 'https://app.example.com/bye?state=over');
      const next = client.buildAuthorizationUrl(config, { redirect_uri: callback, scope: 'openid', prompt: 'none' });
      assert.equal((await visit(next, own)).searchParams.get('error'), 'login_required');
    });
  });

  describe('oauth4webapi', () => {
    for (const algorithm of ['oidc', 'oauth2'] as const) {
      it(`finds the server's metadata by ${algorithm}, and trades a code of a public client`, async () => {
        const found = await oauth.discoveryRequest(issuer, { algorithm, ...insecure });
        const server = await oauth.processDiscoveryResponse(issuer, found);
        const { id } = await createOAuthClient(world, pool);
        const relying: oauth.Client = { client_id: id };
        const verifier = oauth.generateRandomCodeVerifier();
        const url = new URL(server.authorization_endpoint ?? '');
        url.search = new URLSearchParams({
          client_id: id,
          redirect_uri: callback,
          response_type: 'code',
          scope: 'openid phone',
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state: 's',
        }).toString();
        const parameters = oauth.validateAuthResponse(server, relying, await visit(url, cookie), 's');
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          relying,
          oauth.None(),
          parameters,
          callback,
          verifier,
          insecure,
        );
        const tokens = await oauth.processAuthorizationCodeResponse(server, relying, response);
        assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.sub, sub);
        const keys = await oauth.validateApplicationLevelSignature(server, response, insecure).then(() => true);
        assert(keys);
      });
    }

    it('notices that an answer is another server’s (mix-up)', async () => {
      const found = await oauth.discoveryRequest(issuer, insecure);
      const server = await oauth.processDiscoveryResponse(issuer, found);
      const other = await world.createPool();
      const stranger = await createOAuthClient(world, other);
      const mallory = await world.createUser(other, 'mallory');
      const theirs = await signInBrowser(world, { pool: other, client: stranger.id, sub: mallory });
      const url = new URL(server.authorization_endpoint ?? '');
      url.search = new URLSearchParams({
        client_id: stranger.id,
        redirect_uri: callback,
        response_type: 'code',
      }).toString();
      const back = await visit(url, theirs);
      assert.throws(() => oauth.validateAuthResponse(server, { client_id: web.id }, back, oauth.expectNoState), /iss/);
    });

    it('is told of an error with the same issuer', async () => {
      const found = await oauth.discoveryRequest(issuer, insecure);
      const server = await oauth.processDiscoveryResponse(issuer, found);
      const url = new URL(server.authorization_endpoint ?? '');
      const query = { client_id: web.id, redirect_uri: callback, response_type: 'code', scope: 'openid x', state: 's' };
      url.search = new URLSearchParams(query).toString();
      const back = await visit(url, cookie);
      assert.throws(() => oauth.validateAuthResponse(server, { client_id: web.id }, back, 's'), {
        error: 'invalid_scope',
      });
    });

    it('registers a client of its own', async () => {
      const open = await world.createPool({ DcrConfiguration: { OpenDcrEnabled: true } });
      const at = new URL(`${world.url}/${open}`);
      const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, insecure));
      const response = await oauth.dynamicClientRegistrationRequest(
        server,
        { redirect_uris: [callback], client_name: 'Agent (beta)', token_endpoint_auth_method: 'none' },
        insecure,
      );
      const registered = await oauth.processDynamicClientRegistrationResponse(response);
      assert.equal(registered.client_secret, undefined);
      assert.equal(registered.client_name, 'Agent -beta-');
    });
  });
});
