/** The login pages in every language on a narrow telephone: nothing is wider than the screen or than what it stands in. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Language, languages, speak } from '../../src/login/pages/language.ts';
import { createAccountPool } from '../login/pages/account-pages.ts';
import { createPages, type Pages } from '../login/pages/pages.ts';
import { browserSuite, launchChromium } from '../support/chromium.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

const codes = Object.keys(languages) as Language[];

/** Elements that stick out of the screen, or whose text sticks out of them. */
const tooWide = `[...document.querySelectorAll('body *')]
  .filter(each => each.getClientRects().length > 0 && !each.closest('svg'))
  .filter(each => each.getBoundingClientRect().right > innerWidth + .5 || each.getBoundingClientRect().left < -.5
    || (each.matches('button, label, p, h1, h2, summary, a, li') && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0))
  .map(each => each.outerHTML.slice(0, 120))`;

browserSuite('the login pages in every language on a telephone', () => {
  let world: World;
  let browser: Browser;
  let pages: Pages;
  let accounts: Pages;
  before(async () => {
    [world, browser] = await Promise.all([startWorld(), launchChromium()]);
    pages = await createPages(
      world,
      {
        AliasAttributes: ['email', 'phone_number', 'preferred_username'],
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
        Schema: ['email', 'phone_number', 'family_name', 'zoneinfo'].map(Name => ({
          Name,
          Required: true,
          Mutable: true,
        })),
      },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
    );
    const terms = { UserPoolId: pages.pool, ClientId: pages.client, TermsSource: 'LINK', Enforcement: 'NONE' } as const;
    const Links = { 'cognito:default': 'https://example.com/' };
    await world.aws.createTerms({ ...terms, TermsName: 'terms-of-use', Links });
    await world.aws.createTerms({ ...terms, TermsName: 'privacy-policy', Links });
    accounts = await createAccountPool(world);
    const contacts = { email: 'jane@example.com', email_verified: 'true' };
    await world.createUser(pages.pool, 'jane', goodPassword, contacts);
    await world.createUser(accounts.pool, 'jane', goodPassword, contacts);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const visit = async (code: Language) => {
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      reducedMotion: 'reduce',
      locale: code,
    });
    const page = await context.newPage();
    const found: string[] = [];
    const check = async (name: string) => {
      assert.equal(await page.evaluate('document.documentElement.lang'), code);
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      const wide: boolean = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      const sticking: string[] = await page.evaluate(tooWide);
      found.push(...sticking.map(each => `${name}: ${each}`), ...(wide ? [`${name}: wider than the screen`] : []));
    };
    return { page, check, found, close: () => context.close(), say: speak(await languages[code].texts()) };
  };

  it('would be found if it were', async () => {
    const { page, check, found, close } = await visit('en');
    await page.goto(pages.url('/login'));
    await page.evaluate('document.querySelector("label").textContent = "x".repeat(60)');
    await check('/login');
    await close();
    assert.notDeepEqual(found, []);
  });

  it('what everybody sees', async () => {
    for (const code of codes) {
      const { page, check, found, close } = await visit(code);
      for (const path of ['/login', '/signup', '/forgotPassword', '/confirm', '/device']) {
        await page.goto(pages.url(path));
        await check(path);
      }
      await close();
      assert.deepEqual(found, [], code);
    }
  });

  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  for (const code of ['de', 'ja'] as const)
    it(`challenges and the account page in ${code}`, async () => {
      const { page, check, found, close, say } = await visit(code);
      await page.goto(pages.url('/login'));
      await page.locator('input[name=username]').fill('jane');
      await press(page, say('signIn.next'));
      await check('choice');
      await press(page, say('choose.EMAIL_OTP'));
      await check('code');
      await page.locator('input[name=code]').fill('000000');
      await press(page, say('code.submit'));
      await check('wrong code');
      const at = (path: string) => `${world.url}${path}?client_id=${accounts.client}`;
      await page.goto(at('/account'));
      await page.locator('input[name=username]').fill('jane');
      await page.locator('input[name=password]').fill(goodPassword);
      await press(page, say('signIn.submit'));
      for (const path of ['', '/profile', '/contacts', '/password', '/second-factors', '/sessions', '/delete']) {
        await page.goto(at(`/account${path}`));
        await check(`/account${path}`);
      }
      await page.goto(at('/account/second-factors'));
      await press(page, say('setup.SOFTWARE_TOKEN_MFA'));
      await check('authenticator app');
      await close();
      assert.deepEqual(found, []);
    });
});
