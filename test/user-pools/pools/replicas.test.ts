/** Replicas: what a pool needs for one, their statuses, and what may be done from their regions. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const replicable = {
  KeyConfiguration: {
    KeyType: 'CUSTOMER_MANAGED_KEY',
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef',
  },
  IssuerConfiguration: { Type: 'UPDATED' },
} satisfies Partial<CreateUserPoolCommandInput>;
const RegionName = 'eu-west-1';

describe('replicas', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
  });
  after(() => world.stop());

  const list = async (UserPoolId: string) => (await world.aws.listUserPoolReplicas({ UserPoolId })).UserPoolReplicas;
  const describeReplica = (pool: string, region: string, Status: string) => ({
    RegionName: region,
    Role: pool.startsWith(region) ? 'PRIMARY' : 'SECONDARY',
    Status,
    UserPoolArn: `arn:aws:cognito-idp:${region}:000000000000:userpool/${pool}`,
  });

  it('are created inactive, activated, listed with the pool, and deleted', async () => {
    const UserPoolId = await world.createPool(replicable);
    const primary = describeReplica(UserPoolId, 'us-east-1', 'ACTIVE');
    const secondary = (status: string) => describeReplica(UserPoolId, RegionName, status);
    assert.deepEqual(await list(UserPoolId), [primary]);
    const created = await world.aws.createUserPoolReplica({ UserPoolId, RegionName });
    assert.deepEqual(created.UserPoolReplica, secondary('CREATING'));
    assert.deepEqual(await list(UserPoolId), [secondary('INACTIVE'), primary]);
    for (const Status of ['ACTIVE', 'INACTIVE', 'ACTIVE'] as const) {
      const updated = await world.aws.updateUserPoolReplica({ UserPoolId, RegionName, Status });
      assert.deepEqual(updated.UserPoolReplica, secondary(Status));
      assert.deepEqual(await list(UserPoolId), [secondary(Status), primary]);
    }
    const { UserPools } = await world.aws.listUserPools({ MaxResults: 60 });
    assert.deepEqual(UserPools?.find(({ Id }) => Id === UserPoolId)?.ReplicaRegions, [RegionName]);
    await assert.rejects(world.aws.deleteUserPoolReplica({ UserPoolId, RegionName }), {
      name: 'InvalidParameterException',
      message: 'Only a replica with the status INACTIVE can be deleted.',
    });
    await world.aws.updateUserPoolReplica({ UserPoolId, RegionName, Status: 'INACTIVE' });
    const deleted = await world.aws.deleteUserPoolReplica({ UserPoolId, RegionName });
    assert.deepEqual(deleted.UserPoolReplica, secondary('DELETING'));
    assert.deepEqual(await list(UserPoolId), [primary]);
    const after = await world.aws.listUserPools({ MaxResults: 60 });
    assert.ok(after.UserPools?.every(({ ReplicaRegions }) => ReplicaRegions === undefined));
  });

  it('need a pool that can be replicated, and a region that is another', async () => {
    const create = (UserPoolId: string, region = RegionName, UserPoolTags: Record<string, string> = {}) =>
      world.aws.createUserPoolReplica({ UserPoolId, RegionName: region, UserPoolTags });
    const invalid = 'InvalidParameterException';
    const key = { ...replicable.KeyConfiguration, KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0123' };
    const rows: [options: Partial<CreateUserPoolCommandInput>, name: string, message: RegExp][] = [
      [{}, invalid, /multi-Region customer managed key/],
      [{ ...replicable, KeyConfiguration: key }, invalid, /multi-Region customer managed key/],
      [{ ...replicable, IssuerConfiguration: { Type: 'ORIGINAL' } }, invalid, /issuer type UPDATED/],
      [{ ...replicable, UserPoolTier: 'LITE' }, 'FeatureUnavailableInTierException', /Multi-Region Replication$/],
    ];
    for (const [options, name, message] of rows)
      await assert.rejects(create(await world.createPool(options)), { name, message });

    const pool = await world.createPool(replicable);
    for (const region of ['us-east-1', 'x', 'EU-WEST-1', 'eu west 1', `eu-${'x'.repeat(40)}-1`])
      await assert.rejects(create(pool, region), { name: invalid }, region);
    for (const tags of [{ 'aws:x': '' }, { [`k${'x'.repeat(128)}`]: '' }, { k: 'x'.repeat(257) }])
      await assert.rejects(create(pool, RegionName, tags as Record<string, string>), {
        name: 'UserPoolTaggingException',
      });
    assert.deepEqual((await list(pool))?.length, 1);
    await create(pool);
    for (const region of [RegionName, 'ap-south-1'])
      await assert.rejects(create(pool, region), { name: 'LimitExceededException' });
    await assert.rejects(world.aws.listUserPoolReplicas({ UserPoolId: pool, NextToken: 'x' }), { name: invalid });
  });

  it('that are not there cannot be changed, and the pool itself is none', async () => {
    const UserPoolId = await world.createPool(replicable);
    const rows = [
      ['us-east-1', 'InvalidParameterException'],
      ['ap-south-1', 'ResourceNotFoundException'],
      ['constructor', 'ResourceNotFoundException'],
    ] as const;
    for (const [region, name] of rows) {
      const update = { UserPoolId, RegionName: region, Status: 'ACTIVE' as const };
      await assert.rejects(world.aws.updateUserPoolReplica(update), { name });
      await assert.rejects(world.aws.deleteUserPoolReplica({ UserPoolId, RegionName: region }), { name });
    }
    for (const call of [
      world.aws.listUserPoolReplicas({ UserPoolId: 'us-east-1_Nobody123' }),
      world.aws.createUserPoolReplica({ UserPoolId: 'us-east-1_Nobody123', RegionName }),
    ])
      await assert.rejects(call, { name: 'ResourceNotFoundException' });
  });

  it('have tags of their own', async () => {
    const UserPoolId = await world.createPool({ ...replicable, UserPoolTags: { of: 'the primary' } });
    await world.aws.createUserPoolReplica({ UserPoolId, RegionName, UserPoolTags: { of: 'the replica' } });
    const arn = (region: string) => `arn:aws:cognito-idp:${region}:000000000000:userpool/${UserPoolId}`;
    await world.aws.tagResource({ ResourceArn: arn(RegionName), Tags: { more: '' } });
    const tags = async (region: string) => (await world.aws.listTagsForResource({ ResourceArn: arn(region) })).Tags;
    assert.deepEqual(await tags(RegionName), { of: 'the replica', more: '' });
    assert.deepEqual(await tags('us-east-1'), { of: 'the primary' });
    await assert.rejects(tags('ap-south-1'), { name: 'ResourceNotFoundException' });
  });

  it('let their region read, and sign people in once they are active; the rest is for the pool’s own region', async () => {
    const UserPoolId = await world.createPool(replicable);
    const ClientId = await world.createClient(UserPoolId);
    await world.createUser(UserPoolId, 'jane');
    await world.aws.createUserPoolReplica({ UserPoolId, RegionName });
    const there = world.awsAs({ region: RegionName, credentials: world.aws.config.credentials });
    const elsewhere = world.awsAs({ region: 'ap-south-1', credentials: world.aws.config.credentials });
    const signIn = () =>
      there.adminInitiateAuth({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
      });
    const refused = { name: 'OperationNotEnabledException' };
    assert.equal((await there.adminGetUser({ UserPoolId, Username: 'jane' })).Username, 'jane');
    await assert.rejects(signIn(), refused);
    await there.updateUserPoolReplica({ UserPoolId, RegionName, Status: 'ACTIVE' });
    assert.ok((await signIn()).AuthenticationResult?.AccessToken);
    for (const call of [
      there.adminCreateUser({ UserPoolId, Username: 'joe' }),
      there.adminDeleteUser({ UserPoolId, Username: 'jane' }),
      there.createUserPoolClient({ UserPoolId, ClientName: 'x' }),
      there.deleteUserPoolReplica({ UserPoolId, RegionName }),
      there.createUserPoolReplica({ UserPoolId, RegionName: 'ap-south-1' }),
      there.deleteUserPool({ UserPoolId }),
    ])
      await assert.rejects(call, refused);
    // A region without a replica is only a name here, as before.
    assert.equal((await elsewhere.describeUserPool({ UserPoolId })).UserPool?.Id, UserPoolId);
  });
});
