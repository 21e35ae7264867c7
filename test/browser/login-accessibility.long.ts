/** What axe-core finds on the login pages, each in light and in dark: nothing. And what fits on a telephone. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { createPages, type Pages } from '../login/pages/pages.ts';
import { browserSuite, launchChromium, servePage } from '../support/chromium.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const functionsFile = new URL('../user-pools/triggers/functions/magic-word.mjs', import.meta.url).pathname;
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };

type Finding = { id: string; nodes: { target: string[]; failureSummary?: string }[] };

browserSuite('the login pages, as axe-core sees them', () => {
  let world: World;
  let browser: Browser;
  let axe: string;
  let site: Awaited<ReturnType<typeof servePage>>;
  let CallbackURLs: string[];
  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const functions = ['define', 'create', 'verify'].map(name => `${name}=module:${functionsFile}#${name}`);
    [world, browser, site] = await Promise.all([
      startWorld({ settings: { CENOTE_TRIGGERS: functions.join() } }),
      launchChromium(),
      servePage('The application'),
    ]);
    CallbackURLs = [`${site.url}/callback`];
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await world?.stop();
  });

  const walk = async (steps: (page: Page, check: (name: string) => Promise<void>) => Promise<void>) => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const found: string[] = [];
    const check = async (name: string) => {
      assert.match(await page.title(), /./, name);
      const wide: boolean = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (wide) found.push(`${name}: wider than a telephone`);
      await page.evaluate(axe);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        // Nothing but colors changes in the dark.
        const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
        const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
        const { violations }: { violations: Finding[] } = await page.evaluate(`axe.run(document, ${options})`);
        for (const { id, nodes } of violations)
          found.push(
            ...nodes.map(
              ({ target, failureSummary }) => `${name}, ${colorScheme}: ${id} at ${target} ${failureSummary}`,
            ),
          );
      }
    };
    await steps(page, check);
    await context.close();
    assert.deepEqual(found, []);
  };
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
  const signIn = async (page: Page, pages: Pages, username: string, password = goodPassword) => {
    await page.goto(pages.url('/login', { prompt: 'login' }));
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await press(page, 'Sign in');
  };

  it('sign-in, new accounts, forgotten passwords, errors', async () => {
    const pages = await createPages(
      world,
      {
        AutoVerifiedAttributes: ['email'],
        Schema: [{ Name: 'email', Required: true, Mutable: true }],
      },
      { CallbackURLs },
    );
    await world.createUser(pages.pool, 'ben', goodPassword, { email: 'ben@example.com', email_verified: 'true' });
    await walk(async (page, check) => {
      await page.goto(pages.url('/login'));
      await check('sign-in');
      await signIn(page, pages, 'ben', 'Wrong-Pass-1');
      await check('wrong password');
      await page.goto(pages.url('/signup'));
      await check('sign-up');
      const fill = async (password: string) => {
        await page.getByLabel('Username').fill('eve');
        await page.getByLabel('Email address').fill('eve@example.com');
        await page.getByLabel('Password').fill(password);
        await press(page, 'Sign up');
      };
      await fill('weak');
      await check('weak password');
      await fill(goodPassword);
      await check('confirmation');
      await press(page, 'Send a new code');
      await check('code sent again');
      await page.goto(pages.url('/forgotPassword'));
      await check('forgotten password');
      await page.getByLabel('Username').fill('ben');
      await press(page, 'Reset my password');
      await check('new password');
      await page.goto(`${world.url}/error?error=redirect_mismatch&client_id=${pages.client}`);
      await check('error');
      await page.goto(pages.url('/device'));
      await check('device');
      await signIn(page, pages, 'ben');
      await page.waitForURL(`${site.url}/**`);
      await page.goto(pages.url('/login'));
      await check('session');
    });
  });

  it('choice, password, code, passkey, question', async () => {
    const pages = await createPages(
      world,
      {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
        LambdaConfig: {
          DefineAuthChallenge: arnOf('define'),
          CreateAuthChallenge: arnOf('create'),
          VerifyAuthChallengeResponse: arnOf('verify'),
        },
      },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], CallbackURLs },
    );
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com' });
    const custom = await createPages(world, { Id: pages.pool }, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] });
    const name = async (page: Page, of: Pages) => {
      await page.goto(of.url('/login', { prompt: 'login' }).replace('127.0.0.1', 'localhost'));
      await page.getByLabel('Username').fill('ann');
      await press(page, 'Next');
    };
    await walk(async (page, check) => {
      await page.goto(pages.url('/login').replace('127.0.0.1', 'localhost'));
      await check('name');
      await name(page, custom);
      await check('question');
      await name(page, pages);
      await check('choice');
      await press(page, 'Get a code by email');
      await check('code');
      await name(page, pages);
      await press(page, 'Sign in with your password');
      await check('password');
      await page.getByLabel('Password').fill(goodPassword);
      await press(page, 'Sign in');
      await page.waitForURL(`${site.url}/**`);
      await page.goto(pages.url('/passkeys/add').replace('127.0.0.1', 'localhost'));
      await check('passkey');
    });
  });

  it('second factors and temporary passwords', async () => {
    const pages = await createPages(world, {
      EmailConfiguration: {
        SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
        EmailSendingAccount: 'DEVELOPER',
      },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] },
    });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pages.pool,
      MfaConfiguration: 'ON',
      SmsMfaConfiguration: { SmsConfiguration },
      SoftwareTokenMfaConfiguration: { Enabled: true },
      EmailMfaConfiguration: { Message: 'Sign in with {####}', Subject: 'Your code' },
    });
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com', phone_number: '+15550001111' });
    await world.createUser(pages.pool, 'ben');
    await world.aws.adminCreateUser({
      UserPoolId: pages.pool,
      Username: 'new',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    });
    await walk(async (page, check) => {
      await signIn(page, pages, 'ann');
      await check('choice of a second factor');
      await press(page, 'Get a code by text message');
      await check('code of a second factor');
      await signIn(page, pages, 'ben');
      await check('choice of a factor to set up');
      await press(page, 'Use an authenticator app');
      await check('authenticator app');
      await page.getByLabel('Code that the app shows').fill('000000');
      await press(page, 'Go on');
      await check('wrong code of the app');
      await signIn(page, pages, 'ben');
      await press(page, 'Use codes by email');
      await check('codes by email');
      await signIn(page, pages, 'new', 'Temporary-1');
      await check('temporary password');
    });
  });
});
