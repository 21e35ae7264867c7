/** Every section of the account page: what a person reads there, changes, and is refused. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { type CreationOptions, createAuthenticator } from '../../support/authenticator.ts';
import type { Page } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createProvider } from '../../user-pools/federation/providers.ts';
import { createAccountPool, signInToAccount } from './account-pages.ts';
import { createPages, type Pages } from './pages.ts';

const attribute = (name: string) => `requiredAttributes[${name}]`;
const nasty = '"><script>alert(1)</script><b a=\'';

describe('the account page', () => {
  let world: World;
  let pages: Pages;
  let count = 0;
  before(async () => {
    world = await startWorld();
    pages = await createAccountPool(world, {
      Schema: [
        { Name: 'given_name', Required: true, Mutable: true },
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
      ],
    });
  });
  after(() => world?.stop());

  const arrive = async (attributes: Record<string, string> = {}, of = pages) => {
    count += 1;
    const username = `user${count}`;
    const sub = await world.createUser(of.pool, username, goodPassword, { given_name: 'Given', ...attributes });
    return { sub, ...(await signInToAccount(world, of, username)) };
  };
  const userOf = async (Username: string, of = pages) => {
    const user = await world.aws.adminGetUser({ UserPoolId: of.pool, Username });
    const attributes = Object.fromEntries(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]) ?? []);
    return { ...user, attributes };
  };

  it('lists what there is for this person, and signs them out', async () => {
    const { page, username, open } = await arrive();
    assert.equal(page.heading, 'Your account');
    assert.match(page.text, new RegExp(`Signed in as ${username}`));
    for (const section of ['Profile', 'Password', 'Two-step sign-in', 'Passkeys', 'Remembered devices'])
      assert.equal((await page.follow(section)).heading, section);
    assert.doesNotMatch(page.text, /Linked accounts/);
    const out = await page.press('Sign out');
    assert.equal(out.heading, 'Sign in');
    assert.equal((await open('profile')).heading, 'Sign in');
  });

  it('has no sections that the pool has nothing for', async () => {
    const plain = await createPages(world);
    const { page, browser } = await arrive({}, plain);
    assert.doesNotMatch(page.text, /Two-step|Passkeys|Remembered/);
    for (const section of ['devices', 'second-factors', 'passkeys', 'providers']) {
      const missing = await browser.open(`${world.url}/account/${section}?client_id=${plain.client}`);
      assert.deepEqual([missing.status, missing.alert], [404, 'There is no such page.'], section);
      assert.equal((await missing.follow('Back to your account')).heading, 'Your account');
    }
  });

  describe('profile', () => {
    it('is read and written as the app client may', async () => {
      const { open, username } = await arrive({ website: 'not an address' });
      const page = await open('profile');
      assert.equal(page.field(attribute('given_name')).value, 'Given');
      assert.equal(page.field(attribute('given_name')).attributes.required, '');
      assert.doesNotMatch(page.html, /custom:plan|email_verified/);
      const saved = await page.submit({
        [attribute('given_name')]: 'Ann',
        [attribute('nickname')]: 'A',
        [attribute('website')]: '',
      });
      assert.equal(saved.notice, 'Your profile has been saved.');
      assert.equal(saved.field(attribute('nickname')).value, 'A');
      const { attributes } = await userOf(username);
      assert.equal(attributes.given_name, 'Ann');
      assert.equal(attributes.website, undefined);
    });

    it('leaves alone what nobody has touched, however a field shows it', async () => {
      const { open, username } = await arrive({ address: 'one\ntwo', birthdate: '01.02.1999', picture: '{"data":1}' });
      const page = await open('profile');
      assert.equal(page.field(attribute('birthdate')).attributes.type, 'text');
      await page.submit({ [attribute('address')]: 'onetwo', [attribute('nickname')]: 'N' });
      const { attributes } = await userOf(username);
      assert.deepEqual(
        [attributes.address, attributes.birthdate, attributes.picture, attributes.nickname],
        ['one\ntwo', '01.02.1999', '{"data":1}', 'N'],
      );
    });

    it('says beside the field what the schema refuses, and keeps what was typed', async () => {
      const { open } = await arrive();
      const page = await open('profile');
      const wrong = await page.submit({ [attribute('birthdate')]: '1999', [attribute('nickname')]: 'typed' });
      assert.match(wrong.errorAt(attribute('birthdate')) ?? '', /length of less than 10/);
      assert.equal(wrong.field(attribute('nickname')).value, 'typed');
      const empty = await page.submit({ [attribute('given_name')]: '' });
      assert.equal(empty.errorAt(attribute('given_name')), 'The attribute is required');
    });

    it('has custom attributes where a client without a secret may write them, and no others', async () => {
      const own = {
        ReadAttributes: ['given_name', 'nickname', 'custom:plan'],
        WriteAttributes: ['given_name', 'custom:plan'],
      };
      const open = await createPages(world, { Id: pages.pool }, own);
      const { open: show, username } = await arrive({ nickname: 'Nick', website: 'https://a.example' }, open);
      const page = await show('profile');
      assert.match(page.text, /Nickname Nick/);
      assert.doesNotMatch(page.html, /a\.example|\[nickname\]/);
      // A form of somebody's own making changes nothing more.
      const { browser, url } = page;
      const given = { _csrf: page.field('_csrf').value, action: 'save', [attribute('custom:plan')]: 'gold' };
      const more = { [attribute('nickname')]: 'x', [attribute('email_verified')]: 'true', [attribute('sub')]: 'x' };
      await browser.post(url, new URLSearchParams({ ...given, ...more }));
      const { attributes } = await userOf(username);
      assert.deepEqual(
        [attributes['custom:plan'], attributes.nickname, attributes.email_verified],
        ['gold', 'Nick', undefined],
      );

      const confidential = await createPages(world, { Id: pages.pool }, { ...own, GenerateSecret: true });
      const inApp = await (await arrive({}, confidential)).open('profile');
      assert.doesNotMatch(inApp.html, /\[custom:plan\]/);
      assert.ok(inApp.field(attribute('given_name')));
    });

    it('shows whatever stands in it as text', async () => {
      const { open, page, username } = await arrive({ nickname: nasty, zoneinfo: nasty });
      const profile = await open('profile');
      assert.equal(profile.field(attribute('nickname')).value, nasty);
      for (const each of [page, profile, await open('contacts'), await open('sessions')])
        assert.doesNotMatch(each.html, /<script>alert|<b a=/, username);
    });
  });

  describe('contacts', () => {
    it('are changed, and verified by the code', async () => {
      const { open, username } = await arrive({ email: 'old@example.com', email_verified: 'true' });
      const page = await open('contacts');
      assert.match(page.text, /old@example\.com \(verified\)/);
      const invalid = await page.submit({ email: 'x' });
      assert.equal(invalid.errorAt('email'), 'This is not a valid email address.');
      assert.equal(invalid.field('email').value, 'x');
      const asked = await page.submit({ email: `${username}@example.com` });
      assert.match(asked.text, /sent a code by email to u\*\*\*@e\*\*\*/);
      assert.match(asked.text, /\(not verified\)/);
      const wrong = await asked.submit({ code: '000000' });
      assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
      const first = await world.codeTo(`${username}@example.com`);
      const again = await wrong.press('Send a new code');
      const second = await world.codeTo(`${username}@example.com`);
      assert.notEqual(first, second);
      const done = await again.submit({ code: ` ${second}` });
      assert.equal(done.notice, 'Your contact details have been saved.');
      assert.match(done.text, /@example\.com \(verified\)/);
      assert.equal((await userOf(username)).attributes.email_verified, 'true');
    });

    it('wait for their code where the pool says so', async () => {
      const careful = await createAccountPool(world, {
        UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      });
      const { open, username } = await arrive({ email: 'a@example.com', email_verified: 'true' }, careful);
      const asked = await (await open('contacts')).submit({ email: 'held@example.com' });
      assert.match(asked.text, /a@example\.com \(verified\)/);
      await asked.submit({ code: await world.codeTo('held@example.com') });
      assert.equal((await userOf(username, careful)).attributes.email, 'held@example.com');
    });

    it('are taken away where nothing needs them', async () => {
      const { open, username } = await arrive({ phone_number: '+15550003333' });
      const done = await (await open('contacts')).press('Remove: Phone number');
      assert.equal(done.notice, 'Your contact details have been saved.');
      assert.equal((await userOf(username)).attributes.phone_number, undefined);
      const byEmail = await createPages(world, { UsernameAttributes: ['email'] });
      await world.createUser(byEmail.pool, 'kim@example.com');
      const { open: show } = await signInToAccount(world, byEmail, 'kim@example.com');
      assert.doesNotMatch((await show('contacts')).text, /Remove/);
    });
  });

  describe('password', () => {
    it('is changed with the old one', async () => {
      const { open, username } = await arrive();
      const page = await open('password');
      const passwords = { new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' };
      const wrong = await page.submit({ previous_password: 'Wrong-Pass-1', ...passwords });
      assert.equal(wrong.errorAt('previous_password'), 'This is not your password.');
      assert.equal((await page.submit({ ...passwords })).errorAt('previous_password'), 'Fill in this field.');
      const differs = await page.submit({ previous_password: goodPassword, ...passwords, confirm_password: 'x' });
      assert.equal(differs.errorAt('confirm_password'), 'The two passwords are not the same.');
      const weak = { new_password: 'short', confirm_password: 'short' };
      assert.match(
        (await page.submit({ previous_password: goodPassword, ...weak })).errorAt('new_password') ?? '',
        /rules/,
      );
      const done = await page.submit({ previous_password: goodPassword, ...passwords });
      assert.equal(done.notice, 'Your password has been changed.');
      const client = await world.createClient(pages.pool);
      assert.ok(await world.signIn(client, username, 'Brand-New-9'));
    });

    it('is guessed as often as the API lets it be', async () => {
      const { open } = await arrive();
      let page = await open('password');
      const guess = { previous_password: 'Wrong-Pass-1', new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' };
      for (let times = 0; times < 6; times++) page = await page.submit(guess);
      assert.equal(page.alert, 'Too many attempts. Try again later.');
    });

    it('is set for the first time by whoever has none', async () => {
      const codes = await createPages(
        world,
        {
          AutoVerifiedAttributes: ['email'],
          Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
        },
        { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
      );
      const start = await codes.open('/signup', {});
      const email = 'first@example.com';
      const confirming = await start.submit({ username: 'first', [attribute('email')]: email, password: '' });
      const { browser } = await confirming.submit({ code: await world.codeTo(email) });
      const page = await browser.open(`${world.url}/account/password?client_id=${codes.client}`);
      assert.match(page.text, /You have no password yet/);
      assert.doesNotMatch(page.html, /previous_password/);
      const done = await page.submit({ new_password: 'Brand-New-9', confirm_password: 'Brand-New-9' });
      assert.equal(done.notice, 'Your password has been changed.');
      assert.match(done.html, /previous_password/);
    });
  });

  describe('second factors', () => {
    const codeOf = (page: Page) => {
      const key = /<code>([^<]+)<\/code>/.exec(page.html)?.[1]?.replaceAll(' ', '') ?? assert.fail('no key');
      return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: world.clock.now() });
    };

    it('are an authenticator app, which is set up, given up and replaced', async () => {
      const { open, username } = await arrive();
      const asked = await (await open('second-factors')).press('Use an authenticator app');
      assert.equal(asked.heading, 'Set up your authenticator app');
      assert.match(asked.html, /<svg role="img" aria-label="QR code/);
      const wrong = await asked.submit({ code: '000000', device_name: nasty });
      assert.equal(wrong.errorAt('code'), 'This code is not right. Try again.');
      assert.equal(codeOf(wrong), codeOf(asked));
      const done = await wrong.submit({ code: codeOf(wrong) });
      assert.equal(done.notice, 'Your two-step sign-in has been changed.');
      assert.match(done.text, /Authenticator app "><script>alert\(1\)<\/script><b a=' In use/);
      assert.doesNotMatch(done.html, /<script>alert/);
      assert.deepEqual((await userOf(username)).UserMFASettingList, ['SOFTWARE_TOKEN_MFA']);
      const stopped = await done.press('Stop using: Authenticator app');
      assert.equal((await userOf(username)).UserMFASettingList, undefined);
      await stopped.press('Use: Authenticator app');
      assert.deepEqual((await userOf(username)).UserMFASettingList, ['SOFTWARE_TOKEN_MFA']);
      const another = await stopped.press('Set up another authenticator app in its place');
      assert.notEqual(codeOf(another), codeOf(asked));
      const forged = await another.submit({ code: codeOf(another), key: `${another.field('key').value}x` });
      assert.equal(forged.heading, 'Set up your authenticator app');
    });

    it('are codes to a number that is verified, one of them asked for first', async () => {
      const { open, username } = await arrive({ phone_number: '+15550004444' });
      const page = await open('second-factors');
      assert.match(page.text, /Codes by text message Not in use: it needs a verified/);
      assert.doesNotMatch(page.text, /Use: Codes/);
      const { browser, url } = page;
      const form = { _csrf: page.field('_csrf').value, action: 'use', factor: 'SMS_MFA' };
      await browser.post(url, new URLSearchParams(form));
      assert.equal((await userOf(username)).UserMFASettingList, undefined);
      const UserAttributes = [{ Name: 'phone_number_verified', Value: 'true' }];
      await world.aws.adminUpdateUserAttributes({ UserPoolId: pages.pool, Username: username, UserAttributes });
      const used = await (await open('second-factors')).press('Use: Codes by text message');
      assert.match(used.text, /Codes by text message In use/);
      const app = await used.press('Use an authenticator app');
      const both = await app.submit({ code: codeOf(app) });
      await both.press('Ask for this first: Codes by text message');
      assert.equal((await userOf(username)).PreferredMfaSetting, 'SMS_MFA');
      assert.match((await open('second-factors')).text, /In use, and asked for first/);
    });

    it('cannot all be given up where the pool demands one', async () => {
      const strict = await createAccountPool(world);
      const { open } = await arrive({}, strict);
      const app = await (await open('second-factors')).press('Use an authenticator app');
      await app.submit({ code: codeOf(app) });
      await world.aws.setUserPoolMfaConfig({
        UserPoolId: strict.pool,
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      world.clock.advance(2000);
      const page = await open('second-factors');
      assert.match(page.text, /Authenticator app In use/);
      assert.doesNotMatch(page.text, /Stop using/);
    });
  });

  it('lists passkeys, adds and deletes them', async () => {
    const { open } = await arrive();
    const empty = await open('passkeys');
    assert.match(empty.text, /You have no passkeys yet/);
    const adding = await empty.follow('Add a passkey');
    const options: CreationOptions = JSON.parse(/const options = (\{.*?\});\n/.exec(adding.html)?.[1] ?? 'null');
    const device = createAuthenticator({ origin: 'http://localhost' });
    const listed = await adding.submit({ credential: JSON.stringify(device.create(options)) });
    assert.equal(new URL(listed.url).pathname, '/account/passkeys');
    assert.match(listed.text, /passkey Since /i);
    const label = listed.forms[0]?.buttons[0]?.text ?? '';
    assert.match(label, /^Delete: /);
    const done = await listed.press(label);
    assert.equal(done.notice, 'The passkey has been deleted.');
    assert.equal((await listed.press(label)).alert, 'This is not there any more.');
  });

  it('lists remembered devices and forgets them', async () => {
    const { open, username, browser } = await arrive({ phone_number: '+15550005555', phone_number_verified: 'true' });
    assert.match((await open('devices')).text, /No device is remembered/);
    await (await open('second-factors')).press('Use: Codes by text message');
    browser.headers['user-agent'] = `Mozilla/5.0 (X11; Linux x86_64) ${nasty} Chrome/126.0.0.0 Safari/537.36`;
    await (await open()).press('Sign out');
    const code = await (await open()).submit({ username, password: goodPassword });
    await code.submit({ code: await world.codeTo('+15550005555') });
    const listed = await open('devices');
    assert.doesNotMatch(listed.html, /<script>alert/);
    const label = listed.forms[0]?.buttons[0]?.text ?? '';
    assert.match(label, /^Forget: Chrome/);
    assert.match(listed.text, /Network address: 127\.0\.0\.1/);
    assert.equal((await listed.press(label)).notice, 'The device has been forgotten.');
    assert.equal((await listed.press(label)).alert, 'This is not there any more.');
  });

  describe('sessions', () => {
    it('are listed and ended, one by one', async () => {
      const { open, username, browser } = await arrive();
      const client = await world.createClient(pages.pool, { ClientName: 'Other app' });
      const { AccessToken } = await world.signIn(client, username);
      const elsewhere = await signInToAccount(world, pages, username);
      browser.headers['user-agent'] = `Mozilla/5.0 ${nasty} Chrome/126.0.0.0`;
      const page = await open('sessions');
      assert.match(page.text, /This browser Browser, signed in for Shop Network address: 127\.0\.0\.1/);
      assert.equal(page.text.match(/This browser/g)?.length, 1);
      assert.doesNotMatch(page.html, /<script>alert/);
      const ended = await page.press('Sign out: Other app');
      assert.equal(ended.notice, 'The session has been ended.');
      await assert.rejects(world.browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
      const row = ended.html
        .split('</li>')
        .find(each => each.includes('name="session"') && !each.includes('This browser'));
      await ended.submit({ session: /name="session" value="([^"]+)"/.exec(row ?? '')?.[1] ?? assert.fail(ended.text) });
      assert.equal((await elsewhere.open('profile')).heading, 'Sign in');
      assert.equal((await open('profile')).heading, 'Profile');
    });

    it('are nobody else’s to end', async () => {
      const [one, another] = [await arrive(), await arrive()];
      const session = (await another.open('sessions')).field('session').value;
      const page = await (await one.open('sessions')).submit({ session });
      assert.equal(page.alert, 'This is not there any more.');
      assert.equal((await another.open()).heading, 'Your account');
    });

    it('end everywhere at once', async () => {
      const { open, username } = await arrive();
      const { AccessToken } = await world.signIn(await world.createClient(pages.pool), username);
      const elsewhere = await signInToAccount(world, pages, username);
      assert.equal((await (await open('sessions')).press('Sign out everywhere')).heading, 'Sign in');
      await assert.rejects(world.browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
      assert.equal((await elsewhere.open()).heading, 'Sign in');
      assert.equal((await open()).heading, 'Sign in');
    });

    it('are ended all the same where no list of them is kept', async () => {
      const plain = await createPages(world);
      const { open } = await arrive({}, plain);
      const page = await open('sessions');
      assert.match(page.text, /No list is kept/);
      assert.equal((await page.press('Sign out everywhere')).heading, 'Sign in');
    });
  });

  it('shows linked accounts', async () => {
    const { username, page, open } = await arrive();
    await createProvider(world, pages.pool, 'Corp');
    await world.aws.adminLinkProviderForUser({
      UserPoolId: pages.pool,
      DestinationUser: { ProviderName: 'Cognito', ProviderAttributeValue: username },
      SourceUser: {
        ProviderName: 'Corp',
        ProviderAttributeName: 'Cognito_Subject',
        ProviderAttributeValue: nasty,
      },
    });
    assert.equal(page.heading, 'Your account');
    const listed = await (await open()).follow('Linked accounts');
    assert.match(listed.text, /Corp "><script>/);
    assert.doesNotMatch(listed.html, /<script>alert/);
  });

  it('deletes the account of whoever types its name', async () => {
    const { open, username, browser } = await arrive();
    const page = await open('delete');
    const wrong = await page.submit({ confirmation: 'yes' });
    assert.equal(wrong.errorAt('confirmation'), 'This is not the name of your account.');
    assert.equal((await userOf(username)).Username, username);
    const done = await wrong.submit({ confirmation: username });
    assert.equal(done.notice, 'Your account has been deleted.');
    await assert.rejects(userOf(username), { name: 'UserNotFoundException' });
    assert.equal(browser.cookies.has(`cognito.${pages.pool}`), false);
    assert.equal((await open()).heading, 'Sign in');
  });
});
