/** The pages of the challenges behind a password: each asks, says what is wrong, and goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SetUserPoolMfaConfigCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import type { Page } from '../../support/browser-forms.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { createPages, type Pages, signedInAs } from './pages.ts';

const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER',
} as const;
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const sms = { SmsMfaConfiguration: { SmsConfiguration } };
const app = { SoftwareTokenMfaConfiguration: { Enabled: true } };
const email = { EmailMfaConfiguration: { Message: 'Sign in with {####}', Subject: 'Your code' } };
const contacts = { email: 'jane@example.com', email_verified: 'true', phone_number: '+15550001234' };

describe('the pages of challenges', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  type Mfa = Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>;
  const withMfa = async (mfa: Mfa, attributes: Record<string, string> = {}, more = {}): Promise<Pages> => {
    const pages = await createPages(world, { EmailConfiguration, ...more });
    await world.aws.setUserPoolMfaConfig({ UserPoolId: pages.pool, MfaConfiguration: 'ON', ...mfa });
    await world.createUser(pages.pool, 'jane', goodPassword, attributes);
    return pages;
  };
  const signIn = async (pages: Pages, username = 'jane', password = goodPassword) =>
    (await pages.open('/login')).submit({ username, password });
  const codeOf = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });
  const succeeds = async (pages: Pages, done: Page) => assert.ok((await signedInAs(world, pages, done)).sub);

  it('take a code by text message, typed with blanks, after wrong ones', async () => {
    const pages = await withMfa(sms, contacts);
    const asked = await signIn(pages);
    assert.equal(asked.heading, 'Enter your code');
    assert.match(asked.text, /We have sent a code by text message to \+\*+1234\./);
    assert.equal(asked.field('code').attributes.autocomplete, 'one-time-code');
    const wrong = await asked.submit({ code: '000' });
    assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
    assert.match(wrong.text, /\+\*+1234\./);
    const code = await world.codeTo('+15550001234');
    await succeeds(pages, await wrong.submit({ code: ` ${code.slice(0, 3)} ${code.slice(3)}` }));
  });

  it('take a code by email', async () => {
    const pages = await withMfa(email, contacts, {
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] },
    });
    const asked = await signIn(pages);
    assert.match(asked.text, /We have sent a code by email to j\*\*\*@e\*\*\*\./);
    await succeeds(pages, await asked.submit({ code: await world.codeTo('jane@example.com') }));
  });

  it('let nobody use a step twice', async () => {
    const pages = await withMfa(sms, contacts);
    const asked = await signIn(pages);
    const code = await world.codeTo('+15550001234');
    await succeeds(pages, await asked.submit({ code }));
    const again = await asked.submit({ code });
    assert.equal(again.heading, 'Sign in');
    assert.equal(again.alert, 'That took too long. Sign in again.');
  });

  it('end after the time that the client gives them', async () => {
    const pages = await withMfa(sms, { phone_number: '+15550005678' });
    const asked = await signIn(pages);
    const code = await world.codeTo('+15550005678');
    world.clock.advance(4 * 60_000);
    const late = await asked.submit({ code });
    assert.equal(late.alert, 'That took too long. Sign in again.');
    assert.equal(late.field('username').value, 'jane');
  });

  it('are of use to no other client, and neither here what the API has begun', async () => {
    const pages = await withMfa(sms, { phone_number: '+15550004321' });
    const asked = await signIn(pages);
    const other = await createPages(world, { Id: pages.pool }, { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });
    const elsewhere = await other.open('/login', {}, asked.browser);
    const stolen = new URLSearchParams({
      _csrf: elsewhere.field('_csrf').value,
      session: asked.field('session').value,
      code: await world.codeTo('+15550004321'),
    });
    const refused = await asked.browser.post(elsewhere.url, stolen);
    assert.equal(refused.alert, 'That took too long. Sign in again.');
    const { Session } = await world.browser.initiateAuth({
      ClientId: other.client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
    });
    stolen.set('session', Session ?? '');
    assert.equal((await asked.browser.post(elsewhere.url, stolen)).heading, 'Sign in');
  });

  it('set up an authenticator app, ask for it, and let people choose among factors', async () => {
    const pages = await withMfa({ ...app, MfaConfiguration: 'ON' });
    const setUp = await signIn(pages);
    assert.equal(setUp.heading, 'Set up your authenticator app');
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(setUp.html)?.[1]?.replaceAll(' ', '') ?? '';
    assert.match(setUp.html, /<svg role="img" aria-label="QR code for your authenticator app" viewBox="0 0 \d+ \d+"/);
    const wrong = await setUp.submit({ code: '000000' });
    assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
    assert.ok(wrong.html.includes(setUp.html.match(/<code>[^<]+/)?.[0] ?? '?'), 'the same secret is shown again');
    await succeeds(pages, await wrong.submit({ code: codeOf(secret), device_name: 'My <phone>' }));

    world.clock.advance(30_000);
    const asked = await signIn(pages);
    assert.match(asked.text, /that your authenticator app “My <phone>” shows/);
    await succeeds(pages, await asked.submit({ code: codeOf(secret) }));
    const replayed = await (await signIn(pages)).submit({ code: codeOf(secret) });
    assert.equal(replayed.errorAt('code'), 'This code has been used already. Wait for the next one.');

    await world.aws.setUserPoolMfaConfig({ UserPoolId: pages.pool, MfaConfiguration: 'ON', ...app, ...sms });
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: pages.pool,
      Username: 'jane',
      UserAttributes: attributeList({ phone_number: '+15550009999' }),
    });
    const choice = await signIn(pages);
    assert.equal(choice.heading, 'Confirm that it is you');
    const texted = await choice.press('Get a code by text message');
    assert.match(texted.text, /\+\*+9999/);
    await succeeds(pages, await texted.submit({ code: await world.codeTo('+15550009999') }));
    world.clock.advance(30_000);
    const byApp = await (await signIn(pages)).press('Use your authenticator app');
    await succeeds(pages, await byApp.submit({ code: codeOf(secret) }));
  });

  it('set up codes by email, of an address that is proven by one', async () => {
    const pages = await withMfa(
      { ...app, ...email },
      {},
      { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_phone_number', Priority: 1 }] } },
    );
    const choice = await signIn(pages);
    assert.equal(choice.heading, 'Set up a second factor');
    const asked = await choice.press('Use codes by email');
    const wrong = await asked.submit({ email: 'no address' });
    assert.equal(wrong.alert, 'This is not a valid email address.');
    const sent = await wrong.submit({ email: 'new@example.com' });
    await succeeds(pages, await sent.submit({ code: await world.codeTo('new@example.com') }));
  });

  it('change a temporary password, with the attributes that are missing', async () => {
    const pages = await createPages(world, {
      Schema: [{ Name: 'given_name', Required: true, Mutable: true }],
    });
    await world.aws.adminCreateUser({
      UserPoolId: pages.pool,
      Username: 'new',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
      UserAttributes: attributeList({
        profile: 'x'.repeat(2000),
        website: 'y'.repeat(2000),
        address: 'z'.repeat(2000),
      }),
    });
    const page = await signIn(pages, 'new', 'Temporary-1');
    assert.equal(page.heading, 'Change your password');
    assert.ok(page.field('session').value.length < 4000, 'the attributes do not travel along');
    assert.match(page.text, /At least 8 characters/);
    const name = 'requiredAttributes[given_name]';
    const differ = await page.submit({ new_password: 'Own-Pass-22', confirm_password: 'Own-Pass-23', [name]: 'New' });
    assert.equal(differ.errorAt('confirm_password'), 'The two passwords are not the same.');
    assert.equal(differ.field(name).value, 'New');
    assert.equal(differ.field('new_password').value, '');
    const weak = await differ.submit({ new_password: 'ownpass-22', confirm_password: 'ownpass-22' });
    assert.equal(
      weak.errorAt('new_password'),
      'This password does not follow the rules. What is missing: An upper case letter',
    );
    const done = await weak.submit({ new_password: 'Own-Pass-22', confirm_password: 'Own-Pass-22' });
    assert.equal((await signedInAs(world, pages, done))['cognito:username'], 'new');
    const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pages.pool, Username: 'new' });
    assert.equal(UserStatus, 'CONFIRMED');
  });
});
