/** The account as the person and as administrators see it: read, disable, enable, confirm, delete; on both database engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

for (const engine of engines) {
  describe(`accounts (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
    });
    after(() => world.stop());

    it('are shown alike to the person, to AdminGetUser, AdminCreateUser and ListUsers', async () => {
      const name = 'x'.repeat(2048);
      const created = await world.aws.adminCreateUser({
        UserPoolId: pool,
        Username: 'shown',
        MessageAction: 'SUPPRESS',
        UserAttributes: attributeList({ email: 'shown@example.com', name }),
      });
      const Username = 'shown';
      await world.aws.adminSetUserPassword({ UserPoolId: pool, Username, Password: goodPassword, Permanent: true });
      const sub = created.User?.Attributes?.[0]?.Value ?? '';
      const attributes = attributeList({ sub, email: 'shown@example.com', name });
      const { $metadata: _, ...seen } = await world.aws.adminGetUser({ UserPoolId: pool, Username });
      const { UserCreateDate, UserLastModifiedDate } = seen;
      assert.ok(UserCreateDate && UserLastModifiedDate && UserCreateDate <= UserLastModifiedDate);
      const dates = { UserCreateDate, UserLastModifiedDate };
      const rest = { Enabled: true, UserStatus: 'CONFIRMED', Username };
      assert.deepEqual(seen, { ...rest, ...dates, UserAttributes: attributes });
      const { Users } = await world.aws.listUsers({ UserPoolId: pool, Filter: 'username = "shown"' });
      assert.deepEqual(Users, [{ ...rest, ...dates, Attributes: attributes }]);
      assert.deepEqual(created.User, {
        ...rest,
        Attributes: attributes,
        UserStatus: 'FORCE_CHANGE_PASSWORD',
        UserCreateDate,
        UserLastModifiedDate: UserCreateDate,
      });
      const { AccessToken } = await world.signIn(client, Username);
      const own = await world.browser.getUser({ AccessToken });
      assert.deepEqual([own.Username, own.UserAttributes], [Username, attributes]);
    });

    it('lose their sessions when disabled, and do not get them back when enabled', async () => {
      await world.createUser(pool, 'banned');
      const { AccessToken, RefreshToken } = await world.signIn(client, 'banned');
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'banned' });
      await refused(world.browser.getUser({ AccessToken }), 'NotAuthorizedException');
      await refused(world.signIn(client, 'banned'), 'NotAuthorizedException', 'User is disabled.');
      const { Users } = await world.aws.listUsers({ UserPoolId: pool, Filter: 'status = "Disabled"' });
      assert.deepEqual(
        Users?.map(({ Username, Enabled }) => [Username, Enabled]),
        [['banned', false]],
      );
      await world.aws.adminEnableUser({ UserPoolId: pool, Username: 'banned' });
      await refused(world.browser.getUser({ AccessToken }), 'NotAuthorizedException', 'Access Token has been revoked');
      await refused(
        world.browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        }),
        'NotAuthorizedException',
        'Refresh Token has been revoked',
      );
      await world.signIn(client, 'banned');
    });

    it('are gone when deleted, by the person or by an administrator, and the name is free', async () => {
      const first = await world.createUser(pool, 'leaving', goodPassword, { email: 'leaving@example.com' });
      const { AccessToken } = await world.signIn(client, 'leaving');
      await world.browser.deleteUser({ AccessToken });
      await refused(world.browser.getUser({ AccessToken }), 'UserNotFoundException', 'User does not exist.');
      await refused(world.browser.deleteUser({ AccessToken }), 'UserNotFoundException', 'User does not exist.');
      await refused(world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'leaving' }), 'UserNotFoundException');
      assert.deepEqual(
        (await world.aws.listUsers({ UserPoolId: pool, Filter: 'email = "leaving@example.com"' })).Users,
        [],
      );
      const second = await world.createUser(pool, 'leaving');
      assert.notEqual(first, second);
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: second });
      await refused(
        world.aws.adminGetUser({ UserPoolId: pool, Username: 'leaving' }),
        'UserNotFoundException',
        'User does not exist.',
      );
    });

    it('are confirmed by administrators once, without a word about their contacts', async () => {
      await world.signUp(client, 'waiting', { email: 'waiting@example.com' });
      await refused(world.signIn(client, 'waiting'), 'UserNotConfirmedException', 'User is not confirmed.');
      await world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'waiting' });
      const { UserStatus, UserAttributes } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'waiting' });
      assert.equal(UserStatus, 'CONFIRMED');
      assert.deepEqual(UserAttributes?.slice(1), attributeList({ email: 'waiting@example.com' }));
      await refused(
        world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'waiting' }),
        'NotAuthorizedException',
        'User cannot be confirmed. Current status is CONFIRMED',
      );
      await world.aws.adminCreateUser({ UserPoolId: pool, Username: 'made', MessageAction: 'SUPPRESS' });
      await refused(
        world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'made' }),
        'NotAuthorizedException',
        'User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD',
      );
    });

    it('are made only by administrators where the pool says so', async () => {
      const closed = await world.createPool({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
      const closedClient = await world.createClient(closed);
      await refused(
        world.signUp(closedClient, 'stranger'),
        'NotAuthorizedException',
        'SignUp is not permitted for this user pool',
      );
      await world.createUser(closed, 'guest');
      await world.signIn(closedClient, 'guest');
    });
  });
}
