/** User pools through the AWS SDK: every member kept, what an update replaces and what it leaves, changes at the same time. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { defaultDescription, maximalCustomSchema, maximalPool } from './fixtures.ts';

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** The configuration alone: identity and dates differ from pool to pool, the schema has tests of its own. */
const settingsOf = (pool: UserPoolType | undefined) => {
  const { Id, Arn, Name, CreationDate, LastModifiedDate, EstimatedNumberOfUsers, SchemaAttributes, ...settings } =
    pool ?? {};
  return plain(settings);
};

/** What DescribeUserPool says of `maximalPool`: its request, but for the members that bear another name in the answer. */
const { PoolName, Schema, ...maximalSettings } = maximalPool;

for (const engine of engines) {
  describe(`user pools (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    const describePool = async (UserPoolId: string) => (await world.aws.describeUserPool({ UserPoolId })).UserPool;
    const customNames = async (pool: string) =>
      (await describePool(pool))?.SchemaAttributes?.flatMap(({ Name = '' }) => (Name.includes(':') ? [Name] : []));

    it('a pool of which only the name is said has the defaults', async () => {
      const { UserPool: made } = await world.aws.createUserPool({ PoolName: 'plain' });
      assert.match(made?.Id ?? '', /^us-east-1_[0-9a-zA-Z]{9}$/);
      assert.equal(made?.Arn, `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${made?.Id}`);
      assert.equal(made?.Name, 'plain');
      assert.equal(made?.EstimatedNumberOfUsers, 0);
      assert.deepEqual(made?.CreationDate, made?.LastModifiedDate);
      assert.ok(Math.abs((made?.CreationDate?.getTime() ?? 0) - world.clock.now()) < 60_000);
      assert.deepEqual(settingsOf(made), defaultDescription);
      assert.deepEqual(await describePool(made?.Id as string), made);
      assert.deepEqual(await customNames(made?.Id as string), []);
    });

    it('every member of the model comes back as it was given', async () => {
      const { UserPool: made } = await world.aws.createUserPool(maximalPool);
      assert.deepEqual(settingsOf(made), plain(maximalSettings));
      const pool = await describePool(made?.Id as string);
      assert.deepEqual(pool, made);
      assert.equal(pool?.Name, PoolName);
      const schema = pool?.SchemaAttributes ?? [];
      assert.equal(schema.length, 21 + maximalCustomSchema.length);
      assert.deepEqual(schema.slice(21), maximalCustomSchema);
      assert.equal(schema.find(({ Name }) => Name === 'email')?.Required, true);
      assert.deepEqual(schema.find(({ Name }) => Name === 'birthdate')?.StringAttributeConstraints, {
        MinLength: '8',
        MaxLength: '12',
      });
    });

    it('an update with every member replaces every member, and what was described can be sent back', async () => {
      const pool = await world.createPool({ AliasAttributes: maximalPool.AliasAttributes });
      const { PoolName, Schema, AliasAttributes, UsernameConfiguration, ...update } = maximalPool;
      await world.aws.updateUserPool({ UserPoolId: pool, PoolName, ...update });
      const updated = await describePool(pool);
      assert.deepEqual(settingsOf(updated), plain({ ...update, AliasAttributes }));
      assert.equal(updated?.Name, PoolName);
      const { Id, Name, ...described } = updated as UserPoolType;
      await world.aws.updateUserPool({ UserPoolId: pool, ...described } as never);
      assert.deepEqual(settingsOf(await describePool(pool)), settingsOf(updated));
    });

    it('an update with one member resets the others, but for those that AWS keeps', async () => {
      const { UserPool: made } = await world.aws.createUserPool(maximalPool);
      const pool = made?.Id as string;
      world.clock.advance(2000);
      const { SmsConfiguration } = maximalPool;
      await world.aws.updateUserPool({ UserPoolId: pool, SmsConfiguration });
      const updated = await describePool(pool);
      const { Policies, MfaConfiguration, UserPoolTier, DcrConfiguration, KeyConfiguration, IssuerConfiguration } =
        maximalPool;
      const { AliasAttributes, UsernameConfiguration } = maximalPool;
      assert.deepEqual(settingsOf(updated), {
        ...defaultDescription,
        SmsConfiguration,
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 30 },
        ...{ Policies, MfaConfiguration, UserPoolTier, DcrConfiguration, KeyConfiguration, IssuerConfiguration },
        ...{ AliasAttributes, UsernameConfiguration },
      });
      assert.deepEqual(updated?.SchemaAttributes, made?.SchemaAttributes, 'the schema cannot be updated');
      assert.equal(updated?.Name, PoolName);
      assert.deepEqual(updated?.CreationDate, made?.CreationDate);
      assert.ok((updated?.LastModifiedDate?.getTime() ?? 0) - (made?.LastModifiedDate?.getTime() ?? 0) >= 2000);
    });

    it('the two policies are kept each by itself', async () => {
      const pool = await world.createPool({ Policies: maximalPool.Policies });
      await world.aws.updateUserPool({ UserPoolId: pool, Policies: { PasswordPolicy: { MinimumLength: 20 } } });
      let policies = (await describePool(pool))?.Policies;
      assert.deepEqual(policies?.SignInPolicy, maximalPool.Policies.SignInPolicy);
      assert.deepEqual(policies?.PasswordPolicy, {
        ...defaultDescription.Policies.PasswordPolicy,
        MinimumLength: 20,
      });
      const SignInPolicy = { AllowedFirstAuthFactors: ['PASSWORD' as const] };
      await world.aws.updateUserPool({ UserPoolId: pool, Policies: { SignInPolicy } });
      policies = (await describePool(pool))?.Policies;
      assert.equal(policies?.PasswordPolicy?.MinimumLength, 20);
      assert.deepEqual(policies?.SignInPolicy, SignInPolicy);
    });

    it('an update that is refused changes nothing', async () => {
      const pool = await world.createPool({ UserPoolTags: { a: 'b' } });
      const before = await describePool(pool);
      await assert.rejects(
        world.aws.updateUserPool({ UserPoolId: pool, PoolName: 'new', UserPoolTags: { 'aws:x': '1' } }),
        { name: 'UserPoolTaggingException' },
      );
      assert.deepEqual(await describePool(pool), before);
    });

    it('twenty changes at the same time: none is lost, none refused', async () => {
      const pool = await world.createPool({ Schema: [{ Name: 'first', AttributeDataType: 'String' }] });
      const numbers = Array.from({ length: 20 }, (_, n) => n);
      await Promise.all(
        numbers.map(n =>
          n % 2
            ? world.aws.updateUserPool({ UserPoolId: pool, PoolName: `pool ${n}`, UserPoolTags: { n: `${n}` } })
            : world.aws.addCustomAttributes({
                UserPoolId: pool,
                CustomAttributes: [{ Name: `a${n}`, AttributeDataType: 'Boolean' }],
              }),
        ),
      );
      const added = numbers.filter(n => n % 2 === 0).map(n => `custom:a${n}`);
      assert.deepEqual((await customNames(pool))?.toSorted(), ['custom:first', ...added].toSorted());
      const { Name, UserPoolTags } = (await describePool(pool)) ?? {};
      assert.equal(Name, `pool ${UserPoolTags?.n}`, 'name and tags are of the same update');
    });

    it('two who add the same attribute: one is told that it exists', async () => {
      const pool = await world.createPool();
      const CustomAttributes = [{ Name: 'same', AttributeDataType: 'String' as const }];
      const results = await Promise.allSettled(
        [1, 2].map(() => world.aws.addCustomAttributes({ UserPoolId: pool, CustomAttributes })),
      );
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const { reason } = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      assert.equal(reason.message, 'custom:same: Existing attribute already has name custom:same.');
      assert.deepEqual(await customNames(pool), ['custom:same']);
    });

    it('text that PostgreSQL cannot hold is the caller’s error', async () => {
      const pool = await world.createPool();
      for (const text of ['a\0b', 'a\ud800']) {
        for (const refused of [
          () => world.aws.createUserPool({ PoolName: 'p', UserPoolTags: { tag: text } }),
          () => world.aws.createUserPool({ PoolName: 'p', UserPoolTags: { [text]: 'tag' } }),
          () => world.aws.adminGetUser({ UserPoolId: pool, Username: text }),
          () =>
            world.aws.adminCreateUser({
              UserPoolId: pool,
              Username: 'jane',
              UserAttributes: [{ Name: 'name', Value: text }],
            }),
        ])
          await assert.rejects(refused, { name: 'SerializationException' });
      }
    });

    it('ids that cannot be ids are nobody’s, in the path and in a token that nobody has verified', async () => {
      const pool = await world.createPool();
      for (const id of [`${pool}%00`, '%00', '%ff_', `${pool}%20`])
        assert.notEqual((await fetch(`${world.url}/${id}/.well-known/jwks.json`)).status, 500, id);
      assert.equal((await fetch(`${world.url}/${pool}%00/.well-known/jwks.json`)).status, 404);
      for (const client_id of ['a\0', '\ud800', '', null, {}, undefined]) {
        const parts = [
          { alg: 'RS256', kid: 'k' },
          { iss: `${world.url}/${pool}`, client_id, token_use: 'access' },
        ];
        const [header, payload] = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url'));
        await assert.rejects(world.browser.getUser({ AccessToken: `${header}.${payload}.c2ln` }), {
          name: 'NotAuthorizedException',
          message: 'Invalid Access Token',
        });
      }
    });
  });
}
