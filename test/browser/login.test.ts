/** The login pages in a real browser: passkeys, the keyboard alone, no script at all. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createPages, type Pages, signedInAs } from '../login/pages/pages.ts';
import { addAuthenticator, browserSuite, launchChromium, servePage } from '../support/chromium.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

const choice = {
  Policies: {
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const, 'WEB_AUTHN' as const] },
  },
  AutoVerifiedAttributes: ['email' as const],
};

browserSuite('the login pages in Chromium', () => {
  let world: World;
  let browser: Browser;
  /** The application. */
  let site: Awaited<ReturnType<typeof servePage>>;
  let plain: Pages;
  let choosing: Pages;
  before(async () => {
    [world, browser, site] = await Promise.all([
      startWorld(),
      launchChromium(),
      servePage('<!doctype html><link rel="icon" href="data:,"><p>The application'),
    ]);
    const CallbackURLs = [`${site.url}/callback`];
    plain = await createPages(
      world,
      {
        AutoVerifiedAttributes: ['email'],
        Schema: [
          { Name: 'email', Required: true, Mutable: true },
          { Name: 'phone_number', Required: true, Mutable: true },
        ],
      },
      { CallbackURLs },
    );
    choosing = await createPages(world, choice, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], CallbackURLs });
    await world.createUser(choosing.pool, 'ann', goodPassword, { email: 'ann@example.com', email_verified: 'true' });
    await world.createUser(plain.pool, 'ben', goodPassword, { email: 'ben@example.com', email_verified: 'true' });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await world?.stop();
  });

  /** Passkeys need a name for a host. */
  const at = (url: string) => url.replace('127.0.0.1', 'localhost');

  /** A browser of its own. What the pages ask for or complain about is noted. */
  const visit = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', request => asked.push(request.url()));
    page.on('console', message => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', error => complaints.push(String(error)));
    return { page, asked, complaints, close: () => context.close() };
  };
  const arrives = async (page: Page, pages: Pages, username: string) => {
    await page.waitForURL(`${pages.callback}?**`);
    assert.equal((await signedInAs(world, pages, { url: page.url() }))['cognito:username'], username);
  };
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it('sign in by the keyboard alone, and ask for nothing but themselves', async () => {
    const { page, asked, complaints, close } = await visit();
    await page.goto(plain.url('/login'));
    await page.keyboard.type('ben');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Wrong-Pass-1');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('alert').textContent(), 'Incorrect username or password.');
    assert.equal(await page.getByLabel('Username').inputValue(), 'ben');
    await page.keyboard.type(goodPassword);
    await page.keyboard.press('Enter');
    await arrives(page, plain, 'ben');
    assert.deepEqual(complaints, []);
    assert.deepEqual([...new Set(asked.map(url => new URL(url).origin))].toSorted(), [world.url, site.url].toSorted());
    await close();
  });

  it('work without script', async () => {
    const { page, close } = await visit({ javaScriptEnabled: false });
    await page.goto(at(choosing.url('/oauth2/authorize')));
    await page.getByLabel('Username').fill('ann');
    await press(page, 'Next');
    await press(page, 'Sign in with your password');
    await page.getByLabel('Password').fill(goodPassword);
    await press(page, 'Sign in');
    await arrives(page, choosing, 'ann');
    await close();
  });

  it('make a passkey, and sign in with it: beside the field of the name, by the button, and by name', async () => {
    const { page, complaints, close } = await visit();
    const { cdp, authenticatorId } = await addAuthenticator(page);
    await page.goto(at(choosing.url('/passkeys/add')));
    await page.getByLabel('Username').fill('ann');
    await press(page, 'Next');
    await press(page, 'Sign in with your password');
    await page.getByLabel('Password').fill(goodPassword);
    await press(page, 'Sign in');
    await press(page, 'Create a passkey');
    await page.waitForURL(choosing.callback);

    await page.goto(at(choosing.url('/passkeys/add')));
    await press(page, 'Create a passkey');
    await page.getByText('This device has a passkey for your account already.').waitFor();

    // The authenticator chooses at once whatever is offered in the field.
    await page.goto(at(choosing.url('/login', { prompt: 'login' })));
    await arrives(page, choosing, 'ann');
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
    await page.goto(at(choosing.url('/login', { prompt: 'login' })));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
    await press(page, 'Sign in with a passkey');
    await arrives(page, choosing, 'ann');

    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false });
    await page.goto(at(choosing.url('/login', { prompt: 'login' })));
    await page.getByLabel('Username').fill('ann');
    await press(page, 'Next');
    await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: true });
    await press(page, 'Sign in with a passkey');
    await arrives(page, choosing, 'ann');
    assert.deepEqual(complaints, []);
    await close();
  });
});
