/** Amplify in Chromium: `signInWithRedirect` to the login pages and back, refresh, `signOut`; on every kind of host, over HTTPS. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { browserSuite, launchChromium } from '../support/chromium.ts';
import { type ModulePage, serveModulePage } from '../support/module-server.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

/** The application, as Amplify's guide has it. */
const script = `
  import { Amplify } from 'aws-amplify';
  import 'aws-amplify/auth/enable-oauth-listener';
  import * as auth from 'aws-amplify/auth';
  import { Hub } from 'aws-amplify/utils';
  const heard = [];
  Hub.listen('auth', ({ payload: { event, data } }) => heard.push([event, data?.error?.message ?? data ?? null]));
  Amplify.configure({ Auth: { Cognito: settings } });
  window.app = { auth, heard };
`;

type App = {
  auth: typeof import('aws-amplify/auth');
  heard: [string, unknown][];
};
declare const window: { app?: App };

const customDomain = 'login.example.com';

browserSuite('Amplify in Chromium: signInWithRedirect', () => {
  let world: World;
  let aws: CognitoIdentityProvider;
  let site: ModulePage;
  let browser: Browser;
  let context: BrowserContext;
  let pool: string;
  let client: string;
  let port: string;
  before(async () => {
    [world, site, browser] = await Promise.all([
      startWorld({ settings: { CENOTE_TLS: 'development' } }),
      serveModulePage(script),
      launchChromium([customDomain]),
    ]);
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(30_000);
    port = new URL(world.url).port;
    const ca = readFileSync(join(world.app.foundation.config.dataDir, 'tls/cert.pem'));
    const profile = readFileSync(world.app.credentialsFile, 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] = /_key_id=(.+)\n.*_access_key=(.+)/.exec(profile) ?? [];
    aws = world.awsAs({ credentials: { accessKeyId, secretAccessKey }, requestHandler: { httpsAgent: { ca } } });
    const { UserPool } = await aws.createUserPool({ PoolName: 'app' });
    pool = UserPool?.Id as string;
    await aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'acme' });
    await aws.createUserPoolDomain({
      UserPoolId: pool,
      Domain: customDomain,
      CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/1' },
    });
    const { UserPoolClient } = await aws.createUserPoolClient({
      UserPoolId: pool,
      ClientName: 'web',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code', 'implicit'],
      AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
      CallbackURLs: [site.url],
      LogoutURLs: [`${site.url}bye`],
      SupportedIdentityProviders: ['COGNITO'],
    });
    client = UserPoolClient?.ClientId as string;
    await aws.adminCreateUser({
      UserPoolId: pool,
      Username: 'jane',
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: 'jane@example.com' }],
    });
    await aws.adminSetUserPassword({ UserPoolId: pool, Username: 'jane', Password: goodPassword, Permanent: true });
  });
  after(() => Promise.all([browser?.close(), site?.close(), world?.stop()]));

  /** The application, in a browser that knows nobody. */
  const openApp = async (domain: string, responseType: 'code' | 'token' = 'code'): Promise<Page> => {
    const settings = {
      userPoolId: pool,
      userPoolClientId: client,
      userPoolEndpoint: world.url,
      loginWith: {
        oauth: {
          domain: `${domain}:${port}`,
          scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
          redirectSignIn: [site.url],
          redirectSignOut: [`${site.url}bye`],
          responseType,
        },
      },
    };
    await context.clearCookies();
    const page = await context.newPage();
    await page.addInitScript(`globalThis.settings = ${JSON.stringify(settings)};`);
    await page.goto(site.url);
    await page.evaluate(() => localStorage.clear());
    await page.waitForFunction(() => window.app);
    return page;
  };

  const leave = async (page: Page, customState?: string) => {
    await page.evaluate(state => void window.app?.auth.signInWithRedirect({ customState: state }), customState);
    await page.waitForURL(url => url.protocol === 'https:');
  };

  const fillIn = async (page: Page) => {
    await page.fill('input[name=username]', 'jane');
    await page.fill('input[name=password]', goodPassword);
    await page.click('[name=signInSubmitButton]');
  };

  /** Back at the application, which has made its code into tokens. @returns what it has heard of that */
  const arrive = async (page: Page): Promise<Record<string, unknown>> => {
    await page.waitForURL(url => url.href.startsWith(site.url));
    const isDone = () => window.app?.heard.some(([event]) => event.startsWith('signInWithRedirect'));
    await page.waitForFunction(isDone);
    return Object.fromEntries((await page.evaluate(() => window.app?.heard)) ?? []);
  };

  const session = (page: Page, forceRefresh = false) =>
    page.evaluate(async force => {
      const { tokens } = await window.app!.auth.fetchAuthSession({ forceRefresh: force });
      return {
        access: tokens?.accessToken.payload,
        id: tokens?.idToken?.payload,
        text: tokens?.accessToken.toString(),
      };
    }, forceRefresh);

  for (const { kind, domain, everywhere } of [
    { kind: 'a prefix domain', domain: 'acme.auth.localhost', everywhere: false },
    { kind: 'a custom domain', domain: customDomain, everywhere: true },
  ])
    it(`signs in on ${kind}, reads who it is, refreshes, signs out${everywhere ? ' everywhere' : ''}`, async () => {
      const page = await openApp(domain);
      await leave(page, 'where I was');
      assert.equal(new URL(page.url()).host, `${domain}:${port}`);
      await fillIn(page);
      const heard = await arrive(page);
      assert.equal('signInWithRedirect' in heard, true, JSON.stringify(heard));
      assert.equal(heard.customOAuthState, 'where I was');
      assert.equal((heard.signedIn as { username: string }).username, 'jane');
      assert.equal(page.url(), site.url, 'the code is gone from the address');

      const { username } = await page.evaluate(() => window.app!.auth.getCurrentUser());
      assert.equal(username, 'jane');
      const attributes = await page.evaluate(() => window.app!.auth.fetchUserAttributes());
      assert.equal(attributes.email, 'jane@example.com');
      const first = await session(page);
      assert.deepEqual([first.access?.client_id, first.id?.email], [client, 'jane@example.com']);
      assert.equal(first.access?.iss, `${world.url}/${pool}`);
      const next = await session(page, true);
      assert.notEqual(next.text, first.text);
      assert.equal(next.access?.scope, first.access?.scope);

      await page.evaluate(global => void window.app?.auth.signOut({ global }), everywhere);
      await page.waitForURL(`${site.url}bye`);
      await page.waitForFunction(() => window.app);
      assert.equal(
        await page.evaluate(() => window.app!.auth.getCurrentUser().catch(error => error.name)),
        'UserUnAuthenticatedException',
      );
      if (everywhere) await assert.rejects(aws.getUser({ AccessToken: next.text }), { name: 'NotAuthorizedException' });
      // The browser's session has ended as well: the next one is asked who they are.
      await leave(page);
      assert.equal(await page.isVisible('input[name=password]'), true);
      await page.close();
    });

  it("signs in on the server's own host, without a question while the session of the browser lasts, with the implicit grant", async () => {
    const page = await openApp('localhost', 'token');
    await leave(page);
    await fillIn(page);
    assert.equal('signInWithRedirect' in (await arrive(page)), true);
    const { access, id } = await session(page);
    assert.equal(id?.email, 'jane@example.com');
    await page.evaluate(() => {
      localStorage.clear();
      window.app?.heard.splice(0);
      window.app?.auth.signInWithRedirect();
    });
    await arrive(page);
    const again = (await session(page)).access;
    assert.notEqual(again?.jti, access?.jti);
    assert.equal(again?.auth_time, access?.auth_time, 'nobody has been asked again');
    await page.close();
  });
});
