/** `/oauth2/token` and its neighbours: who may ask, what programs get, what ends with a revocation. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { formHeaders, plainRequest } from '../http.ts';
import { type Client, callback, claimsOf, codeFor, createOAuthClient, post, signInBrowser, token } from './world.ts';

const uuid = /^[0-9a-f-]{36}$/;
const read = 'https://api.example.com/read';
const write = 'https://api.example.com/write';

describe('the token endpoint', () => {
  let world: World;
  let pool: string;
  let web: Client;
  let secretive: Client;
  let program: Client;
  let sub: string;
  let cookie: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    const Scopes = ['read', 'write', 'old'].map(ScopeName => ({ ScopeName, ScopeDescription: ScopeName }));
    const server = { UserPoolId: pool, Identifier: 'https://api.example.com', Name: 'API' };
    await world.aws.createResourceServer({ ...server, Scopes });
    web = await createOAuthClient(world, pool);
    secretive = await createOAuthClient(world, pool, { GenerateSecret: true });
    program = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: [read, 'https://api.example.com/old', 'aws.cognito/dcr/register'],
      CallbackURLs: undefined,
    });
    await world.aws.updateResourceServer({ ...server, Scopes: Scopes.slice(0, 2) });
    sub = await world.createUser(pool, 'jane', undefined, { email: 'jane@example.com', name: 'Jane' });
    cookie = await signInBrowser(world, { pool, client: web.id, sub });
  });
  after(() => world.stop());

  const tokens = async (of: Client, scope = 'openid email') => {
    const code = await codeFor(world, { client_id: of.id, scope }, cookie);
    const form = { grant_type: 'authorization_code', redirect_uri: callback, code };
    return (await token(world, of, form)).body as { access_token: string; id_token: string; refresh_token: string };
  };
  const refresh = (by: Partial<Client>, refresh_token: string, more: Record<string, string> = {}) =>
    token(world, by, { grant_type: 'refresh_token', refresh_token, ...more });

  describe('asks who calls', () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const ask = async (headers: Record<string, string>, form: Record<string, string>, path = '/oauth2/token') => {
      const body = new URLSearchParams({ grant_type: 'client_credentials', token: 'x', ...form });
      const response = await fetch(world.url + path, { method: 'POST', headers, body });
      const text = await response.text();
      return [response.status, text === '' ? undefined : JSON.parse(text).error];
    };
    type Case = [string, () => Record<string, string>, () => Record<string, string>, [number, string | undefined]];
    const cases: Case[] = [
      ['in the header', () => basic(`${program.id}:${program.secret}`), () => ({}), [200, undefined]],
      [
        'in the header, encoded as RFC 6749 wants it',
        () => basic(`${program.id}:${program.secret?.replace(/./, c => `%${c.charCodeAt(0).toString(16)}`)}`),
        () => ({}),
        [200, undefined],
      ],
      [
        'in the form',
        () => ({}),
        () => ({ client_id: program.id, client_secret: program.secret ?? '' }),
        [200, undefined],
      ],
      [
        'in the header, with the id in the form as well',
        () => basic(`${program.id}:${program.secret}`),
        () => ({ client_id: program.id }),
        [200, undefined],
      ],
      [
        'not in both',
        () => basic(`${program.id}:${program.secret}`),
        () => ({ client_id: program.id, client_secret: program.secret ?? '' }),
        [400, 'invalid_request'],
      ],
      [
        'not as two clients',
        () => basic(`${program.id}:${program.secret}`),
        () => ({ client_id: web.id }),
        [400, 'invalid_request'],
      ],
      [
        'not with a wrong secret',
        () => basic(`${program.id}:${secretive.secret}`),
        () => ({}),
        [400, 'invalid_client'],
      ],
      ['not without its secret', () => ({}), () => ({ client_id: program.id }), [400, 'invalid_client']],
      ['not with an empty secret', () => basic(`${program.id}:`), () => ({}), [400, 'invalid_client']],
      ['not with a secret that a public client lacks', () => basic(`${web.id}:x`), () => ({}), [400, 'invalid_client']],
      ['not as nobody', () => ({}), () => ({}), [400, 'invalid_request']],
      ['not as somebody unknown', () => basic('nobody:x'), () => ({}), [400, 'invalid_client']],
      ['not with another scheme', () => ({ authorization: 'Digest x' }), () => ({}), [400, 'invalid_client']],
      ['not with rubbish', () => ({ authorization: 'Basic !!!' }), () => ({}), [400, 'invalid_client']],
    ];
    for (const [about, headers, form, expected] of cases)
      it(about, async () => assert.deepEqual(await ask(headers(), form()), expected));

    it('elsewhere with 401 and a challenge', async () => {
      for (const path of ['revoke', 'introspect', 'par', 'device_authorization']) {
        const answer = await post(world, `/oauth2/${path}`, { id: program.id, secret: 'x' }, { token: 'x' });
        assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'], path);
        assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic /);
      }
    });

    it('slows down who guesses, and nobody else', async () => {
      const victim = await createOAuthClient(world, pool, { GenerateSecret: true });
      const guess = (secret = 'wrong') => refresh({ id: victim.id, secret }, 'x');
      const statuses = [];
      for (let n = 0; n < 22; n++) statuses.push((await guess()).status);
      assert.deepEqual(statuses, [...Array(20).fill(400), 429, 429]);
      const right = await guess(victim.secret);
      assert.deepEqual([right.status, right.headers.get('retry-after')], [429, '300']);
      assert.equal((await refresh(secretive, 'x')).body.error, 'invalid_grant', 'another client is not slowed down');
      world.clock.advance(5 * 60_000);
      assert.equal((await guess(victim.secret)).body.error, 'invalid_grant');
    });
  });

  describe('takes', () => {
    it('POST only, from any origin', async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const response = await fetch(`${world.url}/oauth2/token`, { method });
        assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'], method);
      }
      const preflight = await fetch(`${world.url}/oauth2/token`, { method: 'OPTIONS' });
      assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-origin')], [204, '*']);
    });

    it('forms only', async () => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ grant_type: 'client_credentials', client_id: program.id });
      const answer = await plainRequest(world.url, '/oauth2/token', { method: 'POST', headers, body });
      assert.deepEqual([answer.status, answer.body], [400, '{"error":"invalid_request"}']);
      const long = { method: 'POST', headers: formHeaders, body: `a=${'x'.repeat(100_000)}` };
      assert.equal((await plainRequest(world.url, '/oauth2/token', long)).status, 413);
    });

    it('each parameter once', async () => {
      const body = `grant_type=refresh_token&refresh_token=a&refresh_token=b&client_id=${web.id}`;
      const answer = await plainRequest(world.url, '/oauth2/token', { method: 'POST', headers: formHeaders, body });
      assert.deepEqual([answer.status, JSON.parse(answer.body).error], [400, 'invalid_request']);
    });

    it('the grants that it knows', async () => {
      assert.equal((await token(world, web, {})).body.error, 'invalid_request');
      for (const grant_type of ['password', 'constructor', '__proto__', 'implicit'])
        assert.deepEqual((await token(world, web, { grant_type })).body, { error: 'unsupported_grant_type' });
    });
  });

  describe('client_credentials', () => {
    const ask = (by: Partial<Client>, form: Record<string, string> = {}) =>
      token(world, by, { grant_type: 'client_credentials', ...form });

    it('gives a program a token in its own name, without what has gone from its resource server', async () => {
      const { body } = await ask(program);
      assert.deepEqual(Object.keys(body), ['access_token', 'expires_in', 'token_type']);
      const { exp: _, iat, auth_time, jti, ...claims } = claimsOf(body.access_token);
      assert.equal(iat, auth_time);
      assert.match(String(jti), uuid);
      assert.deepEqual(claims, {
        sub: program.id,
        token_use: 'access',
        scope: `${read} aws.cognito/dcr/register`,
        iss: `${world.url}/${pool}`,
        version: 2,
        client_id: program.id,
      });
      const { body: narrow } = await ask(program, { scope: read });
      assert.equal(claimsOf(narrow.access_token).scope, read);
    });

    it('refuses a scope that is not the client’s, and otherwise one that is nowhere', async () => {
      const errorOf = async (scope: string) => (await ask(program, { scope })).body.error;
      assert.equal(await errorOf(write), 'invalid_grant');
      assert.equal(await errorOf(`${read} ${write}`), 'invalid_grant');
      assert.equal(await errorOf('openid'), 'invalid_grant');
      assert.equal(await errorOf('https://api.example.com/delete'), 'invalid_scope');
    });

    it('is for clients that may', async () => {
      assert.deepEqual((await ask(web)).body, { error: 'unauthorized_client' });
      assert.deepEqual((await ask(secretive)).body, { error: 'unauthorized_client' });
      const code = await token(world, program, { grant_type: 'authorization_code', redirect_uri: callback, code: 'x' });
      assert.deepEqual(code.body, { error: 'unauthorized_client' });
    });

    it('takes metadata that is a JSON object of texts', async () => {
      const fine = await ask(program, { aws_client_metadata: '{"tenant":"a"}' });
      assert.equal(fine.status, 200);
      for (const aws_client_metadata of ['x', '[]', '{"a":1}', 'null'])
        assert.equal((await ask(program, { aws_client_metadata })).body.error, 'invalid_request', aws_client_metadata);
    });
  });

  describe('refresh_token', () => {
    it('is its client’s only, and of no other kind', async () => {
      const { refresh_token, access_token } = await tokens(web);
      assert.equal((await refresh(secretive, refresh_token)).body.error, 'invalid_grant');
      assert.equal((await refresh(web, access_token)).body.error, 'invalid_grant');
      assert.equal((await refresh(web, '')).body.error, 'invalid_request');
      assert.equal((await refresh(web, refresh_token)).status, 200);
    });

    it('never gives more than was granted', async () => {
      const { refresh_token } = await tokens(web);
      const more = await refresh(web, refresh_token, { scope: 'openid email phone' });
      assert.deepEqual([more.status, more.body.error], [400, 'invalid_scope']);
      const { body } = await refresh(web, refresh_token, { scope: 'openid' });
      assert.equal(claimsOf(body.access_token).scope, 'openid email');
    });

    it('serves sign-ins through the API, too', async () => {
      const { RefreshToken } = await world.signIn(web.id, 'jane');
      const { body } = await refresh(web, RefreshToken);
      assert.equal(claimsOf(body.access_token).scope, 'aws.cognito.signin.user.admin');
      assert.equal('version' in claimsOf(body.access_token), false);
      assert.equal(claimsOf(body.id_token).name, 'Jane');
    });
  });

  describe('userInfo', () => {
    const ask = async (bearer: string | undefined, init: RequestInit = {}) => {
      const headers: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const response = await fetch(`${world.url}/oauth2/userInfo`, { headers, ...init });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, string>,
      };
    };

    it('tells what the scopes tell of, texts throughout', async () => {
      const all = (await tokens(web, 'openid')).access_token;
      assert.deepEqual((await ask(all)).body, { sub, email: 'jane@example.com', name: 'Jane', username: 'jane' });
      const { access_token } = await tokens(web, 'openid profile');
      const { status, headers, body } = await ask(access_token);
      assert.deepEqual([status, body], [200, { sub, name: 'Jane', username: 'jane' }]);
      assert.equal(headers.get('access-control-allow-origin'), '*');
    });

    it('takes the token by POST, in the header or in the form', async () => {
      const { access_token } = await tokens(web);
      assert.equal((await ask(access_token, { method: 'POST' })).body.username, 'jane');
      const form = await ask(undefined, { method: 'POST', body: new URLSearchParams({ access_token }) });
      assert.equal(form.body.username, 'jane');
    });

    it('refuses what is no token, and every token but an access token with openid', async () => {
      const none = await ask(undefined);
      assert.deepEqual([none.status, none.body.error], [400, 'invalid_request']);
      assert.match(
        none.headers.get('www-authenticate') ?? '',
        /error="invalid_request", error_description="Bad OAuth2/,
      );
      const { access_token, id_token, refresh_token } = await tokens(web);
      const { AccessToken } = await world.signIn(web.id, 'jane');
      const plain = (await tokens(web, 'aws.cognito.signin.user.admin')).access_token;
      const machine = (await token(world, program, { grant_type: 'client_credentials' })).body.access_token;
      const forged = `${access_token.slice(0, -4)}AAAA`;
      for (const bearer of [id_token, refresh_token, AccessToken, plain, machine, forged, 'x']) {
        const answer = await ask(bearer);
        assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_token'], bearer);
        assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
      }
      const query = await fetch(`${world.url}/oauth2/userInfo?access_token=${access_token}`);
      assert.equal(query.status, 400);
    });
  });

  describe('revocation', () => {
    const revoke = (by: Partial<Client>, text: string) => post(world, '/oauth2/revoke', by, { token: text });

    it('ends a family, says so with nothing at all, and says the same of what nobody knows', async () => {
      const { access_token, refresh_token } = await tokens(secretive);
      const answer = await revoke(secretive, refresh_token);
      assert.deepEqual([answer.status, answer.body], [200, {}]);
      assert.equal((await refresh(secretive, refresh_token)).body.error, 'invalid_grant');
      const headers = { authorization: `Bearer ${access_token}` };
      assert.equal((await fetch(`${world.url}/oauth2/userInfo`, { headers })).status, 401);
      assert.equal((await revoke(secretive, refresh_token)).status, 200);
      assert.equal((await revoke(web, 'nobody-knows')).status, 200);
    });

    it('leaves the tokens of other clients alone', async () => {
      const { refresh_token } = await tokens(web);
      assert.equal((await revoke(secretive, refresh_token)).status, 200);
      assert.equal((await refresh(web, refresh_token)).status, 200);
    });

    it('takes refresh tokens, of clients with revocation', async () => {
      const { access_token, refresh_token } = await tokens(web);
      assert.deepEqual((await revoke(web, access_token)).body, { error: 'unsupported_token_type' });
      assert.equal((await revoke(web, '')).body.error, 'invalid_request');
      const forever = await createOAuthClient(world, pool, { EnableTokenRevocation: false });
      const answer = await revoke(forever, refresh_token);
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request']);
    });
  });

  describe('introspection', () => {
    const look = async (by: Partial<Client>, text: string) =>
      (await post(world, '/oauth2/introspect', by, { token: text })) as unknown as {
        status: number;
        body: Record<string, unknown>;
      };

    it('tells confidential clients of access tokens of their pool, and of their own refresh tokens', async () => {
      const { access_token, refresh_token, id_token } = await tokens(secretive);
      const { body } = await look(program, access_token);
      assert.deepEqual(body, { active: true, token_type: 'Bearer', ...claimsOf(access_token) });
      const own = (await look(secretive, refresh_token)).body;
      assert.deepEqual([own.active, own.token_type, own.scope], [true, 'refresh_token', 'openid email']);
      for (const text of [id_token, 'x', 'a.b.c'])
        assert.deepEqual((await look(program, text)).body, { active: false });
      assert.deepEqual((await look(program, refresh_token)).body, { active: false });
      await post(world, '/oauth2/revoke', secretive, { token: refresh_token });
      for (const text of [access_token, refresh_token])
        assert.deepEqual((await look(secretive, text)).body, { active: false });
    });

    it('tells nobody else', async () => {
      const { access_token } = await tokens(web);
      assert.equal((await look(web, access_token)).status, 401);
      const stranger = await createOAuthClient(world, await world.createPool(), { GenerateSecret: true });
      assert.deepEqual((await look(stranger, access_token)).body, { active: false });
      assert.equal((await look(secretive, '')).status, 400);
    });
  });
});
