/** Sign-in by choice: the name first, then whatever the person has; passkeys without a name; questions of the pool's own functions. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAuthenticator, type RequestOptions } from '../../support/authenticator.ts';
import type { Page } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createPages, type Pages, signedInAs } from './pages.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const functionsFile = new URL('../../user-pools/triggers/functions/magic-word.mjs', import.meta.url).pathname;
const choice = { ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] };

describe('sign-in by choice', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    const functions = ['define', 'create', 'verify'].map(name => `${name}=module:${functionsFile}#${name}`);
    world = await startWorld({
      settings: { CENOTE_TRIGGERS: functions.join() },
    });
    pages = await createPages(
      world,
      {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] } },
        SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      },
      choice,
    );
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com', phone_number: '+15550001111' });
    // With nothing but a password.
    await world.aws.adminCreateUser({ UserPoolId: pages.pool, Username: 'pat', TemporaryPassword: goodPassword });
    await world.aws.adminSetUserPassword({
      UserPoolId: pages.pool,
      Username: 'pat',
      Password: goodPassword,
      Permanent: true,
    });
  });
  after(() => world?.stop());

  const name = async (username: string, of = pages) => (await of.open('/login')).submit({ username });
  const succeeds = async (done: Page, username: string, of = pages) =>
    assert.equal((await signedInAs(world, of, done))['cognito:username'], username);

  it('asks for the name alone, then how to go on', async () => {
    const start = await pages.open('/login');
    assert.ok(!start.forms[0]?.fields.some(field => field.name === 'password'));
    assert.equal(start.field('signInSubmitButton').value, 'Next');
    const offered = await start.submit({ username: 'ann' });
    assert.equal(offered.heading, 'How do you want to sign in?');
    assert.deepEqual(
      offered.forms[0]?.buttons.map(({ text }) => text),
      ['Sign in with your password', 'Get a code by email', 'Get a code by text message'],
    );
  });

  it('goes on at once with the only way that somebody has', async () => {
    const page = await name('pat');
    assert.equal(page.heading, 'Enter your password');
    const wrong = await page.submit({ password: 'Wrong-Pass-1' });
    assert.equal(wrong.heading, 'Enter your password');
    assert.equal(wrong.alert, 'Incorrect username or password.');
    await succeeds(await wrong.submit({ password: goodPassword }), 'pat');
  });

  it('signs in by each way, and lets people change their mind', async () => {
    const byPassword = await (await name('ann')).press('Sign in with your password');
    await succeeds(await byPassword.submit({ password: goodPassword }), 'ann');
    const byEmail = await (await name('ann')).press('Get a code by email');
    assert.match(byEmail.text, /email to a\*\*\*@e\*\*\*/);
    const another = await byEmail.press('Sign in another way');
    assert.equal(another.heading, 'How do you want to sign in?');
    const byPhone = await another.press('Get a code by text message');
    await succeeds(await byPhone.submit({ code: await world.codeTo('+15550001111') }), 'ann');
    const again = await (await name('ann')).press('Get a code by email');
    await succeeds(await again.submit({ code: await world.codeTo('ann@example.com') }), 'ann');
  });

  it('takes name and password at once, as scripts and password managers send them', async () => {
    const start = await pages.open('/login');
    const body = new URLSearchParams({ _csrf: start.field('_csrf').value, username: 'ann', password: goodPassword });
    await succeeds(await start.browser.post(start.url, body), 'ann');
  });

  it('looks the same for a name that nobody has', async () => {
    const page = await name('nobody@example.com');
    assert.equal(page.heading, 'How do you want to sign in?');
    const sent = await page.press('Get a code by email');
    assert.match(sent.text, /We have sent a code by email to n\*\*\*@e\*\*\*/);
    assert.equal((await sent.submit({ code: '12345678' })).errorAt('code'), 'This code is not right. Try again.');
  });

  it('needs ALLOW_USER_AUTH of the client', async () => {
    const plain = await createPages(world, { Id: pages.pool }, {});
    assert.ok((await plain.open('/login')).field('password'));
  });

  describe('with a passkey', () => {
    const device = createAuthenticator({ origin: 'http://localhost' });
    before(async () => {
      const { AccessToken } = await world.signIn(await world.createClient(pages.pool), 'pat');
      const { CredentialCreationOptions } = await world.browser.startWebAuthnRegistration({ AccessToken });
      const Credential = device.create(CredentialCreationOptions as never);
      await world.browser.completeWebAuthnRegistration({ AccessToken, Credential: Credential as never });
    });
    const optionsIn = ({ html }: Page): RequestOptions =>
      JSON.parse(/const options = (\{.*?\});\n/.exec(html)?.[1] ?? assert.fail('no options on the page'));

    it('asks for it once the name is known', async () => {
      const page = await (await name('pat')).press('Sign in with a passkey');
      assert.equal(page.heading, 'Sign in with a passkey');
      const options = optionsIn(page);
      assert.equal(options.allowCredentials.length, 1);
      const wrong = await page.submit({ credential: '{}' });
      assert.equal(wrong.heading, 'Sign in with a passkey');
      assert.ok(wrong.alert);
      await succeeds(await page.submit({ credential: device.get(options) }), 'pat');
    });

    it('takes any before the name is known, once', async () => {
      const page = await pages.open('/login');
      assert.equal(page.field('username').attributes.autocomplete, 'username webauthn');
      const options = optionsIn(page);
      assert.deepEqual(options.allowCredentials, []);
      const credential = device.get(options);
      await succeeds(await page.submit({ credential }), 'pat');
      const replayed = await page.submit({ credential });
      assert.equal(replayed.alert, 'That took too long. Sign in again.');
      assert.equal(replayed.field('username').value, '');
    });

    it('refuses what answers another question, or is nobody’s', async () => {
      const [one, other] = [await pages.open('/login'), await pages.open('/login')];
      const foreign = await other.submit({ credential: device.get(optionsIn(one)) });
      assert.ok(foreign.alert);
      assert.equal(foreign.heading, 'Sign in');
      const made = { ...JSON.parse(device.get(optionsIn(other))), id: 'bm9ib2R5', rawId: 'bm9ib2R5' };
      assert.equal(
        (await other.submit({ credential: JSON.stringify(made) })).alert,
        'The passkey could not be used. Try again.',
      );
      assert.equal((await other.submit({ credential: 'no JSON' })).heading, 'Sign in');
    });
  });

  it('asks for what leads to the level that the client wants, as far as the person has it', async () => {
    const level = (acr_values: string) => pages.open('/login', { acr_values });
    const asked = await (await level('unknown urn:cognito:loa:2')).submit({ username: 'ann' });
    const password = await (await asked.press('Sign in with your password')).submit({ password: goodPassword });
    assert.equal(password.heading, 'How do you want to sign in?');
    assert.deepEqual(
      password.forms[0]?.buttons.map(({ text }) => text),
      ['Get a code by email', 'Get a code by text message'],
    );
    const both = await (await password.press('Get a code by text message')).submit({
      code: await world.codeTo('+15550001111'),
    });
    assert.equal((await signedInAs(world, pages, both)).acr, 'urn:cognito:loa:3');
    const again = await (await level('urn:cognito:loa:2')).submit({ username: 'ann' });
    const code = await (await again.press('Get a code by email')).submit({
      code: await world.codeTo('ann@example.com'),
    });
    assert.equal((await signedInAs(world, pages, code)).acr, 'urn:cognito:loa:2');
    const without = await (await level('urn:cognito:loa:4')).submit({ username: 'ann' });
    const done = await (await without.press('Sign in with your password')).submit({ password: goodPassword });
    assert.equal((await signedInAs(world, pages, done)).acr, 'urn:cognito:loa:1');
  });

  it('asks what the functions of a pool ask, where the client allows nothing else', async () => {
    const custom = await createPages(
      world,
      {
        LambdaConfig: {
          DefineAuthChallenge: arnOf('define'),
          CreateAuthChallenge: arnOf('create'),
          VerifyAuthChallengeResponse: arnOf('verify'),
        },
      },
      { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
    );
    await world.createUser(custom.pool, 'jane');
    const asked = await name('jane', custom);
    assert.equal(asked.heading, 'One more step');
    assert.match(asked.text, /hint word 0/);
    const again = await asked.submit({ answer: 'abracadabra' });
    assert.match(again.text, /hint word 1/);
    await succeeds(await again.submit({ answer: 'magic-jane' }), 'jane', custom);
    let page = await name('jane', custom);
    for (const word of ['a', 'b', 'c']) page = await page.submit({ answer: word });
    assert.equal(page.heading, 'Sign in');
    assert.equal(page.alert, 'Incorrect username or password.');
  });
});
