/** A deleted pool is gone at once, for administrators, users and tokens; the sweeper then removes what it leaves behind. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sql } from 'kysely';
import { sweep } from '../../../src/storage/sweeper.ts';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';

const pooled = [
  'user_pools',
  'signing_keys',
  'user_pool_clients',
  'client_secrets',
  'users',
  'user_counts',
  'user_names',
  'user_attributes',
  'token_sessions',
] as const;

for (const engine of engines) {
  describe(`deleting a pool (${engine})`, () => {
    let world: World;
    let kept: string;
    before(async () => {
      world = await startWorld({ engine });
      kept = await world.createPool();
      await world.createClient(kept, { GenerateSecret: true });
      await world.createUser(kept, 'jane', undefined, { email: 'jane@example.com' });
    });
    after(() => world.stop());

    const rows = async (pool: string) => {
      const { db } = world.app.foundation.storage;
      const counts = pooled.map(async table => {
        const found = await sql`select 1 from ${sql.table(table)} where pool_id = ${pool}`.execute(db);
        return [table, found.rows.length] as const;
      });
      return Object.fromEntries(await Promise.all(counts));
    };

    it('what is protected stays, until it is not', async () => {
      const UserPoolId = await world.createPool({ DeletionProtection: 'ACTIVE' });
      const message =
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.';
      await assert.rejects(world.aws.deleteUserPool({ UserPoolId }), { name: 'InvalidParameterException', message });
      await world.aws.updateUserPool({ UserPoolId, DeletionProtection: 'INACTIVE' });
      await world.aws.deleteUserPool({ UserPoolId });
      await assert.rejects(world.aws.deleteUserPool({ UserPoolId }), { name: 'ResourceNotFoundException' });
    });

    it('the protection that another server has just written counts', async () => {
      const UserPoolId = await world.createPool();
      await world.aws.describeUserPool({ UserPoolId });
      const { db } = world.app.foundation.storage;
      // As another process would: this one's cache does not learn of it.
      const config = JSON.stringify({ DeletionProtection: 'ACTIVE' });
      await db.updateTable('user_pools').set({ config }).where('pool_id', '=', UserPoolId).execute();
      await assert.rejects(world.aws.deleteUserPool({ UserPoolId }), { name: 'InvalidParameterException' });
    });

    it('of two who delete at the same time one deletes', async () => {
      const UserPoolId = await world.createPool();
      const results = await Promise.allSettled([1, 2].map(() => world.aws.deleteUserPool({ UserPoolId })));
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    });

    it('is gone for everybody at once', async () => {
      const UserPoolId = await world.createPool({
        Schema: [{ Name: 'x', AttributeDataType: 'String', Mutable: true }],
      });
      const ClientId = await world.createClient(UserPoolId);
      const Username = 'jane';
      await world.createUser(UserPoolId, Username, undefined, { email: 'jane@example.com', 'custom:x': '1' });
      const { AccessToken, RefreshToken } = await world.signIn(ClientId, Username);
      await world.browser.getUser({ AccessToken });
      const jwks = `${world.url}/${UserPoolId}/.well-known/jwks.json`;
      assert.equal((await fetch(jwks)).status, 200);
      const filled = await rows(UserPoolId);
      for (const table of pooled.filter(name => name !== 'client_secrets')) assert.ok(filled[table], table);

      await world.aws.deleteUserPool({ UserPoolId });

      const { aws, browser } = world;
      const noPool = { name: 'ResourceNotFoundException', message: `User pool ${UserPoolId} does not exist.` };
      for (const refused of [
        () => aws.describeUserPool({ UserPoolId }),
        () => aws.updateUserPool({ UserPoolId }),
        () => aws.deleteUserPool({ UserPoolId }),
        () => aws.addCustomAttributes({ UserPoolId, CustomAttributes: [{ Name: 'y', AttributeDataType: 'String' }] }),
        () => aws.createUserPoolClient({ UserPoolId, ClientName: 'late' }),
        () => aws.describeUserPoolClient({ UserPoolId, ClientId }),
        () => aws.updateUserPoolClient({ UserPoolId, ClientId }),
        () => aws.deleteUserPoolClient({ UserPoolId, ClientId }),
        () => aws.listUserPoolClients({ UserPoolId }),
        () => aws.listUsers({ UserPoolId }),
        () => aws.adminGetUser({ UserPoolId, Username }),
        () => aws.adminCreateUser({ UserPoolId, Username: 'john' }),
        () =>
          aws.adminInitiateAuth({
            UserPoolId,
            ClientId,
            AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: Username, PASSWORD: 'x' },
          }),
      ])
        await assert.rejects(refused, noPool);
      const noClient = { name: 'ResourceNotFoundException', message: `User pool client ${ClientId} does not exist.` };
      await assert.rejects(world.signIn(ClientId, Username), noClient);
      await assert.rejects(world.signUp(ClientId, 'john'), noClient);
      await assert.rejects(
        browser.initiateAuth({
          ClientId,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        }),
        noClient,
      );
      await assert.rejects(browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
      assert.equal((await fetch(jwks)).status, 404);
      const { UserPools } = await aws.listUserPools({ MaxResults: 60 });
      assert.ok(UserPools?.every(({ Id }) => Id !== UserPoolId));

      const before = await rows(kept);
      // Half a minute after the deletion.
      await sweep(world.app.foundation.storage.db, world.clock.now() + 30_000);
      assert.deepEqual(
        Object.values(await rows(UserPoolId)),
        pooled.map(() => 0),
      );
      assert.deepEqual(await rows(kept), before);
      assert.equal(before.users, 1);
      assert.equal(before.client_secrets, 1);
      await assert.rejects(aws.describeUserPool({ UserPoolId }), noPool);
      await assert.rejects(browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
    });
  });
}
