/** The account page in a real browser: accessible in light and dark, and of use to whoever has no script. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { createAccountPool } from '../login/pages/account-pages.ts';
import type { Pages } from '../login/pages/pages.ts';
import { browserSuite, launchChromium } from '../support/chromium.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

type Violation = { id: string; nodes: { html: string }[] };

browserSuite('the account page in Chromium', () => {
  let world: World;
  let pages: Pages;
  let browser: Browser;
  let axe: string;
  before(async () => {
    world = await startWorld();
    pages = await createAccountPool(world);
    await world.createUser(pages.pool, 'ann', goodPassword, {
      email: 'ann@example.com',
      email_verified: 'true',
      nickname: 'Ann',
      phone_number: '+15550001111',
    });
    await world.signIn(await world.createClient(pages.pool), 'ann');
    axe = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const base = () => world.url.replace('127.0.0.1', 'localhost');
  const signIn = async (page: Page, address = `${base()}/account?client_id=${pages.client}`) => {
    await page.goto(address);
    await page.getByLabel('Username').fill('ann');
    await page.getByLabel('Password').fill(goodPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
  };
  /** In the dark nothing changes but colors. */
  const schemes = [
    { colorScheme: 'light', rules: {} },
    { colorScheme: 'dark', rules: { runOnly: ['color-contrast', 'link-in-text-block'] } },
  ] as const;
  const violations = async (page: Page): Promise<string[]> => {
    // The page's policy lets nobody add a script: the test speaks to the page from outside of it.
    await page.evaluate(axe);
    const all: string[] = [];
    for (const { colorScheme, rules } of schemes) {
      await page.emulateMedia({ colorScheme });
      const run = `axe.run(document, ${JSON.stringify(rules)}).then(({ violations }) => violations)`;
      const found = (await page.evaluate(run)) as Violation[];
      all.push(...found.map(({ id, nodes }) => `${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`));
    }
    return all;
  };

  it('has nothing in the way of anybody', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    await signIn(page);
    const sections = await page.locator('.rows a').evaluateAll(links => links.map(link => link.getAttribute('href')));
    assert.equal(sections.length, 8);
    assert.deepEqual(await violations(page), []);
    for (const path of sections) {
      await page.goto(`${base()}${path}`);
      assert.deepEqual(await violations(page), [], `${path}`);
    }
    await page.goto(`${base()}/account/second-factors?client_id=${pages.client}`);
    await page.getByRole('button', { name: 'Use an authenticator app' }).click();
    assert.deepEqual(await violations(page), []);
    await page.getByLabel('Code that the app shows').fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    assert.deepEqual(await violations(page), []);
    await context.close();
  });

  it('works without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await signIn(page);
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.getByText('More details').click();
    await page.getByLabel('Website').fill('https://ann.example');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your profile has been saved.').waitFor();
    assert.equal(await page.getByLabel('Website').inputValue(), 'https://ann.example');
    await context.close();
  });

  it('needs no client on the domain of its pool', async () => {
    await world.aws.createUserPoolDomain({ UserPoolId: pages.pool, Domain: 'account-page' });
    const context = await browser.newContext();
    const page = await context.newPage();
    const domain = base().replace('localhost', 'account-page.auth.localhost');
    await signIn(page, `${domain}/account`);
    await page.goto(`${domain}/account/sessions`);
    await page.getByText('This browser').waitFor();
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await page.getByRole('link', { name: 'Delete your account' }).waitFor();
    // The session is that of this host alone.
    await page.goto(`${base()}/account?client_id=${pages.client}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });
});
