/** Request rates, enforced when CENOTE_QUOTAS asks for it: by category, by pool and by user, and each account for itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

/** Sends all at once. @returns how many were let through; the others must have been refused for their number */
const letThrough = async (count: number, send: (n: number) => Promise<unknown>): Promise<number> => {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, n) => send(n)));
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const { name, message } = result.reason as Error;
    assert.deepEqual([name, message], ['TooManyRequestsException', 'Rate exceeded']);
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
};

describe('quotas', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_QUOTAS: 'aws' } });
  });
  after(() => world.stop());

  const abroad = (region: string) => world.awsAs({ region, credentials: world.aws.config.credentials });
  const quota = { LimitDefinition: { LimitClass: 'API_CATEGORY' as const, Attributes: { Category: 'UserCreation' } } };

  it('hold back what is beyond a category’s rate, until the next second', async () => {
    // Twenty requests of a rate of one: a slow machine may need two or three windows for them, never twenty.
    const passed = await letThrough(20, () => world.aws.getProvisionedLimit(quota));
    assert.ok(passed >= 1 && passed < 20, `${passed} of 20`);
    await new Promise(resolve => setTimeout(resolve, 1100));
    assert.equal((await world.aws.getProvisionedLimit(quota)).Limit?.ProvisionedLimitValue, 50);
  });

  it('count each account, and each region, for itself', async () => {
    const { accessKeyId, secret } = await world.app.foundation.accessKeys.create({
      accountId: '111111111111',
      name: 'other',
      policy: null,
    });
    const other = world.awsAs({ credentials: { accessKeyId, secretAccessKey: secret } });
    await letThrough(5, () => world.aws.getProvisionedLimit(quota));
    await other.getProvisionedLimit(quota);
    await abroad('eu-west-1').getProvisionedLimit(quota);
  });

  it('hold back what is beyond five a second of one operation on one pool', async () => {
    const [pool, other] = [await world.createPool(), await world.createPool()];
    const passed = await letThrough(60, () => world.aws.listUserPoolClients({ UserPoolId: pool }));
    assert.ok(passed >= 5 && passed < 60, `${passed} of 60`);
    await world.aws.listUserPoolClients({ UserPoolId: other });
  });

  it('hold back what is beyond ten a second of one user, known by name or by token', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane');
    await world.createUser(pool, 'joe');
    const { AccessToken } = await world.signIn(client, 'jane');
    const byToken = await letThrough(100, () => world.browser.getUser({ AccessToken }));
    assert.ok(byToken >= 10 && byToken < 100, `${byToken} of 100`);
    const get = (Username: string) => world.aws.adminGetUser({ UserPoolId: pool, Username });
    const byName = await letThrough(100, () => get('joe'));
    assert.ok(byName >= 10 && byName < 100, `${byName} of 100`);
    await assert.rejects(get('nobody'), { name: 'UserNotFoundException' });
  });

  it('leave answers to challenges three times the rate of sign-ins to themselves', async () => {
    const client = await world.createClient(await world.createPool());
    const answer = (n: number) =>
      world.browser
        .respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'PASSWORD_VERIFIER',
          Session: 'x'.repeat(20),
          ChallengeResponses: { USERNAME: `user${n}` },
        })
        .catch(error => assert.notEqual(error.name, 'TooManyRequestsException'));
    // More than the rate of the category, 120, and fewer than three times that.
    await Promise.all(Array.from({ length: 200 }, (_, n) => answer(n)));
  });

  it('rise with what the account has provisioned', async () => {
    const client = abroad('ap-south-1');
    await client.updateProvisionedLimit({ ...quota, RequestedLimitValue: 10_000 });
    const { UserPool } = await client.createUserPool({ PoolName: 'many' });
    const { UserPoolClient } = await client.createUserPoolClient({ UserPoolId: UserPool?.Id, ClientName: 'many' });
    const signUp = (n: number) =>
      world.browser
        .signUp({ ClientId: UserPoolClient?.ClientId, Username: `user${n}`, Password: 'tooshort' })
        .catch(error => assert.equal(error.name, 'InvalidPasswordException'));
    await Promise.all(Array.from({ length: 120 }, (_, n) => signUp(n)));
  });
});

it('no quota is enforced unless asked for', async () => {
  const world = await startWorld();
  const pool = await world.createPool();
  await world.createUser(pool, 'jane', goodPassword);
  const LimitDefinition = { LimitClass: 'API_CATEGORY' as const, Attributes: { Category: 'UserRead' } };
  await Promise.all(
    Array.from({ length: 30 }, () => [
      world.aws.getProvisionedLimit({ LimitDefinition }),
      world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' }),
    ]).flat(),
  );
  await world.stop();
});
