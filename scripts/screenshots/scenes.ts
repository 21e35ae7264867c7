/** Every page, and how a person comes to it. A scene ends where its picture is taken. */
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { accountPages } from '../../src/login/pages/account/sections.ts';
import { createPages, type Pages } from '../../test/login/pages/pages.ts';
import { addAuthenticator } from '../../test/support/chromium.ts';
import { attributeList, goodPassword, type World } from '../../test/support/world.ts';
import { details } from '../../test/user-pools/federation/providers.ts';

export type Stage = { world: World; page: Page; brand(pages: Pages): Promise<void> };
export type Scene = { name: string; play(stage: Stage): Promise<void> };

type PoolOptions = Parameters<typeof createPages>[1];
type ClientOptions = Parameters<typeof createPages>[2];

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER' as const,
};
const email = 'jane@example.com';
const phone = '+15550001234';

const open = async (stage: Stage, path: string, pool: PoolOptions = {}, client: ClientOptions = {}): Promise<Pages> => {
  const pages = await createPages(stage.world, { EmailConfiguration, SmsConfiguration, ...pool }, client);
  await stage.brand(pages);
  await stage.page.goto(address(pages, path));
  return pages;
};

/** Passkeys belong to `localhost`, which an address is not. */
const address = (pages: Pages, path: string, more: Record<string, string> = {}) =>
  pages.url(path, more).replace('//127.0.0.1', '//localhost');

const fill = async ({ page }: Stage, values: Record<string, string>): Promise<void> => {
  for (const [name, value] of Object.entries(values)) await page.fill(`[name="${name}"]:visible`, value);
  await page.locator('main form [type="submit"]:visible').first().click();
};

const signIn = (stage: Stage, password = goodPassword) => fill(stage, { username: 'jane', password });

const makeJane = (
  { world }: Stage,
  { pool }: Pages,
  attributes: Record<string, string> = { email, phone_number: phone },
) => world.createUser(pool, 'jane', goodPassword, attributes);

type Mfa = Omit<Parameters<World['aws']['setUserPoolMfaConfig']>[0], 'UserPoolId'>;
const text = { SmsMfaConfiguration: { SmsConfiguration } };
const app = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const mail = { EmailMfaConfiguration: { Message: 'Sign in with {####}', Subject: 'Your code' } };

/** Behind name and password. */
const withMfa =
  (mfa: Mfa, attributes?: Record<string, string>) =>
  async (stage: Stage): Promise<void> => {
    const pages = await open(stage, '/login', {
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    });
    await stage.world.aws.setUserPoolMfaConfig({ UserPoolId: pages.pool, MfaConfiguration: 'ON', ...mfa });
    await makeJane(stage, pages, attributes);
    await signIn(stage);
  };

const choice = {
  pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] } } },
  client: { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
} satisfies { pool: PoolOptions; client: ClientOptions };

const byChoice = async (stage: Stage): Promise<Pages> => {
  const pages = await open(stage, '/login', choice.pool, choice.client);
  await makeJane(stage, pages);
  await fill(stage, { username: 'jane' });
  return pages;
};

const signUpPool = {
  AutoVerifiedAttributes: ['email'],
  Schema: ['email', 'given_name', 'birthdate', 'phone_number'].map(Name => ({ Name, Required: true, Mutable: true })),
} satisfies PoolOptions;

const newcomer = {
  username: 'jane',
  'requiredAttributes[email]': email,
  'requiredAttributes[given_name]': 'Jane',
  'requiredAttributes[birthdate]': '1990-04-01',
  'requiredAttributes[phone_number]': phone,
};

const signUpPage = async (stage: Stage): Promise<void> => {
  const { page, world } = stage;
  const pages = await open(stage, '/login', signUpPool);
  const terms = { UserPoolId: pages.pool, ClientId: pages.client, TermsSource: 'LINK', Enforcement: 'NONE' } as const;
  const Links = { 'cognito:default': 'https://example.com/terms' };
  await world.aws.createTerms({ ...terms, TermsName: 'terms-of-use', Links });
  await world.aws.createTerms({ ...terms, TermsName: 'privacy-policy', Links });
  await page.goto(address(pages, '/signup'));
};

const forgotten = async (stage: Stage): Promise<void> => {
  const pages = await open(stage, '/forgotPassword');
  await makeJane(stage, pages, { email, email_verified: 'true' });
};

const federated = async (stage: Stage): Promise<void> => {
  const { world, page } = stage;
  const pages = await open(stage, '/login');
  const UserPoolId = pages.pool;
  const providers = [
    ['Google', 'Google'],
    ['Corp', 'OIDC'],
    ['A-partner-with-quite-a-long-name', 'OIDC'],
  ] as const;
  for (const [ProviderName, ProviderType] of providers)
    await world.aws.createIdentityProvider({
      UserPoolId,
      ProviderName,
      ProviderType,
      ProviderDetails: details[ProviderType],
    });
  await world.aws.updateUserPoolClient({
    UserPoolId,
    ClientId: pages.client,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    CallbackURLs: ['https://app.example/callback'],
    SupportedIdentityProviders: ['COGNITO', ...providers.map(([name]) => name)],
  });
  await page.reload();
};

/** With a session of this browser. */
const signedIn = async (stage: Stage, path: string, more: Record<string, string> = {}): Promise<void> => {
  await addAuthenticator(stage.page);
  const pages = await open(stage, '/login', choice.pool, {
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
  });
  await makeJane(stage, pages);
  await fill(stage, { username: 'jane' });
  await stage.page.getByRole('button', { name: 'Sign in with your password' }).click();
  // The application at the end of it is on no network.
  await stage.page.route('https://app.example/**', route => route.fulfill({ body: '' }));
  await fill(stage, { password: goodPassword });
  await stage.page.waitForURL('https://app.example/**');
  await stage.page.goto(address(pages, path, more));
};

const device = async (stage: Stage, decision?: string): Promise<void> => {
  const { world, page } = stage;
  await signedIn(stage, '/device');
  const client_id = new URL(page.url()).searchParams.get('client_id') ?? '';
  const body = new URLSearchParams({ client_id, scope: 'openid' });
  const answer = await fetch(`${world.url}/oauth2/device_authorization`, { method: 'POST', body });
  const { user_code = '' } = (await answer.json()) as { user_code?: string };
  await fill(stage, { user_code });
  if (decision !== undefined) await page.getByRole('button', { name: decision }).click();
};

const totp = async (stage: Stage): Promise<void> => {
  await withMfa(app, {})(stage);
};

const totpCode = async (stage: Stage): Promise<void> => {
  const { page, world } = stage;
  await totp(stage);
  await page.route('https://app.example/**', route => route.fulfill({ body: '' }));
  const login = new URL(page.url());
  const secret = Secret.fromBase32(((await page.textContent('code')) ?? '').replace(/\s/g, ''));
  const code = new TOTP({ secret }).generate({ timestamp: world.clock.now() });
  await fill(stage, { code, device_name: 'Jane’s phone' });
  await page.waitForURL('https://app.example/**');
  await page.context().clearCookies();
  await page.goto(login.href);
  await signIn(stage);
};

const functions = ['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'] as const;
const custom = async (stage: Stage): Promise<void> => {
  const LambdaConfig = Object.fromEntries(
    functions.map(name => [
      name,
      `arn:aws:lambda:us-east-1:123456789012:function:${(name.match(/^[A-Z][a-z]+/)?.[0] ?? '').toLowerCase()}`,
    ]),
  );
  const pages = await open(stage, '/login', { LambdaConfig }, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] });
  await makeJane(stage, pages);
  await fill(stage, { username: 'jane' });
};

const newPassword = async (stage: Stage): Promise<void> => {
  const { pool } = await open(stage, '/login', {
    Schema: [{ Name: 'given_name', Required: true, Mutable: true }],
  });
  await stage.world.aws.adminCreateUser({
    UserPoolId: pool,
    Username: 'jane',
    TemporaryPassword: goodPassword,
    UserAttributes: attributeList({ email, given_name: '' }).filter(({ Value }) => Value !== ''),
  });
  await signIn(stage);
};

/** Sends what stands there although the browser sees that it is wrong: what the server says is what is looked at. */
const unchecked = ({ page }: Stage) => page.evaluate('for (const each of document.forms) each.noValidate = true');

const one = (name: string, play: (stage: Stage) => Promise<unknown>): Scene => ({
  name,
  play: async stage => {
    await play(stage);
  },
});

export const scenes: readonly Scene[] = [
  one('sign-in', stage => open(stage, '/login')),
  one('sign-in-wrong', async stage => {
    await open(stage, '/login');
    await signIn(stage, 'Wrong-Pass-1');
  }),
  one('sign-in-providers', federated),
  one('sign-in-identifier', stage => open(stage, '/login', choice.pool, choice.client)),
  one('sign-in-choice', byChoice),
  one('sign-in-password', async stage => {
    await byChoice(stage);
    await stage.page.getByRole('button', { name: 'Sign in with your password' }).click();
  }),
  one('sign-in-again', stage => signedIn(stage, '/login')),
  one('code-email', withMfa(mail, { email })),
  one('code-sms', withMfa(text)),
  one('code-wrong', async stage => {
    await withMfa(text)(stage);
    await fill(stage, { code: '000000' });
  }),
  one('code-app', totpCode),
  one('mfa-choice', withMfa({ ...text, ...mail })),
  one('setup-choice', withMfa({ ...app, ...mail }, {})),
  one('setup-app', totp),
  one('new-password', newPassword),
  one('custom', custom),
  one('sign-up', signUpPage),
  one('sign-up-wrong', async stage => {
    await signUpPage(stage);
    await unchecked(stage);
    await fill(stage, { ...newcomer, 'requiredAttributes[phone_number]': '0123', password: 'short' });
  }),
  one('confirm', async stage => {
    await signUpPage(stage);
    await fill(stage, { ...newcomer, password: goodPassword });
  }),
  one('forgot', forgotten),
  one('reset', async stage => {
    await forgotten(stage);
    await fill(stage, { username: 'jane' });
  }),
  one('reset-wrong', async stage => {
    await forgotten(stage);
    await fill(stage, { username: 'jane' });
    await fill(stage, { code: '123456', new_password: goodPassword, confirm_password: 'Another-Pass-9' });
  }),
  ...['de', 'ja'].map(lang =>
    one(`sign-up-${lang}`, async stage => {
      await signUpPage(stage);
      await stage.page.goto(`${stage.page.url()}&lang=${lang}`);
    }),
  ),
  one('passkey-add', stage => signedIn(stage, '/passkeys/add')),
  ...Object.keys(accountPages).map(path => one(path.slice(1).replaceAll('/', '-'), stage => signedIn(stage, path))),
  one('device', stage => signedIn(stage, '/device')),
  one('device-ask', stage => device(stage)),
  one('device-done', stage => device(stage, 'Allow')),
  one('error', stage =>
    open(stage, '/error', {}, {}).then(pages =>
      stage.page.goto(address(pages, '/error', { error: 'redirect_mismatch' })),
    ),
  ),
];
