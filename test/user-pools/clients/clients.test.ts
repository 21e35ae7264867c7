/** App clients through the AWS SDK: every member kept, what an update replaces, what it cannot change, changes at the same time. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateUserPoolClientCommandInput, UserPoolClientType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';

/** Every member of CreateUserPoolClient, but for UserPoolId and ClientSecret, which GenerateSecret excludes. */
const maximal = {
  ClientName: 'Everything, at once',
  GenerateSecret: true,
  RefreshTokenValidity: 90,
  AccessTokenValidity: 7200,
  IdTokenValidity: 90,
  TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'minutes', RefreshToken: 'hours' },
  ReadAttributes: ['email', 'email_verified', 'custom:plan', 'dev:custom:rank'],
  WriteAttributes: ['email', 'name', 'custom:plan'],
  ExplicitAuthFlows: [
    'ALLOW_USER_AUTH',
    'ALLOW_USER_SRP_AUTH',
    'ALLOW_CUSTOM_AUTH',
    'ALLOW_USER_PASSWORD_AUTH',
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  ],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: [
    'https://example.com/callback?a=b',
    'http://localhost:3000',
    'http://127.0.0.1/x',
    'http://[::1]:8080/',
    'myapp://example',
    'com.example.app:/callback',
  ],
  LogoutURLs: ['https://example.com/out', 'myapp://out'],
  DefaultRedirectURI: 'myapp://example',
  AllowedOAuthFlows: ['code', 'implicit'],
  AllowedOAuthScopes: ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'],
  AllowedOAuthFlowsUserPoolClient: true,
  AnalyticsConfiguration: {
    ApplicationId: 'd70b2ba36a8c4dc5a04a0451a31a1e12',
    RoleArn: 'arn:aws:iam::123456789012:role/analytics',
    ExternalId: 'external',
    UserDataShared: true,
  },
  PreventUserExistenceErrors: 'ENABLED',
  EnableTokenRevocation: false,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: 15,
  RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
} satisfies Omit<Required<CreateUserPoolClientCommandInput>, 'UserPoolId' | 'ClientSecret'>;
const { ClientName, GenerateSecret, ...maximalSettings } = maximal;

/** What a client says of itself when only its name was given. */
const defaults = {
  RefreshTokenValidity: 30,
  TokenValidityUnits: {},
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
  ClientType: 'REGULAR',
};

const settingsOf = (client: UserPoolClientType | undefined) => {
  const { UserPoolId, ClientId, ClientName, ClientSecret, CreationDate, LastModifiedDate, ...settings } = client ?? {};
  return settings;
};

for (const engine of engines) {
  describe(`app clients (${engine})`, () => {
    let world: World;
    let pool: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({
        Schema: [
          { Name: 'email', Required: true, Mutable: true },
          { Name: 'plan', AttributeDataType: 'String', Mutable: true },
          { Name: 'rank', AttributeDataType: 'Number', Mutable: true, DeveloperOnlyAttribute: true },
        ],
      });
    });
    after(() => world.stop());

    const create = async (options: Partial<CreateUserPoolClientCommandInput> = {}) => {
      const { UserPoolClient } = await world.aws.createUserPoolClient({
        UserPoolId: pool,
        ClientName: 'plain',
        ...options,
      });
      return UserPoolClient as UserPoolClientType & { ClientId: string };
    };
    const describeClient = async (ClientId: string) =>
      (await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId })).UserPoolClient;

    it('a client of which only the name is said has the defaults and no secret', async () => {
      const made = await create();
      assert.match(made.ClientId, /^[0-9a-z]{26}$/);
      assert.deepEqual([made.UserPoolId, made.ClientName, made.ClientSecret], [pool, 'plain', undefined]);
      assert.deepEqual(made.CreationDate, made.LastModifiedDate);
      assert.deepEqual(settingsOf(made), defaults);
      assert.deepEqual(await describeClient(made.ClientId), made);
    });

    it('every member of the model comes back as it was given', async () => {
      const made = await create(maximal);
      assert.match(made.ClientSecret ?? '', /^[0-9a-z]{52}$/);
      assert.deepEqual(settingsOf(made), { ...maximalSettings, ClientType: 'REGULAR' });
      assert.deepEqual(await describeClient(made.ClientId), made);
    });

    it('the caller’s own secret is kept, and sealed in the database', async () => {
      const ClientSecret = 'my_own_secret_1234567890_+';
      const { ClientId } = await create({ ClientSecret });
      assert.equal((await describeClient(ClientId))?.ClientSecret, ClientSecret);
      const { db } = world.app.foundation.storage;
      const rows = await db.selectFrom('client_secrets').selectAll().where('client_id', '=', ClientId).execute();
      assert.equal(rows.length, 1);
      assert.match(rows[0]?.secret_id ?? '', new RegExp(`^${ClientId}--\\d+$`));
      assert.ok(!JSON.stringify(rows).includes(ClientSecret));
    });

    it('an update replaces everything but the identity, the secret and the dates', async () => {
      const made = await create(maximal);
      world.clock.advance(2000);
      const { UserPoolClient: updated } = await world.aws.updateUserPoolClient({
        UserPoolId: pool,
        ClientId: made.ClientId,
        AuthSessionValidity: 5,
      });
      const { UserPoolId, ClientId, ClientSecret, CreationDate } = made;
      const { LastModifiedDate, ...rest } = updated ?? {};
      const identity = { UserPoolId, ClientId, ClientName, ClientSecret, CreationDate };
      assert.deepEqual(rest, { ...defaults, ...identity, AuthSessionValidity: 5 });
      assert.ok((LastModifiedDate?.getTime() ?? 0) - (made.LastModifiedDate?.getTime() ?? 0) >= 2000);
      assert.deepEqual(await describeClient(ClientId), updated);
    });

    it('an update with every member replaces every member, and what was described can be sent back', async () => {
      const { ClientId } = await create({ GenerateSecret });
      await world.aws.updateUserPoolClient({ UserPoolId: pool, ClientId, ClientName, ...maximalSettings });
      const updated = await describeClient(ClientId);
      assert.deepEqual(settingsOf(updated), { ...maximalSettings, ClientType: 'REGULAR' });
      assert.equal(updated?.ClientName, ClientName);
      await world.aws.updateUserPoolClient({ ...(updated as Required<UserPoolClientType>) });
      assert.deepEqual(settingsOf(await describeClient(ClientId)), settingsOf(updated));
    });

    it('an update takes effect on the very next sign-in', async () => {
      const other = await world.createPool();
      const ClientId = await world.createClient(other);
      await world.createUser(other, 'jane');
      await world.signIn(ClientId, 'jane');
      await world.aws.updateUserPoolClient({ UserPoolId: other, ClientId, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
      await assert.rejects(world.signIn(ClientId, 'jane'), { name: 'InvalidParameterException' });
    });

    it('a custom attribute can be named as soon as it is there', async () => {
      const { ClientId } = await create();
      const CustomAttributes = [{ Name: 'late', AttributeDataType: 'String' as const, Mutable: true }];
      await world.aws.addCustomAttributes({ UserPoolId: pool, CustomAttributes });
      const ReadAttributes = ['custom:late'];
      await world.aws.updateUserPoolClient({ UserPoolId: pool, ClientId, ReadAttributes });
      assert.deepEqual((await create({ ReadAttributes })).ReadAttributes, ReadAttributes);
    });

    it('updates at the same time: the client is as one of them said, none is refused', async () => {
      const { ClientId } = await create();
      const numbers = Array.from({ length: 20 }, (_, n) => n);
      await Promise.all(
        numbers.map(n =>
          world.aws.updateUserPoolClient({
            UserPoolId: pool,
            ClientId,
            ClientName: `client ${n}`,
            LogoutURLs: [`https://example.com/${n}`],
          }),
        ),
      );
      const { ClientName: name = '', LogoutURLs } = (await describeClient(ClientId)) ?? {};
      assert.deepEqual(LogoutURLs, [`https://example.com/${name.slice('client '.length)}`]);
    });

    it('a deleted client is gone at once, with its secret and its tokens', async () => {
      const other = await world.createPool();
      const ClientId = await world.createClient(other);
      await world.createUser(other, 'jane');
      const { AccessToken, RefreshToken } = await world.signIn(ClientId, 'jane');
      await world.browser.getUser({ AccessToken });
      await world.aws.deleteUserPoolClient({ UserPoolId: other, ClientId });
      const gone = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` };
      for (const refused of [
        () => world.aws.describeUserPoolClient({ UserPoolId: other, ClientId }),
        () => world.aws.updateUserPoolClient({ UserPoolId: other, ClientId }),
        () => world.aws.deleteUserPoolClient({ UserPoolId: other, ClientId }),
        () => world.signIn(ClientId, 'jane'),
        () =>
          world.browser.initiateAuth({
            ClientId,
            AuthFlow: 'REFRESH_TOKEN_AUTH',
            AuthParameters: { REFRESH_TOKEN: RefreshToken },
          }),
      ])
        await assert.rejects(refused, gone);
      await assert.rejects(world.browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
      const { ClientId: secretive } = await create({ GenerateSecret });
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId: secretive });
      const { db } = world.app.foundation.storage;
      const left = await db.selectFrom('client_secrets').selectAll().where('client_id', '=', secretive).execute();
      assert.deepEqual(left, []);
    });

    it('a client of another pool does not exist in this one', async () => {
      const other = await world.createPool();
      const ClientId = await world.createClient(other);
      const gone = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` };
      await assert.rejects(describeClient(ClientId), gone);
      await assert.rejects(world.aws.updateUserPoolClient({ UserPoolId: pool, ClientId }), gone);
      await assert.rejects(world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId }), gone);
      await world.aws.describeUserPoolClient({ UserPoolId: other, ClientId });
    });
  });
}
