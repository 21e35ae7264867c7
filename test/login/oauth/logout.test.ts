/** `/logout`: what ends there, and where it leads. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { formHeaders, plainRequest } from '../http.ts';
import { authorize, type Client, callback, codeFor, createOAuthClient, signInBrowser, token } from './world.ts';

const bye = 'https://app.example.com/bye';

describe('/logout', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let other: Client;
  let sub: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await createOAuthClient(world, pool, { LogoutURLs: [bye, `${bye}?tenant=a`] });
    other = await createOAuthClient(world, pool);
    sub = await world.createUser(pool, 'jane');
  });
  after(() => world.stop());

  const signIn = () => signInBrowser(world, { pool, client: client.id, sub });
  const leave = async (query: Record<string, string>, cookie = '') => {
    const path = `/logout?${new URLSearchParams({ client_id: client.id, ...query })}`;
    const { status, headers } = await plainRequest(world.url, path, { headers: { cookie } });
    assert.equal(status, 302);
    return headers.location ?? '';
  };
  const isSignedIn = async (cookie: string) => {
    const query = { response_type: 'code', client_id: client.id, redirect_uri: callback };
    return (await authorize(world, query, cookie)).searchParams.has('code');
  };

  it('ends the browser’s session on the server, and takes the cookie away', async () => {
    const cookie = await signIn();
    const another = await signIn();
    assert(await isSignedIn(cookie));
    const path = `/logout?client_id=${client.id}&logout_uri=${encodeURIComponent(bye)}`;
    const { headers } = await plainRequest(world.url, path, { headers: { cookie } });
    assert.equal(headers.location, bye);
    assert.match(headers['set-cookie']?.[0] ?? '', /^cognito\.us-east-1_\w+=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/);
    assert.equal(await isSignedIn(cookie), false);
    assert(await isSignedIn(another), 'the session of another browser goes on');
  });

  it('leaves tokens alone, as Cognito does', async () => {
    const cookie = await signIn();
    const code = await codeFor(world, { client_id: client.id }, cookie);
    const form = { grant_type: 'authorization_code', redirect_uri: callback, code };
    const { refresh_token = '' } = (await token(world, client, form)).body;
    await leave({ logout_uri: bye }, cookie);
    assert.equal((await token(world, client, { grant_type: 'refresh_token', refresh_token })).status, 200);
  });

  it('passes on to the sign-in page, with all scopes of the client unless it says which', async () => {
    const query = { response_type: 'code', redirect_uri: callback, state: 's' };
    const location = new URL(await leave({ ...query, identity_provider: 'Google' }), world.url);
    assert.deepEqual(Object.fromEntries(location.searchParams), {
      client_id: client.id,
      ...query,
      scope: 'openid email phone profile aws.cognito.signin.user.admin',
    });
    assert.equal(location.pathname, '/login');
    assert.match(await leave({ ...query, scope: 'openid' }), /scope=openid(&|$)/);
  });

  it('goes to registered addresses only, and the session ends all the same', async () => {
    const wrong = [
      { logout_uri: 'https://evil.example' },
      { logout_uri: `${bye}/` },
      { logout_uri: `${bye}?next=evil` },
      { logout_uri: 'https://app.example.com@evil.example/bye' },
      { logout_uri: 'https://evil.example', redirect_uri: callback, response_type: 'code' },
      { post_logout_redirect_uri: 'https://evil.example' },
      { redirect_uri: 'https://evil.example', response_type: 'code' },
      { redirect_uri: callback },
      {},
    ];
    for (const query of wrong) {
      const cookie = await signIn();
      assert.match(await leave(query as Record<string, string>, cookie), /^\/error\?error=/, JSON.stringify(query));
      assert.equal(await isSignedIn(cookie), false);
    }
    const foreign = await leave({ client_id: other.id, logout_uri: bye });
    assert.match(foreign, /^\/error\?error=invalid_request/);
    const { headers } = await plainRequest(world.url, `/logout?logout_uri=${encodeURIComponent(bye)}`);
    assert.match(headers.location ?? '', /^\/error\?error=invalid_request/);
  });

  it('understands OpenID Connect’s sign-out, by an ID token or by the client’s id', async () => {
    const cookie = await signIn();
    const code = await codeFor(world, { client_id: client.id, scope: 'openid' }, cookie);
    const form = { grant_type: 'authorization_code', redirect_uri: callback, code };
    const { id_token = '', access_token = '' } = (await token(world, client, form)).body;
    world.clock.advance(2 * 3_600_000);
    const query = { post_logout_redirect_uri: bye, state: 's' };
    const by = async (more: Record<string, string>) => {
      const { headers } = await plainRequest(world.url, `/logout?${new URLSearchParams({ ...query, ...more })}`);
      return headers.location;
    };
    assert.equal(await by({ id_token_hint: id_token }), `${bye}?state=s`, 'an expired one will do');
    assert.equal(await by({ client_id: client.id }), `${bye}?state=s`);
    const forged = `${id_token.slice(0, -4)}AAAA`;
    for (const hint of [forged, access_token, 'x'])
      assert.match((await by({ id_token_hint: hint, client_id: client.id })) ?? '', /^\/error/);
    assert.match((await by({ id_token_hint: id_token, client_id: other.id })) ?? '', /^\/error/);
  });

  it('comes again as a navigation when it comes as a form', async () => {
    const body = `client_id=${client.id}&logout_uri=${encodeURIComponent(bye)}`;
    const { status, headers } = await plainRequest(world.url, '/logout', {
      method: 'POST',
      headers: formHeaders,
      body,
    });
    assert.deepEqual([status, headers.location], [303, `/logout?${body}`]);
  });
});
