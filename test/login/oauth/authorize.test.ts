/** `/oauth2/authorize`: what it refuses and whom it tells, where it never redirects to, and when it asks nobody. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { plainRequest } from '../http.ts';
import { authorize, type Client, callback, challengeOf, claimsOf, createOAuthClient, signInBrowser } from './world.ts';

const missing = (name: string) => `Required String parameter '${name}' is not present`;

describe('/oauth2/authorize', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let implicit: Client;
  let sub: string;
  let cookie: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await createOAuthClient(world, pool);
    implicit = await createOAuthClient(world, pool, { AllowedOAuthFlows: ['implicit'] });
    sub = await world.createUser(pool, 'jane', undefined, { email: 'jane@example.com' });
    cookie = await signInBrowser(world, { pool, client: client.id, sub });
  });
  after(() => world.stop());

  const good = () => ({ response_type: 'code', client_id: client.id, redirect_uri: callback });
  const ask = (parameters: Record<string, string>, by: string | undefined = cookie) => authorize(world, parameters, by);
  const errorOf = ({ searchParams, hash }: URL) =>
    Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);

  it('sends somebody who is not signed in to the sign-in page, with the same query', async () => {
    const query = { ...good(), state: 'ü &=', scope: 'openid email', lang: 'de', login_hint: 'jane' };
    const location = await authorize(world, query);
    assert.equal(location.origin + location.pathname, `${world.url}/login`);
    assert.deepEqual(errorOf(location), query);
  });

  it('is asked with GET, or with a form that becomes one', async () => {
    const query = new URLSearchParams(good());
    const posted = await fetch(`${world.url}/oauth2/authorize`, { method: 'POST', body: query, redirect: 'manual' });
    assert.deepEqual([posted.status, posted.headers.get('location')], [303, `/oauth2/authorize?${query}`]);
    for (const method of ['HEAD', 'PUT', 'DELETE'])
      assert.equal((await fetch(`${world.url}/oauth2/authorize?${query}`, { method })).status, 404, method);
  });

  describe('tells nobody but the person of', () => {
    const cases: [about: string, parameters: () => Record<string, string>, error: Record<string, string>][] = [
      ['a client that is not named', () => ({}), { error: 'invalid_request', error_description: missing('client_id') }],
      [
        'a client that does not exist',
        () => ({ ...good(), client_id: 'nobody' }),
        { error: 'invalid_client', error_description: 'Client does not exist.' },
      ],
      [
        'a client id that cannot be one',
        () => ({ ...good(), client_id: "x' or 1=1" }),
        { error: 'invalid_client', error_description: 'Client does not exist.' },
      ],
      [
        'a missing redirect URI',
        () => ({ response_type: 'code', client_id: client.id }),
        { error: 'invalid_request', error_description: missing('redirect_uri') },
      ],
      [
        'a request_uri that nobody pushed',
        () => ({ client_id: client.id, request_uri: 'urn:ietf:params:oauth:request_uri:nothing' }),
        { error: 'invalid_request_uri', error_description: 'The request_uri has expired or is unknown.' },
      ],
      [
        'a request_uri to fetch',
        () => ({ ...good(), request_uri: 'https://evil.example/request.jwt' }),
        { error: 'request_uri_not_supported' },
      ],
    ];
    for (const [about, parameters, error] of cases)
      it(about, async () => {
        const location = await ask(parameters());
        assert.equal(location.origin + location.pathname, `${world.url}/error`);
        const { client_id: _, ...told } = errorOf(location);
        assert.deepEqual(told, error);
      });

    it('a parameter that comes twice', async () => {
      const query = `${new URLSearchParams(good())}&redirect_uri=https%3A%2F%2Fevil.example`;
      const { headers } = await plainRequest(world.url, `/oauth2/authorize?${query}`);
      assert.match(headers.location ?? '', /^\/error\?error=invalid_request&/);
    });
  });

  describe('does not redirect to', () => {
    const tricks = {
      'another path': `${callback}/more`,
      'a path above': `${callback}/../evil`,
      'a path with a slash more': `${callback}/`,
      'another case': callback.toUpperCase(),
      'another case of the host': callback.replace('app', 'APP'),
      'another port': 'https://app.example.com:8443/callback',
      'the usual port, said': 'https://app.example.com:443/callback',
      'another scheme': callback.replace('https', 'http'),
      'a query more': `${callback}?next=evil`,
      'a fragment': `${callback}#evil`,
      'an empty fragment': `${callback}#`,
      'a user in front of the host': 'https://app.example.com@evil.example/callback',
      'the host as a user': 'https://user@app.example.com/callback',
      'a host below an attacker’s': 'https://app.example.com.evil.example/callback',
      'an encoded host': 'https://app%2eexample.com/callback',
      'an encoded path': 'https://app.example.com/%63allback',
      'a backslash': 'https://app.example.com\\callback',
      'a host in look-alike letters': 'https://аpp.example.com/callback',
      'full-width dots': 'https://app。example。com/callback',
      'a host in punycode': 'https://xn--pp-6kc.example.com/callback',
      'a relative address': '//app.example.com/callback',
      'a script': 'javascript:alert(1)//https://app.example.com/callback',
      'a line more': `${callback}\r\nset-cookie: a=b`,
      'a space in front': ` ${callback}`,
      'a zero byte behind': `${callback}\0`,
      'an empty one': '',
    };
    for (const [about, redirect_uri] of Object.entries(tricks))
      it(about, async () => {
        const location = await ask({ ...good(), redirect_uri });
        assert.equal(location.origin + location.pathname, `${world.url}/error`, location.href);
      });
  });

  describe('tells the client of', () => {
    const cases: [about: string, more: Record<string, string>, error: string, description?: string][] = [
      ['a missing response type', { response_type: '' }, 'invalid_request', missing('response_type')],
      ['an unknown response type', { response_type: 'id_token' }, 'unsupported_response_type'],
      ['a response type that is not the client’s', { response_type: 'token' }, 'unauthorized_client'],
      ['an unknown scope', { scope: 'openid sing' }, 'invalid_scope', 'invalid_scope'],
      ['a scope of an unknown resource', { scope: 'openid api/read' }, 'invalid_scope', 'invalid_scope'],
      ['email without openid', { scope: 'email' }, 'invalid_scope', 'invalid_scope'],
      ['a request object', { request: 'eyJ.e30.' }, 'request_not_supported'],
      [
        'a challenge without a method',
        { code_challenge: challengeOf('x') },
        'invalid_request',
        'code_challenge and code_challenge_method must be given together.',
      ],
      [
        'a method without a challenge',
        { code_challenge_method: 'S256' },
        'invalid_request',
        'code_challenge and code_challenge_method must be given together.',
      ],
      [
        'a plain challenge',
        { code_challenge: challengeOf('x'), code_challenge_method: 'plain' },
        'invalid_request',
        'code_challenge_method must be S256.',
      ],
      [
        'a challenge that is no hash',
        { code_challenge: 'short', code_challenge_method: 'S256' },
        'invalid_request',
        'code_challenge is not a SHA-256 hash.',
      ],
      [
        'prompts that exclude each other',
        { prompt: 'none login' },
        'invalid_request',
        'prompt=none excludes every other value.',
      ],
      ['an age that is none', { max_age: 'old' }, 'invalid_request', 'max_age must be a number of seconds.'],
      ['a resource that is no URL', { resource: 'javascript:alert(1)' }, 'invalid_target', 'resource must be a URL.'],
      ['a resource over HTTP', { resource: 'http://api.example.com' }, 'invalid_target', 'resource must be a URL.'],
      [
        'a provider that is not the client’s',
        { identity_provider: 'Google', prompt: 'login' },
        'invalid_request',
        'The identity provider does not exist for this client.',
      ],
    ];
    for (const [about, more, error, description] of cases)
      it(about, async () => {
        const location = await ask({ ...good(), ...more, state: 'S' });
        assert.equal(location.origin + location.pathname, callback);
        assert.deepEqual(errorOf(location), {
          error,
          ...(description === undefined ? {} : { error_description: description }),
          state: 'S',
          iss: `${world.url}/${pool}`,
        });
      });

    it('errors of the implicit grant in the fragment', async () => {
      const parameters = { ...good(), client_id: implicit.id, response_type: 'token', scope: 'x', state: 'S' };
      const { search, hash } = await ask(parameters);
      assert.equal(search, '');
      assert.equal(new URLSearchParams(hash.slice(1)).get('error'), 'invalid_scope');
      assert.equal(new URLSearchParams(hash.slice(1)).get('state'), 'S');
    });

    it('a client without OAuth', async () => {
      const plain = await createOAuthClient(world, pool, { AllowedOAuthFlowsUserPoolClient: false });
      const location = await ask({ ...good(), client_id: plain.id });
      assert.equal(location.searchParams.get('error'), 'unauthorized_client');
    });
  });

  describe('asks', () => {
    const destination = async (more: Record<string, string>, by: string | undefined = cookie) => {
      const location = await ask({ ...good(), ...more }, by);
      if (location.pathname === '/login') return 'the person';
      return location.searchParams.get('error') ?? (location.searchParams.has('code') ? 'nobody' : 'nothing');
    };

    it('nobody whose session is there, but whom prompt=login names', async () => {
      assert.equal(await destination({}), 'nobody');
      assert.equal(await destination({ prompt: 'none' }), 'nobody');
      assert.equal(await destination({ prompt: 'consent select_account' }), 'nobody');
      assert.equal(await destination({ prompt: 'login' }), 'the person');
      assert.equal(await destination({ prompt: 'none' }, ''), 'login_required');
      assert.equal(await destination({ identity_provider: 'COGNITO' }, ''), 'the person');
    });

    it('whose session is older than the request allows', async () => {
      const fresh = await signInBrowser(world, { pool, client: client.id, sub });
      assert.equal(await destination({ max_age: '60' }, fresh), 'nobody');
      world.clock.advance(61_000);
      assert.equal(await destination({ max_age: '60' }, fresh), 'the person');
      assert.equal(await destination({ max_age: '60', prompt: 'none' }, fresh), 'login_required');
      assert.equal(await destination({ max_age: '0' }, fresh), 'the person');
    });

    it('whose session is weaker than the request wants; tokens tell how strong it was', async () => {
      const [weak, strong] = [
        await signInBrowser(world, { pool, client: client.id, sub }),
        await signInBrowser(world, { pool, client: client.id, sub, proven: ['PASSWORD', 'SOFTWARE_TOKEN_MFA'] }),
      ];
      const acr_values = 'urn:cognito:loa:4';
      assert.equal(await destination({ acr_values }, weak), 'the person');
      assert.equal(await destination({ acr_values: 'urn:other:level' }, weak), 'nobody');
      assert.equal(await destination({ acr_values }, strong), 'nobody');
      const wanted = { ...good(), client_id: implicit.id, response_type: 'token', acr_values };
      const { hash } = await ask(wanted, strong);
      const { acr, amr } = claimsOf(new URLSearchParams(hash.slice(1)).get('id_token') ?? '');
      assert.deepEqual([acr, amr], [acr_values, ['pwd', 'otp', 'mfa']]);
    });

    it('who is not the person of the hint', async () => {
      const own = await signInBrowser(world, { pool, client: client.id, sub });
      const wanted = { ...good(), client_id: implicit.id, response_type: 'token', scope: 'openid' };
      const { hash } = await ask(wanted, own);
      const id_token_hint = new URLSearchParams(hash.slice(1)).get('id_token') ?? '';
      assert.equal(await destination({ id_token_hint, prompt: 'none' }, own), 'nobody');
      const other = await world.createUser(pool, 'kim');
      const theirs = await signInBrowser(world, { pool, client: client.id, sub: other });
      assert.equal(await destination({ id_token_hint, prompt: 'none' }, theirs), 'login_required');
      assert.equal(await destination({ id_token_hint }, theirs), 'the person');
      assert.equal(await destination({ id_token_hint: 'x' }, own), 'invalid_request');
    });

    it('everybody again after an hour', async () => {
      const own = await signInBrowser(world, { pool, client: client.id, sub });
      world.clock.advance(59 * 60_000);
      assert.equal(await destination({}, own), 'nobody');
      world.clock.advance(2 * 60_000);
      assert.equal(await destination({}, own), 'the person');
    });

    it('who brings a cookie of another pool, of nobody, or somebody else’s name for one', async () => {
      const other = await world.createPool();
      const theirs = await createOAuthClient(world, other);
      const mallory = await world.createUser(other, 'mallory');
      const foreign = await signInBrowser(world, { pool: other, client: theirs.id, sub: mallory });
      const value = foreign.split('=')[1];
      assert.equal(await destination({}, foreign), 'the person');
      assert.equal(await destination({}, `cognito.${pool}=${value}`), 'the person');
      assert.equal(await destination({}, `cognito=${cookie.split('=')[1]}`), 'the person');
      assert.equal(await destination({}, `cognito.${pool}=x`), 'the person');
    });
  });

  it('uses the client’s only redirect URI where it has named a default', async () => {
    const one = await createOAuthClient(world, pool, { DefaultRedirectURI: callback });
    const own = await signInBrowser(world, { pool, client: one.id, sub });
    const location = await authorize(world, { response_type: 'code', client_id: one.id }, own);
    assert.equal(location.origin + location.pathname, callback);
  });

  it('keeps the query of a redirect URI', async () => {
    const uri = 'myapp://callback?tenant=a%20b';
    const app = await createOAuthClient(world, pool, { CallbackURLs: [uri] });
    const own = await signInBrowser(world, { pool, client: app.id, sub });
    const location = await authorize(world, { ...good(), client_id: app.id, redirect_uri: uri, state: 's' }, own);
    assert.match(location.href, /^myapp:\/\/callback\?tenant=a%20b&code=[0-9a-f-]{36}&state=s&iss=/);
  });

  it('gives an implicit grant tokens that nothing refreshes', async () => {
    const own = await signInBrowser(world, { pool, client: implicit.id, sub });
    const parameters = { ...good(), client_id: implicit.id, response_type: 'token', scope: 'openid', state: 's' };
    const { hash, search } = await ask(parameters, own);
    assert.equal(search, '');
    const answer = Object.fromEntries(new URLSearchParams(hash.slice(1)));
    assert.deepEqual(Object.keys(answer), ['id_token', 'access_token', 'token_type', 'expires_in', 'state', 'iss']);
    assert.deepEqual([answer.token_type, answer.expires_in], ['Bearer', '3600']);
    const { version, scope } = claimsOf(answer.access_token);
    assert.deepEqual([version, scope], [2, 'openid']);
  });

  describe('a pushed request', () => {
    const push = async (form: Record<string, string>, of: Client = client) => {
      const body = new URLSearchParams({ client_id: of.id, ...form });
      const response = await fetch(`${world.url}/oauth2/par`, { method: 'POST', body });
      const answer = (await response.json()) as Partial<Record<'error' | 'request_uri' | 'expires_in', string>>;
      return { status: response.status, ...answer };
    };

    it('is checked when it is pushed', async () => {
      const mismatch = await push({ ...good(), redirect_uri: 'https://evil.example' });
      assert.deepEqual([mismatch.status, mismatch.error], [400, 'invalid_request']);
      const scope = await push({ ...good(), scope: 'sing' });
      assert.deepEqual([scope.status, scope.error], [400, 'invalid_scope']);
      assert.equal((await push({ ...good(), request_uri: 'urn:x' })).error, 'invalid_request');
      assert.equal((await push({ ...good(), client_id: 'nobody' })).status, 401);
      assert.equal((await push({ ...good(), state: 'x'.repeat(9000) })).error, 'invalid_request');
    });

    it('replaces what stands beside it, is its client’s only, and ends after ten minutes or with its answer', async () => {
      const { status, request_uri = '', expires_in } = await push({ ...good(), state: 'pushed', scope: 'openid' });
      assert.deepEqual([status, Number(expires_in)], [201, 600]);
      const query = { client_id: client.id, request_uri };
      const page = await authorize(world, { ...query, redirect_uri: 'https://evil.example', state: 'beside' });
      assert.equal(page.pathname, '/login');
      assert.equal(
        (await authorize(world, { ...query, client_id: implicit.id })).searchParams.get('error'),
        'invalid_request_uri',
      );
      const own = await signInBrowser(world, { pool, client: client.id, sub });
      const answer = await ask({ ...query, state: 'beside' }, own);
      assert.equal(answer.origin + answer.pathname, callback);
      assert.equal(answer.searchParams.get('state'), 'pushed');
      assert.equal((await ask(query, own)).searchParams.get('error'), 'invalid_request_uri');
      const late = await push(good());
      world.clock.advance(600_000);
      const expired = await ask({ client_id: client.id, request_uri: late.request_uri ?? '' });
      assert.equal(expired.searchParams.get('error'), 'invalid_request_uri');
    });
  });
});

describe('/oauth2/authorize where plans are enforced', () => {
  it('takes no notice of levels and ages in a pool on LITE', async () => {
    const world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    const pool = await world.createPool({ UserPoolTier: 'LITE' });
    const client = await createOAuthClient(world, pool);
    const sub = await world.createUser(pool, 'jane');
    const cookie = await signInBrowser(world, { pool, client: client.id, sub });
    world.clock.advance(60_000);
    const query = { response_type: 'code', client_id: client.id, redirect_uri: callback };
    const location = await authorize(world, { ...query, max_age: '1', acr_values: 'urn:cognito:loa:4' }, cookie);
    assert(location.searchParams.has('code'));
    await world.stop();
  });
});
