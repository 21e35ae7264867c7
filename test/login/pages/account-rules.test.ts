/** Who gets to an account page: through which app client, how long after a sign-in, by which forms; and who does not. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createFormBrowser } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { plainRequest } from '../http.ts';
import { createAccountPool, signInToAccount } from './account-pages.ts';
import { callback, createPages, type Pages } from './pages.ts';

const MINUTE = 60_000;
const guarded = ['contacts', 'password', 'second-factors', 'passkeys', 'delete'];
const open = ['profile', 'devices', 'sessions'];
const all = [...open, ...guarded];

describe('account pages', () => {
  let world: World;
  let pages: Pages;
  /** Of the same pool: a client with the pages, but without the scope of the API. */
  let closed: Pages;
  let count = 0;
  before(async () => {
    world = await startWorld();
    pages = await createAccountPool(world);
    closed = await createPages(world, { Id: pages.pool }, { AllowedOAuthScopes: ['openid', 'email'] });
  });
  after(() => world?.stop());

  const newcomer = async () => {
    count += 1;
    const username = `user${count}`;
    await world.createUser(pages.pool, username, goodPassword, {
      nickname: 'Nick',
      email: `${username}@example.com`,
      email_verified: 'true',
    });
    return username;
  };
  const arrive = async () => signInToAccount(world, pages, await newcomer());
  const address = (section: string, client = pages.client) => `${world.url}/account/${section}?client_id=${client}`;

  it('are for whoever has signed in, who comes back to the section', async () => {
    const username = await newcomer();
    for (const section of all) {
      const start = await createFormBrowser(world.url).open(address(section));
      assert.equal(start.heading, 'Sign in');
      const page = await start.submit({ username, password: goodPassword });
      assert.equal(page.url, address(section));
    }
  });

  it('are no place to be led to anywhere else from', async () => {
    for (const then of ['//evil.example', 'https://evil.example', 'account/../x', '__proto__', 'account/nothing']) {
      const page = await createFormBrowser(world.url).open(
        `${world.url}/login?${new URLSearchParams({ client_id: pages.client, then })}`,
      );
      assert.equal(new URL(page.url).pathname, '/error');
      assert.equal(page.status, 400);
    }
  });

  it('are framed and kept by nobody', async () => {
    const { open: show } = await arrive();
    const { headers } = await show('profile');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
    assert.match(headers.get('cache-control') ?? '', /no-store/);
  });

  describe('by client', () => {
    it('are closed where the client does not have the scope of the API', async () => {
      const stranger = await createFormBrowser(world.url).open(address('profile', closed.client));
      assert.equal(stranger.status, 403);
      assert.equal(stranger.alert, 'Accounts cannot be managed here with this application.');
      const username = await newcomer();
      const { browser, url } = await (await closed.open('/login')).submit({ username, password: goodPassword });
      assert.ok(url.startsWith(callback));
      assert.equal((await browser.open(address('profile', closed.client))).status, 403);
    });

    it('open once somebody has signed in through one that has it', async () => {
      const username = await newcomer();
      const { browser } = await (await closed.open('/login')).submit({ username, password: goodPassword });
      const start = await browser.open(address('profile'));
      assert.equal(start.heading, 'Sign in');
      assert.equal((await start.submit({ username, password: goodPassword })).heading, 'Profile');
    });

    it('go by the client of the sign-in, whatever the address says', async () => {
      const narrow = await createPages(world, { Id: pages.pool }, { WriteAttributes: ['nickname'] });
      const { browser } = await signInToAccount(world, narrow, await newcomer());
      const page = await browser.open(address('profile'));
      const names = page.forms.flatMap(({ fields }) => fields.map(({ name }) => name));
      assert.deepEqual(
        names.filter(name => name.startsWith('required')),
        ['requiredAttributes[nickname]'],
      );
      assert.doesNotMatch((await browser.open(address('contacts'))).text, /Change/);
    });

    it('need none in the address of the pool’s domain', async () => {
      const Domain = 'account-pages';
      await world.aws.createUserPoolDomain({ UserPoolId: pages.pool, Domain });
      const host = `${Domain}.auth.localhost`;
      const answer = await plainRequest(world.url, '/account/profile', { headers: { host } });
      assert.equal(answer.status, 302);
      const { pathname, searchParams } = new URL(answer.headers.location ?? '', 'http://x');
      assert.equal(pathname, '/login');
      assert.equal(searchParams.get('then'), 'account/profile');
      assert.notEqual(searchParams.get('client_id'), closed.client);
      const nobody = await plainRequest(world.url, '/account/profile');
      assert.match(nobody.headers.location ?? '', /^\/error\?.*client_id/);
    });
  });

  describe('some time after the sign-in', () => {
    it('demand another one before anything is changed by which somebody signs in', async () => {
      const { open: show, username, browser } = await arrive();
      const earlier = Object.fromEntries(await Promise.all(all.map(async name => [name, await show(name)] as const)));
      world.clock.advance(11 * MINUTE);
      for (const section of open) assert.equal(new URL((await show(section)).url).pathname, `/account/${section}`);
      for (const section of guarded) {
        const asked = await show(section);
        assert.equal(asked.heading, 'Sign in', section);
        assert.equal(new URL(asked.url).searchParams.get('then'), `account/${section}`);
      }
      const sent = await earlier.delete?.submit({ confirmation: username });
      assert.equal(sent?.heading, 'Sign in');
      assert.ok(await world.aws.adminGetUser({ UserPoolId: pages.pool, Username: username }));
      const changed = await earlier.contacts?.submit({ email: 'thief@example.com' });
      assert.equal(changed?.heading, 'Sign in');
      assert.deepEqual(await world.mailTo('thief@example.com'), []);
      const back = await sent?.submit({ username, password: goodPassword });
      assert.equal(back?.heading, 'Delete your account');
      assert.ok(browser.cookies.size > 0);
    });

    it('are not opened by the session that there is', async () => {
      const { open: show, browser, username } = await arrive();
      world.clock.advance(11 * MINUTE);
      const asked = await show('password');
      assert.doesNotMatch(asked.text, /Sign in as/);
      // Whoever takes the demand out of the address comes back to it.
      const url = new URL(asked.url);
      url.searchParams.delete('max_age');
      const looser = await browser.open(url.href);
      assert.equal((await looser.press(`Sign in as ${username}`)).heading, 'Sign in');
    });

    it('demand it for a new passkey, too', async () => {
      const { browser, username } = await arrive();
      const url = `${world.url}/passkeys/add?${new URLSearchParams({ client_id: pages.client, redirect_uri: callback })}`;
      assert.equal((await browser.open(url)).heading, 'Add a passkey');
      world.clock.advance(11 * MINUTE);
      const asked = await browser.open(url);
      assert.equal(asked.heading, 'Sign in');
      assert.equal((await asked.submit({ username, password: goodPassword })).url, url);
    });

    it('are for nobody any more after an hour', async () => {
      const { open: show } = await arrive();
      world.clock.advance(61 * MINUTE);
      assert.equal((await show('profile')).heading, 'Sign in');
    });
  });

  describe('once the session is over', () => {
    it('lead to a sign-in and do nothing', async () => {
      const { open: show, username } = await arrive();
      const page = await show('profile');
      const { Sessions = [] } = await world.aws.adminListUserSessions({ UserPoolId: pages.pool, Username: username });
      for (const { SessionId } of Sessions)
        await world.aws.adminRevokeUserSession({ UserPoolId: pages.pool, Username: username, SessionId });
      const sent = await page.submit({ 'requiredAttributes[nickname]': 'late' });
      assert.equal(sent.heading, 'Sign in');
      const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: pages.pool, Username: username });
      assert.equal(UserAttributes?.find(({ Name }) => Name === 'nickname')?.Value, 'Nick');
    });

    it('because the account is disabled or gone', async () => {
      const [one, another] = [await arrive(), await arrive()];
      await world.aws.adminDisableUser({ UserPoolId: pages.pool, Username: one.username });
      assert.equal((await one.open('profile')).heading, 'Sign in');
      await world.aws.adminDeleteUser({ UserPoolId: pages.pool, Username: another.username });
      assert.equal((await another.open('profile')).heading, 'Sign in');
    });

    it('because a password has to be reset: the API’s refusal is said', async () => {
      const { open: show, username } = await arrive();
      const page = await show('profile');
      await world.aws.adminResetUserPassword({ UserPoolId: pages.pool, Username: username });
      assert.match((await page.submit({ 'requiredAttributes[nickname]': 'x' })).alert ?? '', /has to be reset/);
    });
  });

  describe('forms', () => {
    it('are refused when another site has sent them', async () => {
      const { open: show, browser, username } = await arrive();
      const forged = {
        profile: { action: 'save', 'requiredAttributes[nickname]': 'forged' },
        contacts: { action: 'change', attribute: 'email', email: 'thief@example.com' },
        password: { action: 'change', previous_password: goodPassword, new_password: 'Brand-New-9' },
        'second-factors': { action: 'set-up' },
        passkeys: { action: 'delete', passkey: 'x' },
        devices: { action: 'forget', device: 'x' },
        sessions: { action: 'end-all' },
        delete: { action: 'delete', confirmation: username },
      };
      for (const [section, fields] of Object.entries(forged)) {
        const { url } = await show(section);
        assert.equal((await browser.post(url, new URLSearchParams(fields))).status, 403, section);
        const token = { _csrf: `${browser.cookies.get('XSRF-TOKEN')}x` };
        assert.equal((await browser.post(url, new URLSearchParams({ ...fields, ...token }))).status, 403, section);
      }
      const page = await show('profile');
      assert.equal(page.field('requiredAttributes[nickname]').value, 'Nick');
      assert.ok(await world.signIn(await world.createClient(pages.pool), username));
    });

    it('with an action that there is not do nothing', async () => {
      const { open: show } = await arrive();
      const page = await show('profile');
      for (const action of ['', 'constructor', '__proto__', 'delete', undefined]) {
        const sent = await page.submit({ action, 'requiredAttributes[nickname]': 'x' });
        assert.deepEqual([sent.status, sent.notice, sent.alert], [200, undefined, undefined]);
        assert.equal(sent.field('requiredAttributes[nickname]').value, 'Nick');
      }
    });
  });
});
