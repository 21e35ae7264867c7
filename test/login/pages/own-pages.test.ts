/** Pages of somebody who has signed in: a passkey for the next time, and the approval of a device that shows a code. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type CreationOptions, createAuthenticator } from '../../support/authenticator.ts';
import { createFormBrowser, type Page } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { callback, createPages, type Pages } from './pages.ts';

describe('pages of somebody who has signed in', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(
      world,
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], ClientName: 'TV app' },
    );
    await world.createUser(pages.pool, 'ann');
  });
  after(() => world?.stop());

  const signIn = async (page: Page) => {
    const body = new URLSearchParams({ _csrf: page.field('_csrf').value, username: 'ann', password: goodPassword });
    return page.browser.post(page.url, body);
  };

  describe('add a passkey', () => {
    const optionsIn = ({ html }: Page): CreationOptions =>
      JSON.parse(/const options = (\{.*?\});\n/.exec(html)?.[1] ?? assert.fail('no options on the page'));
    const passkeysOf = async () => {
      const { UserMFASettingList: _, ...factors } = await world.aws.adminGetUserAuthFactors({
        UserPoolId: pages.pool,
        Username: 'ann',
      });
      return factors.ConfiguredUserAuthFactors?.includes('WEB_AUTHN');
    };

    it('after signing in, and go back to the application', async () => {
      const start = await pages.open('/passkeys/add');
      assert.equal(start.heading, 'Sign in');
      const page = await signIn(start);
      assert.equal(page.heading, 'Add a passkey');
      assert.equal((await page.press('Not now')).url, callback);
      const wrong = await page.submit({ credential: '{}' });
      assert.ok(wrong.alert);
      const options = optionsIn(wrong);
      assert.equal(options.user.name, 'ann');
      const device = createAuthenticator({ origin: 'http://localhost' });
      const done = await wrong.submit({ credential: JSON.stringify(device.create(options)) });
      assert.equal(done.url, callback);
      assert.equal(await passkeysOf(), true);
      const again = await pages.open('/passkeys/add', {}, page.browser);
      assert.equal(optionsIn(again).excludeCredentials.length, 1);
    });

    it('say where they cannot be used', async () => {
      const plain = await createPages(world);
      await world.createUser(plain.pool, 'ben');
      const start = await plain.open('/passkeys/add');
      const page = await start.submit({ username: 'ben', password: goodPassword });
      assert.equal(page.heading, 'Add a passkey');
      assert.match(page.alert ?? '', /Passkeys cannot be used with this application/);
      assert.equal((await page.press('Not now')).url, callback);
    });

    it('need a session, and an address to go back to', async () => {
      const browser = createFormBrowser(world.url);
      const page = await browser.open(`${world.url}/passkeys/add?client_id=${pages.client}`);
      assert.equal(page.status, 400);
      assert.match(page.text, /'redirect_uri' is not present/);
    });
  });

  describe('approve a device', () => {
    const begin = async () => {
      const body = new URLSearchParams({ client_id: pages.client, scope: 'openid' });
      const answer = await fetch(`${world.url}/oauth2/device_authorization`, { method: 'POST', body });
      return (await answer.json()) as Record<string, string>;
    };
    const poll = async ({ device_code = '' }: Record<string, string>) => {
      world.clock.advance(6000);
      const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
      const body = new URLSearchParams({ grant_type, client_id: pages.client, device_code });
      const answer = await fetch(`${world.url}/oauth2/token`, { method: 'POST', body });
      return (await answer.json()) as Record<string, string>;
    };

    it('by the code that it shows, after signing in', async () => {
      const device = await begin();
      const browser = createFormBrowser(world.url);
      const start = await browser.open(device.verification_uri as string);
      assert.equal(start.heading, 'Connect a device');
      const login = await start.submit({ user_code: ` ${device.user_code?.toLowerCase()} ` });
      assert.equal(login.heading, 'Sign in');
      const page = await signIn(login);
      assert.match(page.text, /Let “TV app” sign in as ann\?/);
      assert.ok(page.text.includes(device.user_code as string), 'the code can be compared');
      assert.equal((await poll(device)).error, 'authorization_pending');
      const done = await page.press('Allow');
      assert.equal(done.notice, 'Done. You can go back to your device.');
      assert.ok((await poll(device)).access_token);
      const again = await page.press('Allow');
      assert.equal(again.errorAt('user_code'), 'This code is not known, or it has expired.');
    });

    it('or do not', async () => {
      const device = await begin();
      const browser = createFormBrowser(world.url);
      const page = await signIn(await browser.open(device.verification_uri_complete as string));
      assert.equal((await page.press('Deny')).notice, 'The device has not been connected.');
      assert.equal((await poll(device)).error, 'access_denied');
    });

    it('and let nobody guess for long', async () => {
      const browser = createFormBrowser(world.url);
      let page = await browser.open(pages.url('/device'));
      assert.equal((await page.submit({ user_code: ' ' })).errorAt('user_code'), 'Fill in this field.');
      for (let tries = 0; tries < 12; tries++)
        page = await page.submit({ user_code: `BBBB-BBB${'BCDFGHJKLMNP'[tries]}` });
      assert.equal(page.alert, 'Too many attempts. Try again later.');
    });
  });
});
