/** Tags of user pools by ARN, and what is refused. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';

describe('tags', () => {
  let world: World;
  let UserPoolId: string;
  let ResourceArn: string;
  before(async () => {
    world = await startWorld();
    UserPoolId = await world.createPool({ UserPoolTags: { stage: 'test' } });
    ResourceArn = (await describePool())?.Arn as string;
  });
  after(() => world.stop());

  const describePool = async () => (await world.aws.describeUserPool({ UserPoolId })).UserPool;
  const tags = async () => (await world.aws.listTagsForResource({ ResourceArn })).Tags;

  it('are the UserPoolTags of the pool, whichever operation sets them', async () => {
    assert.deepEqual(await tags(), { stage: 'test' });
    await world.aws.tagResource({
      ResourceArn,
      Tags: { stage: 'live', empty: '', __proto__x: 'y', 'cost center': '4' },
    });
    const expected = { stage: 'live', empty: '', __proto__x: 'y', 'cost center': '4' };
    assert.deepEqual(await tags(), expected);
    assert.deepEqual((await describePool())?.UserPoolTags, expected);
    await world.aws.untagResource({ ResourceArn, TagKeys: ['empty', '__proto__x', 'cost center', 'Stage', 'nobody'] });
    assert.deepEqual(await tags(), { stage: 'live' });
    await world.aws.updateUserPool({ UserPoolId, UserPoolTags: { team: 'a' } });
    assert.deepEqual(await tags(), { team: 'a' });
    await world.aws.untagResource({ ResourceArn, TagKeys: ['team'] });
    assert.deepEqual(await tags(), {});
    assert.equal((await describePool())?.UserPoolTags, undefined);
  });

  it('are fifty at most, of which none is AWS’s own', async () => {
    const many = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`t${from + n}`, '']));
    await world.aws.tagResource({ ResourceArn, Tags: many(0, 50) });
    for (const [Tags, message] of [
      [{ another: '' }, 'A user pool can have at most 50 tags.'],
      [{ 'aws:stage': '' }, 'A user pool can have at most 50 tags.'],
    ] as const)
      await assert.rejects(world.aws.tagResource({ ResourceArn, Tags }), {
        name: 'InvalidParameterException',
        message,
      });
    await world.aws.tagResource({ ResourceArn, Tags: { t7: 'new value' } });
    await world.aws.untagResource({ ResourceArn, TagKeys: ['t0'] });
    for (const key of ['aws:stage', 'AWS:x'])
      await assert.rejects(world.aws.tagResource({ ResourceArn, Tags: { [key]: '' } }), {
        name: 'InvalidParameterException',
        message: 'Tag keys must not start with aws:',
      });
    assert.deepEqual(await tags(), { ...many(1, 50), t7: 'new value' });
    for (const Tags of [{ [`k${'x'.repeat(128)}`]: '' }, { k: 'x'.repeat(257) }] as Record<string, string>[])
      await assert.rejects(world.aws.tagResource({ ResourceArn, Tags }), {
        name: 'InvalidParameterException',
        message: /^1 validation error detected/,
      });
  });

  it('twenty changes at the same time: none is lost', async () => {
    const pool = await world.createPool();
    const arn = ResourceArn.replace(UserPoolId, pool);
    const numbers = Array.from({ length: 20 }, (_, n) => `${n}`);
    await Promise.all(numbers.map(n => world.aws.tagResource({ ResourceArn: arn, Tags: { [n]: n } })));
    const { Tags } = await world.aws.listTagsForResource({ ResourceArn: arn });
    assert.deepEqual(Tags, Object.fromEntries(numbers.map(n => [n, n])));
  });

  it('are for pools of the caller that are there, by their own ARN', async () => {
    const calls = (arn: string) => [
      () => world.aws.tagResource({ ResourceArn: arn, Tags: { a: 'b' } }),
      () => world.aws.untagResource({ ResourceArn: arn, TagKeys: ['a'] }),
      () => world.aws.listTagsForResource({ ResourceArn: arn }),
    ];
    const [region, account] = ['us-east-1', '000000000000'];
    const rows: [arn: string, name: string][] = [
      [`arn:aws:cognito-idp:${region}:${account}:userpool/us-east-1_Nobody123`, 'ResourceNotFoundException'],
      [`arn:aws:cognito-idp:${region}:111111111111:userpool/${UserPoolId}`, 'AccessDeniedException'],
      [`arn:aws-cn:cognito-idp:${region}:${account}:userpool/${UserPoolId}`, 'InvalidParameterException'],
      [`arn:aws:cognito-idp:eu-west-1:${account}:userpool/${UserPoolId}`, 'ResourceNotFoundException'],
      [`arn:aws:cognito-idp:${region}:${account}:userpool/nonsense`, 'ResourceNotFoundException'],
      [`arn:aws:cognito-identity:${region}:${account}:identitypool/us-east-1@1`, 'InvalidParameterException'],
      [`arn:aws:s3:${region}:${account}:userpool/${UserPoolId}`, 'InvalidParameterException'],
      ['nonsense nonsense nonsense', 'InvalidParameterException'],
    ];
    for (const [arn, name] of rows) for (const call of calls(arn)) await assert.rejects(call, { name }, arn);
  });

  it('of a pool that a policy does not name are out of reach', async () => {
    const { accessKeys } = world.app.foundation;
    const { accessKeyId, secret } = await accessKeys.create({
      accountId: '000000000000',
      name: 'one-pool',
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: ResourceArn }],
      }),
    });
    const limited = world.awsAs({ credentials: { accessKeyId, secretAccessKey: secret } });
    await limited.listTagsForResource({ ResourceArn });
    const other = ResourceArn.replace(UserPoolId, await world.createPool());
    await assert.rejects(limited.listTagsForResource({ ResourceArn: other }), { name: 'AccessDeniedException' });
  });
});
