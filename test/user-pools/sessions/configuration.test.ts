/** Session configuration of pools and app clients: defaults, ranges, what depends on what. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';

const plain = ({ $metadata: _, ...answer }: { $metadata: unknown }) => answer;
const constraint = (path: string, value: number, sentence: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must have value ${sentence}`;

describe('session configuration', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());
  const set = (UserPoolId: string, MaxPerUser: number, UserSessionTracking: 'ENABLED' | 'DISABLED' = 'ENABLED') =>
    world.aws.setUserPoolSessionConfiguration({ UserPoolId, UserSessionTracking, TokenSession: { MaxPerUser } });
  const get = async (UserPoolId: string) => plain(await world.aws.getUserPoolSessionConfiguration({ UserPoolId }));
  const setClient = (UserPoolId: string, ClientId: string, MaxValidityMinutes: number) =>
    world.aws.setUserPoolClientSessionConfiguration({ UserPoolId, ClientId, SSOSession: { MaxValidityMinutes } });
  const getClient = async (UserPoolId: string, ClientId: string) =>
    plain(await world.aws.getUserPoolClientSessionConfiguration({ UserPoolId, ClientId }));

  it('of a pool is off with twenty sessions until it is replaced as a whole', async () => {
    const pool = await world.createPool();
    const is = (UserSessionTracking: string, MaxPerUser: number) => ({
      UserPoolId: pool,
      UserSessionTracking,
      TokenSession: { MaxPerUser },
    });
    assert.deepEqual(await get(pool), is('DISABLED', 20));
    assert.deepEqual(plain(await set(pool, 100)), is('ENABLED', 100));
    assert.deepEqual(await get(pool), is('ENABLED', 100));
    await world.aws.updateUserPool({ UserPoolId: pool });
    await set(pool, 1, 'DISABLED');
    assert.deepEqual(await get(pool), is('DISABLED', 1));
  });

  it('of an app client reuses single sign-on for an hour, and can be set while the pool tracks sessions', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    const is = (MaxValidityMinutes: number) => ({
      UserPoolId: pool,
      ClientId: client,
      SSOSession: { MaxValidityMinutes },
    });
    assert.deepEqual(await getClient(pool, client), is(60));
    await refused(setClient(pool, client, 5), 'OperationNotEnabledException');
    await set(pool, 20);
    for (const minutes of [0, 129_600]) {
      assert.deepEqual(plain(await setClient(pool, client, minutes)), is(minutes));
      assert.deepEqual(await getClient(pool, client), is(minutes));
    }
    await set(pool, 20, 'DISABLED');
    await world.aws.updateUserPoolClient({ UserPoolId: pool, ClientId: client });
    assert.deepEqual(await getClient(pool, client), is(129_600));
    await refused(setClient(pool, client, 5), 'OperationNotEnabledException');
  });

  it('refuses numbers out of range in the words of ranges', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await set(pool, 20);
    for (const [value, sentence] of [
      [0, 'greater than or equal to 1'],
      [101, 'less than or equal to 100'],
    ] as const)
      await refused(
        set(pool, value),
        'InvalidParameterException',
        constraint('tokenSession.maxPerUser', value, sentence),
      );
    for (const [value, sentence] of [
      [-1, 'greater than or equal to 0'],
      [129_601, 'less than or equal to 129600'],
    ] as const)
      await refused(
        setClient(pool, client, value),
        'InvalidParameterException',
        constraint('sSOSession.maxValidityMinutes', value, sentence),
      );
  });

  it('knows only pools and clients that exist, each in its place', async () => {
    const [pool, other] = [await world.createPool(), await world.createPool()];
    const foreign = await world.createClient(other);
    await set(pool, 20);
    const nowhere = 'us-east-1_nowhere00';
    for (const call of [
      () => set(nowhere, 5),
      () => get(nowhere),
      () => setClient(nowhere, foreign, 5),
      () => getClient(nowhere, foreign),
      () => setClient(pool, foreign, 5),
      () => getClient(pool, foreign),
      () => setClient(pool, 'nobody', 5),
      () => getClient(pool, 'nobody'),
    ])
      await refused(call(), 'ResourceNotFoundException');
  });
});

describe('session configuration where plans are enforced', () => {
  it('asks for ESSENTIALS', async () => {
    const world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    try {
      const UserPoolId = await world.createPool({ UserPoolTier: 'LITE' });
      const ClientId = await world.createClient(UserPoolId);
      const unavailable = 'FeatureUnavailableInTierException';
      const TokenSession = { MaxPerUser: 20 };
      const tracking = { UserPoolId, UserSessionTracking: 'ENABLED', TokenSession } as const;
      await refused(world.aws.setUserPoolSessionConfiguration(tracking), unavailable);
      const SSOSession = { MaxValidityMinutes: 5 };
      await refused(world.aws.setUserPoolClientSessionConfiguration({ UserPoolId, ClientId, SSOSession }), unavailable);
      await world.aws.updateUserPool({ UserPoolId, UserPoolTier: 'ESSENTIALS' });
      await world.aws.setUserPoolSessionConfiguration(tracking);
    } finally {
      await world.stop();
    }
  });
});
