/** The pages for new accounts and forgotten passwords, each through the same operation as the API. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createPages, type Pages, signedInAs } from './pages.ts';

const attribute = (name: string) => `requiredAttributes[${name}]`;

describe('new accounts and forgotten passwords', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(world, {
      AutoVerifiedAttributes: ['email'],
      Schema: [
        { Name: 'email', Required: true, Mutable: true },
        { Name: 'given_name', Required: true, Mutable: true },
      ],
    });
  });
  after(() => world?.stop());

  const signUp = async (username: string, of = pages, more: Record<string, string> = {}) =>
    (await of.open('/signup')).submit({
      username,
      [attribute('email')]: `${username}@example.com`,
      [attribute('given_name')]: 'Given',
      password: goodPassword,
      ...more,
    });

  it('are made with what the pool demands, confirmed by the code, and signed in at once', async () => {
    const start = await (await pages.open('/login')).follow('Create an account');
    assert.equal(start.heading, 'Create an account');
    assert.equal(start.field(attribute('email')).attributes.type, 'email');
    assert.equal(start.field(attribute('given_name')).attributes.autocomplete, 'given-name');
    assert.match(start.text, /At least 8 characters/);
    const page = await signUp('ann');
    assert.equal(page.heading, 'Confirm your account');
    assert.match(page.text, /that we have sent to a\*\*\*@e\*\*\*/);
    assert.equal(page.field('code').attributes.id, 'verification_code');
    const wrong = await page.submit({ code: '000000' });
    assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
    const done = await wrong.submit({ code: await world.codeTo('ann@example.com') });
    const claims = await signedInAs(world, pages, done);
    assert.equal(claims['cognito:username'], 'ann');
    assert.equal(claims.email_verified, true);
  });

  it('go on at the sign-in page when the code came late', async () => {
    const page = await signUp('late');
    const code = await world.codeTo('late@example.com');
    world.clock.advance(10 * 60_000);
    const confirmed = await page.submit({ code });
    assert.equal(confirmed.notice, 'Your account is confirmed. You can sign in now.');
    assert.equal(confirmed.field('username').value, 'late');
    assert.ok((await signedInAs(world, pages, await confirmed.submit({ password: goodPassword }))).sub);
  });

  it('say beside the field what is wrong, and keep what was typed', async () => {
    const weak = await signUp('ben', pages, { password: 'x' });
    assert.equal(weak.errorAt('password'), 'This password does not follow the rules. What is missing: More characters');
    assert.equal(weak.field(attribute('given_name')).value, 'Given');
    assert.equal(weak.field('username').value, 'ben');
    assert.equal(weak.field('password').value, '');
    const nowhere = await signUp('ben', pages, { [attribute('email')]: 'x' });
    assert.equal(nowhere.errorAt(attribute('email')), 'This is not a valid email address.');
    await signUp('ben');
    assert.equal((await signUp('ben')).errorAt('username'), 'An account with this name exists already.');
  });

  it('say beside a number or another attribute that it is none', async () => {
    const app = await createPages(world, {
      Schema: [
        { Name: 'phone_number', Required: true, Mutable: true },
        { Name: 'birthdate', Required: true, Mutable: true },
      ],
    });
    const page = await app.open('/signup');
    const typed = { username: 'kim', password: goodPassword, [attribute('birthdate')]: '2001-02-03' };
    const wrong = await page.submit({ ...typed, [attribute('phone_number')]: '555 0100' });
    assert.match(wrong.errorAt(attribute('phone_number')) ?? '', /^This is not a valid phone number\./);
    assert.equal(wrong.alert, undefined);
    const short = await wrong.submit({ ...typed, [attribute('birthdate')]: '2001' });
    assert.match(short.errorAt(attribute('birthdate')) ?? '', /length of less than 10/);
    const named = await createPages(world, { UsernameAttributes: ['phone_number'] });
    const asName = await (await named.open('/signup')).submit({ username: '555 0100', password: goodPassword });
    assert.match(asName.errorAt('username') ?? '', /^This is not a valid phone number\./);
  });

  it('are sent another code', async () => {
    const page = await signUp('cat');
    const first = await world.codeTo('cat@example.com');
    const again = await page.press('Send a new code');
    assert.equal(again.notice, 'We have sent a new code to c***@e***.');
    const code = await world.codeTo('cat@example.com');
    assert.notEqual(code, first);
    assert.ok((await signedInAs(world, pages, await again.submit({ code }))).sub);
  });

  it('are confirmed later, by whoever comes to sign in', async () => {
    await signUp('dan');
    const page = await (await pages.open('/login')).submit({ username: 'dan', password: goodPassword });
    assert.equal(page.heading, 'Confirm your account');
    assert.equal(page.alert, 'Your account is not confirmed yet.');
    const confirmed = await page.submit({ code: await world.codeTo('dan@example.com') });
    assert.equal(confirmed.field('username').value, 'dan');
    const plain = await pages.open('/confirm');
    assert.equal((await plain.submit({ username: 'dan', code: '123456' })).heading, 'Confirm your account');
  });

  it('are called by their email address where that is the name', async () => {
    const byEmail = await createPages(world, { UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
    const page = await byEmail.open('/signup');
    assert.deepEqual(
      page.forms[0]?.fields.filter(({ type }) => type !== 'hidden').map(({ name }) => name),
      ['username', 'password'],
    );
    assert.match(page.text, /Email address/);
    const confirming = await page.submit({ username: 'eve@example.com', password: goodPassword });
    const done = await confirming.submit({ code: await world.codeTo('eve@example.com') });
    assert.equal((await signedInAs(world, byEmail, done)).email, 'eve@example.com');
    assert.match((await byEmail.open('/login')).text, /Email address Password/);
  });

  it('need no password where a code signs in', async () => {
    const codes = await createPages(
      world,
      {
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
    );
    const start = await codes.open('/signup');
    assert.equal(start.field('password').attributes.required, undefined);
    const page = await start.submit({ username: 'fay', [attribute('email')]: 'fay@example.com', password: '' });
    const done = await page.submit({ code: await world.codeTo('fay@example.com') });
    assert.equal((await signedInAs(world, codes, done))['cognito:username'], 'fay');
  });

  it('are made by administrators only, where the pool says so', async () => {
    const closed = await createPages(world, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    assert.doesNotMatch((await closed.open('/login')).text, /New user/);
    assert.equal((await closed.open('/signup')).alert, 'New accounts cannot be created here.');
    const { browser, url, field } = await closed.open('/login');
    const body = new URLSearchParams({ _csrf: field('_csrf').value, username: 'x', password: goodPassword });
    assert.equal(
      (await browser.post(url.replace('/login', '/signup'), body)).alert,
      'New accounts cannot be created here.',
    );
  });

  it('link to the terms of the client', async () => {
    const base = { UserPoolId: pages.pool, ClientId: pages.client, TermsSource: 'LINK', Enforcement: 'NONE' } as const;
    const links = (path: string) => ({ 'cognito:default': `https://legal.example/${path}` });
    await world.aws.createTerms({ ...base, TermsName: 'terms-of-use', Links: links('terms') });
    assert.equal((await pages.open('/signup')).link('terms of use'), 'https://legal.example/terms');
    await world.aws.createTerms({ ...base, TermsName: 'privacy-policy', Links: links('privacy') });
    const page = await pages.open('/signup');
    assert.match(page.text, /By creating an account you agree to the terms of use and the privacy policy \./);
    assert.equal(page.link('privacy policy'), 'https://legal.example/privacy');
  });

  it('get a new password with a code', async () => {
    await world.createUser(pages.pool, 'gus', goodPassword, { email: 'gus@example.com', email_verified: 'true' });
    const start = await (await pages.open('/login')).follow('Forgot your password?');
    const page = await start.submit({ username: 'gus' });
    assert.equal(page.heading, 'Set a new password');
    assert.match(page.text, /We have sent a code by email to g\*\*\*@e\*\*\*/);
    const passwords = { new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' };
    const wrong = await page.submit({ code: '000000', ...passwords });
    assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
    const code = await world.codeTo('gus@example.com');
    assert.match(
      (await wrong.submit({ code, new_password: 'short', confirm_password: 'short' })).errorAt('new_password') ?? '',
      /rules/,
    );
    const done = await wrong.submit({ code, ...passwords });
    assert.equal(done.notice, 'Your password has been changed. You can sign in now.');
    assert.ok((await signedInAs(world, pages, await done.submit({ password: 'Brand-New-9' }))).sub);
  });

  it('say the same of names that nobody has', async () => {
    const page = await (await pages.open('/forgotPassword')).submit({ username: 'nobody' });
    assert.equal(page.heading, 'Set a new password');
    const passwords = { new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' };
    assert.equal(
      (await page.submit({ code: '123456', ...passwords })).errorAt('code'),
      'This code is not right. Try again.',
    );
    const resent = await (await (await pages.open('/confirm')).submit({ username: 'nobody', code: '1' })).press(
      'Send a new code',
    );
    assert.match(resent.notice ?? '', /We have sent a new code/);
  });

  it('have no forgotten passwords where only an administrator resets them', async () => {
    const strict = await createPages(world, {
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    });
    assert.doesNotMatch((await strict.open('/login')).text, /Forgot/);
    const page = await (await strict.open('/forgotPassword')).submit({ username: 'x' });
    assert.equal(page.alert, 'Your password cannot be reset here. Contact your administrator.');
  });
});
