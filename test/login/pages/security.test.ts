/** What the pages defend themselves against: forms of others, markup in every text they show, addresses that lead elsewhere, secrets in addresses. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createFormBrowser, type Page } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { callback, createPages, type Pages, signedInAs } from './pages.ts';

const paths = ['/login', '/signup', '/confirm', '/resendcode', '/forgotPassword', '/confirmforgotPassword'];
const hostile = `"><script>alert(1)</script>'<img src=x onerror=alert(1)>{{7*7}}&lt;`;

describe('the pages', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(world, { AutoVerifiedAttributes: ['email'] });
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com', email_verified: 'true' });
  });
  after(() => world?.stop());

  it('load nothing from elsewhere, stand in no frame, are kept by nobody, and weigh little', async () => {
    const all = [...paths.map(path => pages.url(path)), `${world.url}/error?error=x`, pages.url('/device')];
    for (const url of all) {
      const { headers, html } = await createFormBrowser(world.url).open(url);
      const policy = headers.get('content-security-policy') ?? '';
      const nonce = /script-src 'nonce-([\w-]{24})'/.exec(policy)?.[1] ?? assert.fail(`no nonce at ${url}`);
      for (const rule of [
        "default-src 'none'",
        `style-src 'nonce-${nonce}'`,
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
        assert.ok(policy.split('; ').includes(rule), `${rule} at ${url}`);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'same-origin');
      assert.match(headers.get('cache-control') ?? '', /no-store/);
      assert.match(headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/);
      assert.doesNotMatch(html, /(?:src|href)="https?:|url\(|@import|\sstyle="|\son\w+="/);
      assert.deepEqual(
        Array.from(html.matchAll(/<(?:script|style)\b([^>]*)>/g), ([, rest]) => rest?.trim()),
        Array.from(html.matchAll(/<(?:script|style)\b/g), () => `nonce="${nonce}"`),
      );
      assert.ok(gzipSync(html).length < 30_000, url);
    }
  });

  it('have a nonce of their own each time', async () => {
    const [one, other] = [await pages.open('/login'), await pages.open('/login')];
    assert.notEqual(one.headers.get('content-security-policy'), other.headers.get('content-security-policy'));
  });

  it('let forms lead to the address of an app, and to no other plain one', async () => {
    const policyOf = async (uri: string) => {
      const app = await createPages(world, { Id: pages.pool }, { CallbackURLs: [uri] });
      const page = await app.open('/login', { redirect_uri: uri });
      return /form-action ([^;]*)/.exec(page.headers.get('content-security-policy') ?? '')?.[1];
    };
    assert.equal(await policyOf('https://app.example/cb'), "'self' https:");
    assert.equal(await policyOf('myapp://cb'), "'self' https: myapp:");
    assert.equal(await policyOf('http://localhost:3000/cb'), "'self' https: http://localhost:3000");
  });

  it('set cookies that scripts and other hosts do not get', async () => {
    const page = await pages.open('/login', { lang: 'en' });
    const { browser } = await page.submit({ username: 'ann', password: goodPassword });
    assert.deepEqual([...browser.cookies.keys()].toSorted(), ['XSRF-TOKEN', `cognito.${pages.pool}`, 'lang']);
    for (const line of browser.setCookies) {
      assert.match(line, /; HttpOnly/, line);
      assert.match(line, /; SameSite=Lax/, line);
      assert.match(line, /; Path=\//, line);
      assert.doesNotMatch(line, /; Domain/i, line);
    }
  });

  describe('take forms of their own only', () => {
    const sent = async (change: (page: Page, body: URLSearchParams) => void) => {
      const page = await pages.open('/login');
      const body = new URLSearchParams({ _csrf: page.field('_csrf').value, username: 'ann', password: goodPassword });
      change(page, body);
      return page.browser.post(page.url, body);
    };
    const refused = (page: Page) => {
      assert.equal(page.status, 403);
      assert.equal(page.heading, 'Please try again');
      assert.ok(page.link('Try again'));
    };

    it('with the token of this browser', async () => {
      assert.ok((await signedInAs(world, pages, await sent(() => {}))).sub);
      refused(await sent((_, body) => body.delete('_csrf')));
      refused(await sent((_, body) => body.set('_csrf', '')));
      refused(await sent(page => page.browser.cookies.delete('XSRF-TOKEN')));
      refused(await sent((_, body) => body.set('_csrf', `${body.get('_csrf')}x`)));
      const other = await pages.open('/login');
      refused(await sent((_, body) => body.set('_csrf', other.field('_csrf').value)));
    });

    it('with one that this server has made', async () => {
      const planted = 'planted.by-a-neighbour';
      refused(
        await sent((page, body) => {
          page.browser.cookies.set('XSRF-TOKEN', planted);
          body.set('_csrf', planted);
        }),
      );
    });

    it('that no other site has sent', async () => {
      for (const site of ['cross-site', 'same-site'])
        refused(
          await sent(({ browser }) => {
            browser.headers['sec-fetch-site'] = site;
          }),
        );
      const own = await sent(({ browser }) => {
        browser.headers['sec-fetch-site'] = 'same-origin';
      });
      assert.equal(own.url.startsWith(callback), true);
    });

    it('on every page', async () => {
      for (const path of [...paths, '/passkeys/add', '/device']) {
        const { status } = await createFormBrowser(world.url).post(
          pages.url(path),
          new URLSearchParams({ username: 'ann' }),
        );
        assert.equal(status, 403, path);
      }
    });

    it('and keep the token of a page that stands open beside another', async () => {
      const first = await pages.open('/login');
      await pages.open('/signup', {}, first.browser);
      assert.ok((await signedInAs(world, pages, await first.submit({ username: 'ann', password: goodPassword }))).sub);
    });
  });

  it('show markup as text, wherever it comes from', async () => {
    const shownIn = (page: Page, where: string) => {
      assert.doesNotMatch(page.html, /<script>alert|<img|onerror=alert\(1\)>/i, where);
      return page;
    };
    const shows = (page: Page, where: string) => {
      shownIn(page, where);
      assert.ok(page.html.includes('&quot;&gt;&lt;script&gt;alert(1)'), `${where} shows what was given: ${page.text}`);
    };
    // In the query, and in every field that is shown again.
    const more = { state: hostile, nonce: hostile, login_hint: hostile, lang: hostile, extra: hostile };
    shows(await pages.open('/login', more), 'login_hint');
    shows(await (await pages.open('/login')).submit({ username: hostile, password: hostile }), 'username');
    const attributes = { 'requiredAttributes[email]': hostile };
    shows(
      await (await pages.open('/signup', more)).submit({ username: hostile, password: 'x', ...attributes }),
      'sign-up',
    );
    shows(await (await pages.open('/forgotPassword')).submit({ username: hostile }), 'forgotten password');
    shows(await (await pages.open('/confirm')).submit({ username: hostile, code: hostile }), 'confirmation');
    shownIn(
      await (await pages.open('/confirmforgotPassword')).submit({
        username: hostile,
        code: hostile,
        new_password: hostile,
        confirm_password: 'y',
      }),
      'reset',
    );
    for (const name of ['error', 'error_description', 'client_id'])
      shownIn(
        await createFormBrowser(world.url).open(
          `${world.url}/error?${new URLSearchParams({ error: 'x', [name]: hostile })}`,
        ),
        name,
      );
    shownIn(await (await pages.open('/device')).submit({ user_code: hostile }), 'user code');
  });

  it('show names of people as text', async () => {
    const name = `"><script>alert(1)</script>`;
    await world.createUser(pages.pool, name, goodPassword);
    const done = await (await pages.open('/login')).submit({ username: name, password: goodPassword });
    const page = await pages.open('/login', {}, done.browser);
    assert.equal(page.forms[0]?.buttons[0]?.text, `Sign in as ${name}`);
    assert.doesNotMatch(page.html, /<script>alert/);
  });

  it('lead nowhere but to the addresses of the client', async () => {
    const elsewhere = [
      'https://evil.example/',
      `${callback}/..`,
      `${callback}?x=1`,
      `${callback}#x`,
      'https://app.example:444/callback',
      'https://app.example@evil.example/callback',
      'https://APP.example/callback',
      '//evil.example',
      'javascript:alert(1)',
    ];
    for (const path of [...paths, '/passkeys/add'])
      for (const redirect_uri of elsewhere) {
        const page = await pages.open(path, { redirect_uri });
        if (path === '/passkeys/add' && page.status === 200) assert.fail(`${path} accepts ${redirect_uri}`);
        assert.equal(page.status, 400, `${path} ${redirect_uri}`);
        assert.match(page.text, /redirect_mismatch/);
        assert.equal(new URL(page.url).origin, world.url);
      }
    for (const then of ['https://evil.example', '//evil.example', 'constructor', '__proto__', 'toString']) {
      const done = await (await pages.open('/login', { then })).submit({ username: 'ann', password: goodPassword });
      assert.equal(done.url.startsWith(callback), true, then);
    }
  });

  it('tell who has asked wrongly on the error page, or the client where it is known', async () => {
    const open = (query: Record<string, string>) =>
      createFormBrowser(world.url).open(`${world.url}/login?${new URLSearchParams(query)}`);
    const missing = await open({});
    assert.equal(missing.status, 400);
    assert.match(
      missing.text,
      /An error was encountered with the requested page\..*Required String parameter 'client_id' is not present/,
    );
    assert.equal((await open({ client_id: 'nobody' })).status, 400);
    const told = await pages.open('/login', { response_type: 'none' });
    assert.match(told.url, /^https:\/\/app\.example\/callback\?error=unsupported_response_type/);
  });

  it('put no secret into an address', async () => {
    const browser = createFormBrowser(world.url);
    const signUp = await pages.open('/signup', {}, browser);
    const confirming = await signUp.submit({
      username: 'sue',
      password: goodPassword,
      'requiredAttributes[email]': 'sue@example.com',
    });
    const code = await world.codeTo('sue@example.com');
    await confirming.submit({ code });
    const forgot = await (await pages.open('/forgotPassword', {}, browser)).submit({ username: 'sue' });
    const recovery = await world.codeTo('sue@example.com');
    await forgot.submit({ code: recovery, new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' });
    for (const url of browser.visited)
      for (const secret of [goodPassword, code, recovery, 'Brand-New-9', 'sue'])
        assert.ok(!url.replace(/code=[0-9a-f-]{36}/, '').includes(secret), `${secret} in ${url}`);
  });

  it('answer defects with a page that tells nothing', async () => {
    const page = await pages.open('/login');
    const answer = await page.browser.post(
      page.url,
      new URLSearchParams({ _csrf: page.field('_csrf').value, session: 'x' }),
    );
    assert.equal(answer.status, 200);
    assert.equal(answer.alert, 'That took too long. Sign in again.');
    const huge = await page.browser.post(page.url, new URLSearchParams({ _csrf: 'x'.repeat(100_000) }));
    assert.equal(huge.status, 413);
  });
});
