/** Many at once: one wins, the others get the right error, nothing half-made stays and nothing is lost; on both engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';

const crowd = Array.from({ length: 20 }, (_, index) => index);

/** What became of each call: `ok`, or the exception and its sentence. */
const outcomes = async (calls: Promise<unknown>[]) =>
  (await Promise.allSettled(calls)).map(result =>
    result.status === 'fulfilled' ? 'ok' : `${result.reason.name}: ${result.reason.message}`,
  );

const oneWins = (found: string[], loser: string) =>
  assert.deepEqual(found.sort(), [...Array(found.length - 1).fill(loser), 'ok'].sort());

for (const engine of engines) {
  describe(`races (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    const usersOf = async (pool: string) => (await world.aws.listUsers({ UserPoolId: pool })).Users ?? [];

    it('gives a username to one of twenty', async () => {
      const pool = await world.createPool();
      const client = await world.createClient(pool);
      oneWins(
        await outcomes(crowd.map(() => world.signUp(client, 'ann'))),
        'UsernameExistsException: User already exists',
      );
      const users = await usersOf(pool);
      assert.equal(users.length, 1);
      const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
      assert.equal(UserPool?.EstimatedNumberOfUsers, 1);
    });

    it('gives an e-mail address as username to one of twenty, and nothing of the others stays', async () => {
      const pool = await world.createPool({
        UsernameAttributes: ['email', 'phone_number'],
        AutoVerifiedAttributes: ['email'],
      });
      const client = await world.createClient(pool);
      const email = `race-${engine}@example.com`;
      const calls = crowd.map(n => world.signUp(client, email, { phone_number: `+1555000${2000 + n}` }));
      oneWins(await outcomes(calls), 'UsernameExistsException: An account with the given email already exists.');
      assert.equal((await usersOf(pool)).length, 1);
      assert.equal((await world.mailTo(email)).length, 1);
      // The phone numbers of the losers are free.
      const won = (await usersOf(pool))[0]?.Attributes?.find(({ Name }) => Name === 'phone_number')?.Value;
      const free = ['+15550002000', '+15550002001'].find(number => number !== won) as string;
      await world.signUp(client, free);
    });

    it('gives an alias to one of those who confirm it at once', async () => {
      const pool = await world.createPool({ AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
      const client = await world.createClient(pool);
      const email = `alias-${engine}@example.com`;
      const people: { name: string; code: string }[] = [];
      for (const n of crowd.slice(0, 10)) {
        await world.signUp(client, `user${n}`, { email });
        people.push({ name: `user${n}`, code: await world.codeTo(email) });
      }
      const calls = people.map(({ name, code }) =>
        world.browser.confirmSignUp({ ClientId: client, Username: name, ConfirmationCode: code }),
      );
      oneWins(await outcomes(calls), 'AliasExistsException: An account with the email already exists.');
      const users = await usersOf(pool);
      const confirmed = users.filter(({ UserStatus }) => UserStatus === 'CONFIRMED');
      assert.equal(confirmed.length, 1);
      const verified = users.filter(({ Attributes }) => Attributes?.some(({ Name }) => Name === 'email_verified'));
      assert.deepEqual(verified, confirmed);
      const owner = await world.aws.adminGetUser({ UserPoolId: pool, Username: email });
      assert.equal(owner.Username, confirmed[0]?.Username);
    });

    it('moves an alias to exactly one of those who take it by force at once', async () => {
      const pool = await world.createPool({ AliasAttributes: ['email'] });
      const email = 'forced@example.com';
      const UserAttributes = attributeList({ email, email_verified: 'true' });
      await world.createUser(pool, 'holder', goodPassword, { email, email_verified: 'true' });
      const calls = crowd.slice(0, 8).map(n =>
        world.aws.adminCreateUser({
          UserPoolId: pool,
          Username: `taker${n}`,
          ForceAliasCreation: true,
          MessageAction: 'SUPPRESS',
          UserAttributes,
        }),
      );
      assert.deepEqual(new Set(await outcomes(calls)), new Set(['ok']));
      const flags = (await usersOf(pool)).map(
        ({ Attributes }) => Attributes?.find(({ Name }) => Name === 'email_verified')?.Value,
      );
      assert.deepEqual(flags.sort(), [...Array(8).fill('false'), 'true']);
    });

    it('lets two who swap their aliases at once end with two different ones', async () => {
      const pool = await world.createPool({ AliasAttributes: ['email'] });
      const [a, b] = ['a@example.com', 'b@example.com'];
      await world.createUser(pool, 'one', goodPassword, { email: a, email_verified: 'true' });
      await world.createUser(pool, 'two', goodPassword, { email: b, email_verified: 'true' });
      const take = (Username: string, email: string) =>
        world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username,
          UserAttributes: attributeList({ email, email_verified: 'true' }),
        });
      assert.deepEqual(await outcomes([take('one', b), take('two', a)]), ['ok', 'ok']);
      const holders = (await usersOf(pool)).map(({ Username, Attributes }) => [
        Username,
        Attributes?.find(({ Name }) => Name === 'email')?.Value,
      ]);
      assert.deepEqual(Object.fromEntries(holders), { one: b, two: a });
    });

    it('loses no attribute of many that are set at once', async () => {
      const custom = crowd.map(n => `custom:a${n}`);
      const pool = await world.createPool({
        Schema: crowd.map(n => ({ Name: `a${n}`, AttributeDataType: 'String', Mutable: true })),
      });
      const client = await world.createClient(pool, { ReadAttributes: custom, WriteAttributes: custom });
      await world.createUser(pool, 'busy');
      const { AccessToken } = await world.signIn(client, 'busy');
      const calls = custom.map(Name =>
        world.browser.updateUserAttributes({ AccessToken, UserAttributes: [{ Name, Value: `value of ${Name}` }] }),
      );
      assert.deepEqual(new Set(await outcomes(calls)), new Set(['ok']));
      const { UserAttributes = [] } = await world.browser.getUser({ AccessToken });
      const set = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
      for (const name of custom) assert.equal(set[name], `value of ${name}`);
    });

    it('takes a confirmation code once', async () => {
      const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
      const client = await world.createClient(pool);
      const email = `once-${engine}@example.com`;
      await world.signUp(client, 'once', { email });
      const ConfirmationCode = await world.codeTo(email);
      const calls = crowd
        .slice(0, 5)
        .map(() => world.browser.confirmSignUp({ ClientId: client, Username: 'once', ConfirmationCode }));
      const found = await outcomes(calls);
      assert.equal(found.filter(outcome => outcome === 'ok').length, 1);
      // Whoever comes later finds the account confirmed, or the code used up.
      const late =
        /^(NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED|ExpiredCodeException: .*)$/;
      for (const outcome of found) if (outcome !== 'ok') assert.match(outcome, late);
    });

    it('takes a recovery code once, and the password of the one who won is the password', async () => {
      const pool = await world.createPool();
      const client = await world.createClient(pool);
      const email = `recover-${engine}@example.com`;
      await world.createUser(pool, 'forgetful', goodPassword, { email, email_verified: 'true' });
      await world.browser.forgotPassword({ ClientId: client, Username: 'forgetful' });
      const ConfirmationCode = await world.codeTo(email);
      const passwords = crowd.slice(0, 5).map(n => `New-Password-${n}`);
      const found = await outcomes(
        passwords.map(Password =>
          world.browser.confirmForgotPassword({ ClientId: client, Username: 'forgetful', ConfirmationCode, Password }),
        ),
      );
      const winner = passwords[found.indexOf('ok')] as string;
      oneWins(found, 'ExpiredCodeException: Invalid code provided, please request a code again.');
      await world.signIn(client, 'forgetful', winner);
    });

    it('answers without an internal error while users are deleted under the callers', async () => {
      const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
      const client = await world.createClient(pool);
      for (const n of crowd.slice(0, 6)) {
        const name = `gone${n}`;
        await world.signUp(client, name, { email: `${name}@example.com` });
        const calls = [
          world.browser.resendConfirmationCode({ ClientId: client, Username: name }),
          world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: name }),
          world.aws.adminDeleteUser({ UserPoolId: pool, Username: name }),
          world.browser.resendConfirmationCode({ ClientId: client, Username: name }),
        ];
        const found = await outcomes(calls);
        assert.equal(found[2], 'ok');
        for (const outcome of found) assert.match(outcome, /^(ok|UserNotFoundException|InvalidParameterException)/);
      }
      assert.deepEqual(await usersOf(pool), []);
    });
  });
}
