/** What somebody tries who wants more of the OAuth endpoints and pages than they are for. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createFormBrowser } from '../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { formHeaders, plainRequest } from './http.ts';
import { type Client, callback, createOAuthClient, signInBrowser } from './oauth/world.ts';

const bye = 'https://app.example.com/bye';

describe('attacks', () => {
  let world: World;
  let pool: string;
  let client: Client;
  let sub: string;
  let cookie: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await createOAuthClient(world, pool, { LogoutURLs: [bye], PreventUserExistenceErrors: 'ENABLED' });
    sub = await world.createUser(pool, 'ann', undefined, { email: 'ann@example.com', email_verified: 'true' });
  });
  beforeEach(async () => {
    cookie = await signInBrowser(world, { pool, client: client.id, sub });
  });
  after(() => world.stop());

  /** The query as it is, with nothing corrected. @returns where the browser is sent, and the whole answer */
  const visit = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await plainRequest(world.url, path, { headers: { cookie, ...headers } });
    return { ...answer, location: answer.headers.location ?? '' };
  };
  const request = () => `client_id=${client.id}&response_type=code`;
  const good = () => `${request()}&redirect_uri=${encodeURIComponent(callback)}`;

  /** Addresses that some parser takes for the registered one, or for one below it. */
  const tricks = (registered: string): string[] => {
    const { host, pathname } = new URL(registered);
    const texts = [
      `${registered}/`,
      `${registered}/../evil`,
      `${registered}/..;/evil`,
      `${registered}?next=//evil.example`,
      `${registered}#@evil.example`,
      `${registered}%23`,
      `${registered} `,
      `${registered}\t`,
      `${registered}\r\nSet-Cookie: a=b`,
      `${registered}\u0000`,
      `${registered}.evil.example`,
      registered.replace('https', 'http'),
      registered.replace('https', 'HTTPS'),
      registered.toUpperCase(),
      registered.replace(host, `${host}:443`),
      registered.replace(host, `${host}:8443`),
      registered.replace(host, `${host}.`),
      registered.replace(host, `${host}@evil.example`),
      registered.replace(host, `evil.example\\@${host}`),
      registered.replace(host, `user:pass@${host}`),
      registered.replace(host, `${host}.evil.example`),
      registered.replace(host, `evil${host}`),
      registered.replace(host, host.replaceAll('.', '\u3002')),
      registered.replace(host, host.replace('app', '\u0430pp')),
      registered.replace(host, host.replace('app', '\uff41pp')),
      registered.replace(host, `x.${host}`),
      registered.replace(pathname, `/%2e%2e${pathname}`),
      registered.replace(pathname, `/.${pathname}`),
      registered.replace(pathname, `/${pathname}`),
      registered.replace('//', '/\\'),
      registered.replace('//', ''),
      registered.replace('https:', ''),
      encodeURIComponent(registered),
      `javascript:alert(1)//${registered}`,
      `data:text/html,${registered}`,
      '//evil.example',
      '/\\evil.example',
    ];
    return [...new Set(texts)].filter(text => text !== registered);
  };

  it('a redirect URI that only looks like the registered one leads to the error page of this host', async () => {
    for (const uri of tricks(callback)) {
      const { location, status } = await visit(
        `/oauth2/authorize?${request()}&redirect_uri=${encodeURIComponent(uri)}`,
      );
      assert.equal(status, 302, JSON.stringify(uri));
      assert.match(location, /^\/error\?error=redirect_mismatch&/, JSON.stringify(uri));
    }
  });

  it('so does a logout URI, under either of its names', async () => {
    for (const uri of tricks(bye))
      for (const name of ['logout_uri', 'post_logout_redirect_uri', 'redirect_uri']) {
        const { location } = await visit(`/logout?client_id=${client.id}&${name}=${encodeURIComponent(uri)}`, {
          cookie: '',
        });
        assert.match(location, /^\/error\?/, `${name} ${JSON.stringify(uri)}`);
      }
  });

  it('a registered address with letters of other scripts is sent as browsers read it', async () => {
    const uri = 'https://bücher.example/zurück?q=ä';
    const german = await createOAuthClient(world, pool, { CallbackURLs: [uri], LogoutURLs: [uri] });
    const query = `client_id=${german.id}&response_type=code&redirect_uri=${encodeURIComponent(uri)}&state=x`;
    const { status, location } = await visit(`/oauth2/authorize?${query}`);
    assert.equal(status, 302);
    assert.match(location, /^https:\/\/[!-~]+&code=/);
    assert.equal(new URL(location).hostname, 'xn--bcher-kva.example');
    const out = await visit(`/logout?client_id=${german.id}&logout_uri=${encodeURIComponent(uri)}`, { cookie: '' });
    assert.equal(new URL(out.location).hostname, 'xn--bcher-kva.example');
  });

  it('line ends in a parameter make no header', async () => {
    const evil = encodeURIComponent('x\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>');
    for (const name of [
      'state',
      'lang',
      'login_hint',
      'nonce',
      'scope',
      'error',
      'client_id',
      'prompt',
      'identity_provider',
      'ui_locales',
    ])
      for (const path of [
        '/oauth2/authorize',
        '/login',
        '/logout',
        '/error',
        '/signup',
        '/device',
        '/account',
        '/passkeys/add',
        '/confirmUser',
      ]) {
        const { headers, body } = await visit(
          `${path}?${good()}&${name}=${evil}`.replace(
            `client_id=${client.id}&`,
            name === 'client_id' ? '' : `client_id=${client.id}&`,
          ),
        );
        assert.doesNotMatch(JSON.stringify(headers), /"evil=1|\\r|\\n/, `${name} at ${path}`);
        assert.ok(!(headers['set-cookie'] ?? []).some(line => line.includes('evil')), `${name} at ${path}`);
        assert.doesNotMatch(body, /<script>alert/, `${name} at ${path}`);
      }
  });

  it('a parameter that comes twice is refused everywhere, also by POST', async () => {
    for (const name of ['client_id', 'redirect_uri', 'state', 'scope', 'response_type', 'code_challenge'])
      for (const path of ['/oauth2/authorize', '/login', '/signup']) {
        const { location } = await visit(`${path}?${good()}&scope=openid&state=a&${name}=b&${name}=c`);
        assert.match(location, /^\/error\?error=invalid_re/, `${name} at ${path}`);
      }
    const twice = await plainRequest(world.url, '/oauth2/authorize', {
      method: 'POST',
      headers: formHeaders,
      body: `${good()}&state=a&state=b`,
    });
    const next =
      twice.status === 303 ? await visit(twice.headers.location ?? '') : { location: twice.headers.location };
    assert.match(next.location ?? '', /^\/error\?error=invalid_request/);
    for (const path of ['token', 'revoke', 'introspect', 'par', 'device_authorization']) {
      const { status, body } = await plainRequest(world.url, `/oauth2/${path}`, {
        method: 'POST',
        headers: formHeaders,
        body: `client_id=${client.id}&client_id=${client.id}&grant_type=refresh_token&token=x`,
      });
      assert.deepEqual([status, JSON.parse(body).error], [400, 'invalid_request'], path);
    }
  });

  it('names of what every object has are parameters like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const { location } = await visit(`/oauth2/authorize?${good()}&${name}=1&${name}[x]=1`);
      assert.match(location, /^https:\/\/app\.example\.com\/callback\?code=/);
      const wrong = await visit(`/oauth2/authorize?${good().replace('=code', `=${name}`)}`);
      assert.match(wrong.location, /callback\?error=unsupported_response_type/);
      const { body } = await plainRequest(world.url, '/oauth2/token', {
        method: 'POST',
        headers: formHeaders,
        body: `grant_type=${name}&client_id=${client.id}`,
      });
      assert.equal(JSON.parse(body).error, 'unsupported_grant_type');
      assert.match((await visit(`/login?${good()}&then=${name}`)).body, /name="password"|name="continue"/);
    }
  });

  it('more than anybody needs is refused before it costs anything', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `p${index}=${index}`).join('&');
    assert.equal((await visit(`/login?${good()}&${many}`)).status, 431);
    const few = Array.from({ length: 2000 }, (_, index) => `p${index}=1`).join('&');
    assert.equal((await visit(`/login?${good()}&${few}`)).status, 200);
    const form = await plainRequest(world.url, `/login?${good()}`, {
      method: 'POST',
      headers: formHeaders,
      body: many,
    });
    assert.equal(form.status, 413);
    const other = await plainRequest(world.url, `/login?${good()}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(other.status, 400);
  });

  it('nobody signs in, signs up or recovers a password here through a client without OAuth', async () => {
    const back = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: false,
      AllowedOAuthFlows: [],
      AllowedOAuthScopes: [],
      CallbackURLs: [],
    });
    for (const path of ['/login', '/signup', '/confirm', '/forgotPassword', '/confirmforgotPassword', '/resendcode'])
      for (const then of ['account', 'device', 'passkeys', 'account/password', undefined]) {
        const query = new URLSearchParams({ client_id: back.id, ...(then && { then }) });
        const page = await createFormBrowser(world.url).open(`${world.url}${path}?${query}`);
        assert.equal(page.status, 400, `${path} then ${then}`);
        assert.deepEqual(page.forms, [], `${path} then ${then}`);
      }
  });

  it('stands in no frame and in no cache, whatever the answer', async () => {
    const answers = [
      visit(`/oauth2/authorize?${good()}`),
      visit('/oauth2/authorize'),
      visit(`/login?${good()}`),
      visit(`/login?${good()}&response_type=x`),
      visit('/login'),
      visit(`/logout?client_id=${client.id}`, { cookie: '' }),
      visit('/error?error=x'),
      visit('/confirmUser'),
      visit(`/device?client_id=${client.id}`),
      visit(`/account?client_id=${client.id}`),
      visit(`/passkeys/add?client_id=${client.id}`),
      plainRequest(world.url, `/login?${good()}`, { method: 'POST', headers: formHeaders, body: 'username=ann' }),
      plainRequest(world.url, '/oauth2/token', { method: 'POST', headers: formHeaders, body: '' }),
    ];
    for (const { headers, status } of await Promise.all(answers)) {
      assert.equal(headers['x-frame-options'], 'DENY', `${status} ${headers.location}`);
      assert.match(headers['cache-control'] ?? '', /no-store/, `${status} ${headers.location}`);
      assert.equal(headers['x-content-type-options'], 'nosniff', `${status} ${headers.location}`);
    }
  });

  describe('an application that anybody has registered', () => {
    let stranger: string;
    const ask = (more: Record<string, string> = {}) =>
      new URLSearchParams({
        client_id: stranger,
        response_type: 'code',
        redirect_uri: 'https://evil.example/cb',
        ...more,
      });
    before(async () => {
      await world.aws.updateUserPool({
        UserPoolId: pool,
        DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true, OpenDcrGrantTypes: ['code'] },
      });
      const answer = await fetch(`${world.url}/${pool}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'Your <b>Bank</b>',
          redirect_uris: ['https://evil.example/cb'],
          token_endpoint_auth_method: 'none',
        }),
      });
      stranger = ((await answer.json()) as { client_id: string }).client_id;
    });

    it('gets nothing by a link that somebody opens who is signed in', async () => {
      assert.equal((await visit(`/oauth2/authorize?${ask()}`)).location.split('?')[0], '/login');
      const silent = await visit(`/oauth2/authorize?${ask({ prompt: 'none' })}`);
      assert.match(silent.location, /^https:\/\/evil\.example\/cb\?error=login_required/);
    });

    it('is shown with the address that it leads to, before and after the sign-in', async () => {
      for (const more of [{}, { prompt: 'login' }] as Record<string, string>[]) {
        const page = await createFormBrowser(world.url).open(`${world.url}/oauth2/authorize?${ask(more)}`);
        const asked = await page.submit({ username: 'ann', password: goodPassword });
        assert.match(asked.text, /Let “Your -b-Bank--b-” sign in as ann\? https:\/\/evil\.example /);
        assert.match((await asked.press('Deny')).url, /^https:\/\/evil\.example\/cb\?error=access_denied&/);
        const done = await asked.press('Allow');
        assert.match(done.url, /^https:\/\/evil\.example\/cb\?code=/);
        const again = await page.browser.open(`${world.url}/login?${ask()}`);
        assert.equal(again.heading, 'Welcome back');
        // Without what the page has asked, and with what it has asked of another request.
        const { value } = asked.field('approval');
        const sent = (fields: object) =>
          page.browser.post(again.url, new URLSearchParams({ _csrf: again.field('_csrf').value, ...fields }));
        assert.equal((await sent({ continue: 'true' })).heading, 'Sign in');
        assert.equal((await sent({ approval: 'x' })).heading, 'Sign in');
        const elsewhere = `${world.url}/login?${ask({ scope: 'openid email' })}`;
        const other = new URLSearchParams({ _csrf: again.field('_csrf').value, approval: value });
        assert.equal((await page.browser.post(elsewhere, other)).heading, 'Sign in');
        // Nor with what it has asked long ago.
        const { value: early } = again.field('approval');
        world.clock.advance(10 * 60_000);
        assert.equal((await sent({ approval: early })).heading, 'Sign in');
      }
    });
  });

  it('a pushed request that is asked twice at the same moment is answered once', async () => {
    const body = new URLSearchParams({ client_id: client.id, response_type: 'code', redirect_uri: callback });
    const pushed = await fetch(`${world.url}/oauth2/par`, { method: 'POST', body });
    const { request_uri } = (await pushed.json()) as { request_uri: string };
    const query = new URLSearchParams({ client_id: client.id, request_uri });
    const answers = await Promise.all(Array.from({ length: 8 }, () => visit(`/oauth2/authorize?${query}`)));
    assert.equal(answers.filter(({ location }) => /\?code=/.test(location)).length, 1);
  });

  it('nobody learns on a page whether somebody has an account', async () => {
    await world.aws.signUp({ ClientId: client.id, Username: 'una', Password: goodPassword });
    const told = async (path: string, username: string, fields: Record<string, string>) => {
      const page = await createFormBrowser(world.url).open(`${world.url}${path}?${good()}`);
      const answer = await page.submit({ username, ...fields });
      return [
        answer.status,
        answer.url,
        answer.text.replaceAll(username, 'NAME'),
        answer.headers.get('content-security-policy')?.length,
      ];
    };
    const wrong = { password: 'Wrong-Horse-7' };
    assert.deepEqual(await told('/login', 'ann', wrong), await told('/login', 'nil', wrong));
    assert.deepEqual(await told('/login', 'una', wrong), await told('/login', 'nil', wrong));
    const reset = { code: '123456', new_password: 'New-Horse-77', confirm_password: 'New-Horse-77' };
    assert.deepEqual(
      await told('/confirmforgotPassword', 'ann', reset),
      await told('/confirmforgotPassword', 'nil', reset),
    );
    const masked = (line: unknown[]) => JSON.stringify(line).replace(/\S\*{2,}@\S\*+/, 'MASKED');
    assert.deepEqual(
      masked(await told('/forgotPassword', 'ann', {})),
      masked(await told('/forgotPassword', 'nil', {})),
    );
    const code = { code: '123456' };
    assert.deepEqual(await told('/confirm', 'una', code), await told('/confirm', 'nil', code));
  });

  it('links in messages do not follow the Host that somebody else has sent', async () => {
    const linked = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
    });
    await world.aws.createUserPoolDomain({ UserPoolId: linked, Domain: 'linked' });
    const app = await createOAuthClient(world, linked);
    const browser = createFormBrowser(world.url);
    const query = new URLSearchParams({ client_id: app.id, response_type: 'code', redirect_uri: callback });
    const page = await browser.open(`${world.url}/signup?${query}`);
    const body = new URLSearchParams({
      _csrf: page.field('_csrf').value,
      username: 'zoe',
      password: goodPassword,
      'requiredAttributes[email]': 'zoe@example.com',
    });
    const cookies = Array.from(browser.cookies, pair => pair.join('=')).join('; ');
    const { status } = await plainRequest(world.url, `/signup?${query}`, {
      method: 'POST',
      headers: {
        ...formHeaders,
        cookie: cookies,
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      },
      body: body.toString(),
    });
    assert.equal(status, 200);
    const [mail] = await world.mailTo('zoe@example.com');
    assert.match(mail?.html ?? mail?.text ?? '', /\/confirmUser\?/);
    assert.doesNotMatch(JSON.stringify(mail), /evil/);
  });

  it('markup in a name is text on every page of an account, and each form there is of that page', async () => {
    const hostile = '"><script>alert(1)</script>';
    const other = await createOAuthClient(world, pool);
    await world.createUser(pool, hostile, undefined, {
      name: hostile,
      email: 'eve@example.com',
      profile: 'javascript:alert(1)',
    });
    const browser = createFormBrowser(world.url);
    browser.headers['user-agent'] = `Mozilla/5.0 ${hostile}`;
    const account = `${world.url}/account?client_id=${other.id}`;
    const page = await (await browser.open(account)).submit({ username: hostile, password: goodPassword });
    const links = Array.from(page.html.matchAll(/href="(\/account\/[^"?]+)/g), ([, path = '']) => path);
    assert.ok(links.length >= 5, page.text);
    const paths = ['/account', ...links, '/login', '/device'];
    for (const path of paths) {
      const { html, status } = await browser.open(`${world.url}${path}?client_id=${other.id}&then=account`);
      assert.equal(status, 200, path);
      assert.doesNotMatch(html, /<script>alert|href="javascript/, path);
      const post = await browser.post(
        `${world.url}${path}?client_id=${other.id}&then=account`,
        new URLSearchParams({ action: 'x' }),
      );
      assert.equal(post.status, 403, path);
    }
  });
});
