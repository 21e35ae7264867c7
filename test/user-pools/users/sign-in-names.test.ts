/** Which names sign a user in: username attributes, aliases, case; on both database engines. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

const valueIn = (attributes: AttributeType[] | undefined, name: string) =>
  attributes?.find(({ Name }) => Name === name)?.Value;

for (const engine of engines) {
  describe(`sign-in names (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    const attributeOf = async (pool: string, Username: string, name: string) =>
      valueIn((await world.aws.adminGetUser({ UserPoolId: pool, Username })).UserAttributes, name);
    const confirm = async (ClientId: string, Username: string, email: string, ForceAliasCreation?: boolean) =>
      world.browser.confirmSignUp({
        ClientId,
        Username,
        ConfirmationCode: await world.codeTo(email),
        ForceAliasCreation,
      });

    describe('e-mail address or phone number as username', () => {
      it('makes an opaque username, copies the name to the attribute, and signs in by either, confirmed or not', async () => {
        const pool = await world.createPool({ UsernameAttributes: ['email', 'phone_number'] });
        const client = await world.createClient(pool);
        const { UserSub: sub } = await world.signUp(client, 'Ann@Example.com', { phone_number: '+15550000001' });
        const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'Ann@Example.com' });
        assert.equal(user.Username, sub);
        assert.equal(valueIn(user.UserAttributes, 'email'), 'Ann@Example.com');
        await world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: '+15550000001' });
        for (const name of ['Ann@Example.com', '+15550000001', sub as string]) await world.signIn(client, name);
        // The pool was made without UsernameConfiguration: it is case-sensitive.
        await refused(world.signIn(client, 'ann@example.com'), 'UserNotFoundException', 'User does not exist.');
      });

      it('refuses names of another kind, in its own words', async () => {
        const words = [
          [['email'], '+15550000002', 'Username should be an email.'],
          [['phone_number'], 'x@example.com', 'Username should be a phone number.'],
          [['email', 'phone_number'], 'ann', 'Username should be either an email or a phone number.'],
        ] as const;
        for (const [UsernameAttributes, name, message] of words) {
          const pool = await world.createPool({ UsernameAttributes: [...UsernameAttributes] });
          const client = await world.createClient(pool);
          await refused(world.signUp(client, name), 'InvalidParameterException', message);
          await refused(
            world.aws.adminCreateUser({ UserPoolId: pool, Username: name }),
            'InvalidParameterException',
            message,
          );
        }
      });

      it('keeps the value of one person from every other, from the first moment', async () => {
        const pool = await world.createPool({ UsernameAttributes: ['email', 'phone_number'] });
        const client = await world.createClient(pool);
        await world.signUp(client, 'bob@example.com', { phone_number: '+15550000003' });
        const emailTaken = 'An account with the given email already exists.';
        await refused(world.signUp(client, 'bob@example.com'), 'UsernameExistsException', emailTaken);
        await refused(
          world.signUp(client, 'carl@example.com', { phone_number: '+15550000003' }),
          'UsernameExistsException',
          'An account with the given phone_number already exists.',
        );
        await refused(
          world.aws.adminCreateUser({ UserPoolId: pool, Username: 'bob@example.com' }),
          'UsernameExistsException',
          emailTaken,
        );
        await world.createUser(pool, 'dora@example.com');
        await refused(
          world.aws.adminUpdateUserAttributes({
            UserPoolId: pool,
            Username: 'dora@example.com',
            UserAttributes: attributeList({ email: 'bob@example.com', email_verified: 'true' }),
          }),
          'AliasExistsException',
          emailTaken,
        );
        const { AccessToken } = await world.signIn(client, 'dora@example.com');
        await refused(
          world.browser.updateUserAttributes({
            AccessToken,
            UserAttributes: attributeList({ email: 'bob@example.com' }),
          }),
          'AliasExistsException',
          emailTaken,
        );
        assert.equal(await attributeOf(pool, 'dora@example.com', 'email'), 'dora@example.com');
      });

      it('makes a new e-mail address the sign-in name at once, and the old one free', async () => {
        const pool = await world.createPool({ UsernameAttributes: ['email'] });
        const client = await world.createClient(pool);
        await world.createUser(pool, 'eve@example.com');
        await world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username: 'eve@example.com',
          UserAttributes: attributeList({ email: 'eva@example.com' }),
        });
        await world.signIn(client, 'eva@example.com');
        await refused(world.signIn(client, 'eve@example.com'), 'UserNotFoundException', 'User does not exist.');
        await world.signUp(client, 'eve@example.com');
      });

      it('ignores case where the pool says so', async () => {
        const pool = await world.createPool({
          UsernameAttributes: ['email'],
          UsernameConfiguration: { CaseSensitive: false },
        });
        const client = await world.createClient(pool);
        await world.createUser(pool, 'Fred@Example.com');
        assert.equal(await attributeOf(pool, 'FRED@example.com', 'email'), 'fred@example.com');
        await world.signIn(client, 'fRED@EXAMPLE.COM');
        await refused(
          world.signUp(client, 'FRED@EXAMPLE.com'),
          'UsernameExistsException',
          'An account with the given email already exists.',
        );
      });

      it('takes names of every length', async () => {
        const pool = await world.createPool({ UsernameAttributes: ['email', 'phone_number'] });
        const client = await world.createClient(pool);
        // Text that no database can compress: each character takes three bytes.
        const long = () => String.fromCharCode(...Array.from({ length: 2000 }, () => randomInt(0x4e00, 0x9000)));
        const email = `${long()}@example.com`;
        await world.createUser(pool, '+15550000009', goodPassword, { email });
        await world.createUser(pool, '+15550000010', goodPassword, { email: `${long()}@example.com`, name: long() });
        await world.signIn(client, email);
        await refused(
          world.aws.adminUpdateUserAttributes({
            UserPoolId: pool,
            Username: '+15550000010',
            UserAttributes: attributeList({ email }),
          }),
          'AliasExistsException',
        );
      });
    });

    describe('aliases', () => {
      const aliases = { AliasAttributes: ['email', 'phone_number', 'preferred_username'] as const };
      const aliasPool = () =>
        world.createPool({ AliasAttributes: [...aliases.AliasAttributes], AutoVerifiedAttributes: ['email'] });

      it('sign in once they are verified', async () => {
        const pool = await aliasPool();
        const client = await world.createClient(pool);
        await world.signUp(client, 'ann', { email: 'ann@alias.example', phone_number: '+15550001001' });
        await refused(world.signIn(client, 'ann@alias.example'), 'UserNotFoundException');
        await confirm(client, 'ann', 'ann@alias.example');
        await world.signIn(client, 'ann');
        await world.signIn(client, 'ann@alias.example');
        await refused(world.signIn(client, '+15550001001'), 'UserNotFoundException');
      });

      it('cannot be mistaken for usernames', async () => {
        const pool = await aliasPool();
        const client = await world.createClient(pool);
        await refused(
          world.signUp(client, 'bob@alias.example'),
          'InvalidParameterException',
          'Username cannot be of email format, since user pool is configured for email alias.',
        );
        await refused(
          world.signUp(client, '+15550001002'),
          'InvalidParameterException',
          'Username cannot be of phone number format, since user pool is configured for phone_number alias.',
        );
        await refused(world.signUp(client, 'bob', { preferred_username: 'bobby' }), 'InvalidParameterException');
        await world.createUser(pool, 'bob');
        await world.createUser(pool, 'carl');
        const { AccessToken } = await world.signIn(client, 'carl');
        await refused(
          world.browser.updateUserAttributes({
            AccessToken,
            UserAttributes: attributeList({ preferred_username: 'bob' }),
          }),
          'AliasExistsException',
          'An account with the preferred_username already exists.',
        );
      });

      it('let a conflict show only at the confirmation, and leave the loser as they were', async () => {
        const pool = await aliasPool();
        const client = await world.createClient(pool);
        const email = 'jie@alias.example';
        await world.signUp(client, 'jie', { email });
        await confirm(client, 'jie', email);
        const second = await world.signUp(client, 'shirley', { email });
        assert.equal(second.CodeDeliveryDetails?.Destination, 'j***@a***');
        await refused(
          confirm(client, 'shirley', email),
          'AliasExistsException',
          'An account with the email already exists.',
        );
        const shirley = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'shirley' });
        assert.equal(shirley.UserStatus, 'UNCONFIRMED');
        assert.equal(valueIn(shirley.UserAttributes, 'email_verified'), undefined);

        // The same code, now by force: the alias moves, and the one who had it is unverified.
        await confirm(client, 'shirley', email, true);
        assert.equal(await attributeOf(pool, email, 'sub'), second.UserSub);
        assert.equal(await attributeOf(pool, 'jie', 'email_verified'), 'false');
        assert.equal(await attributeOf(pool, 'jie', 'email'), email);
        await world.signIn(client, 'jie');
      });

      it('move to whoever proves them last', async () => {
        const pool = await aliasPool();
        const client = await world.createClient(pool);
        const email = 'moving@alias.example';
        await world.createUser(pool, 'first', goodPassword, { email, email_verified: 'true' });
        await world.createUser(pool, 'second');
        const { AccessToken } = await world.signIn(client, 'second');
        await world.browser.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ email }) });
        assert.equal(await attributeOf(pool, email, 'sub'), await attributeOf(pool, 'first', 'sub'));
        const Code = await world.codeTo(email);
        await world.browser.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
        assert.equal(await attributeOf(pool, email, 'sub'), await attributeOf(pool, 'second', 'sub'));
        assert.equal(await attributeOf(pool, 'first', 'email_verified'), 'false');
        // An administrator's word counts like a proof.
        await world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username: 'first',
          UserAttributes: attributeList({ email_verified: 'true' }),
        });
        assert.equal(await attributeOf(pool, email, 'sub'), await attributeOf(pool, 'first', 'sub'));
        assert.equal(await attributeOf(pool, 'second', 'email_verified'), 'false');
      });

      it('are given by AdminCreateUser to the new user only by force', async () => {
        const pool = await aliasPool();
        const email = 'given@alias.example';
        const create = (Username: string, ForceAliasCreation: boolean) =>
          world.aws.adminCreateUser({
            UserPoolId: pool,
            Username,
            ForceAliasCreation,
            MessageAction: 'SUPPRESS',
            UserAttributes: attributeList({ email, email_verified: 'True' }),
          });
        await create('one', false);
        await refused(create('two', false), 'UsernameExistsException', 'An account with the email already exists.');
        await refused(world.aws.adminGetUser({ UserPoolId: pool, Username: 'two' }), 'UserNotFoundException');
        await create('two', true);
        assert.equal(await attributeOf(pool, email, 'sub'), await attributeOf(pool, 'two', 'sub'));
        assert.equal(await attributeOf(pool, 'one', 'email_verified'), 'false');
        await refused(create('two', true), 'UsernameExistsException', 'User account already exists');
      });

      it('may be changed by the person, preferred_username at once', async () => {
        const pool = await aliasPool();
        const client = await world.createClient(pool);
        await world.createUser(pool, 'gina');
        const { AccessToken } = await world.signIn(client, 'gina');
        const prefer = (preferred_username: string) =>
          world.browser.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ preferred_username }) });
        await prefer('queen');
        await world.signIn(client, 'queen');
        await prefer('');
        await refused(world.signIn(client, 'queen'), 'UserNotFoundException');
      });
    });

    describe('usernames', () => {
      it('are told apart by case, unless the pool ignores it', async () => {
        const strict = await world.createPool();
        await world.createUser(strict, 'Ann');
        await world.createUser(strict, 'ann');
        await refused(world.aws.adminGetUser({ UserPoolId: strict, Username: 'ANN' }), 'UserNotFoundException');

        const loose = await world.createPool({ UsernameConfiguration: { CaseSensitive: false } });
        const client = await world.createClient(loose);
        await world.createUser(loose, 'Ann');
        await refused(world.signUp(client, 'aNN'), 'UsernameExistsException', 'User already exists');
        assert.equal((await world.aws.adminGetUser({ UserPoolId: loose, Username: 'ANN' })).Username, 'ann');
        await world.signIn(client, 'aNn');
      });

      it('may be of any script, and are compared as written', async () => {
        const pool = await world.createPool();
        const client = await world.createClient(pool);
        for (const name of ['Жанна', '三郎', '𝒜𝓃𝓃', '🦊', 'o\'hara\\"%_', '__proto__', 'constructor', 'ß']) {
          await world.createUser(pool, name);
          await world.signIn(client, name);
          const { Users } = await world.aws.listUsers({
            UserPoolId: pool,
            Filter: `username = "${name.replace(/["\\]/g, '\\$&')}"`,
          });
          assert.deepEqual(
            Users?.map(({ Username }) => Username),
            [name],
          );
        }
        await refused(world.signUp(client, 'two words'), 'InvalidParameterException');
        await refused(world.signUp(client, 'n'.repeat(129)), 'InvalidParameterException');
      });

      it('cannot be the sub of somebody else, by which administrators would find the wrong person', async () => {
        const pool = await world.createPool({ AliasAttributes: ['preferred_username'] });
        const client = await world.createClient(pool);
        const sub = await world.createUser(pool, 'victim');
        assert.equal((await world.aws.adminGetUser({ UserPoolId: pool, Username: sub })).Username, 'victim');
        await refused(world.signUp(client, sub), 'UsernameExistsException', 'User already exists');
        await world.createUser(pool, 'mallory');
        const { AccessToken } = await world.signIn(client, 'mallory');
        await refused(
          world.browser.updateUserAttributes({
            AccessToken,
            UserAttributes: attributeList({ preferred_username: sub }),
          }),
          'AliasExistsException',
        );
        assert.equal((await world.aws.adminGetUser({ UserPoolId: pool, Username: sub })).Username, 'victim');
      });
    });
  });
}
