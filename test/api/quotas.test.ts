/** Each operation's quota (CENOTE_QUOTAS=aws): whoever goes on is refused by every operation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Category, categories, categoryOf, ratePerUser } from '../../src/user-pools/limits/categories.ts';
import { startWorld } from '../support/world.ts';
import { answerTo, operations, requestFor } from './requests.ts';

const refused = 'TooManyRequestsException';

test('every operation is refused beyond its quota', async t => {
  const world = await startWorld({ settings: { CENOTE_QUOTAS: 'aws' } });
  t.after(() => world.stop());
  const UserPoolId = await world.createPool();
  const ClientId = await world.createClient(UserPoolId);
  await world.createUser(UserPoolId, 'jane');
  const { AccessToken } = await world.signIn(ClientId, 'jane');
  // A pool cannot have both: none is created, which takes a while.
  const both = { AliasAttributes: ['email'], UsernameAttributes: ['email'] };
  const AuthParameters = { USERNAME: 'nobody' };
  const values = { UserPoolId, ClientId, AccessToken, Username: 'nobody', AuthParameters, ...both };

  /** Sends so many at once that they are too many for a second, and again, should the second have ended between them. */
  const isHeldBack = async (operation: string): Promise<boolean> => {
    const { rate, ratePerPool, perUser }: Category = categories[categoryOf(operation)!];
    // What the other operations go on with is not deleted: the quota of the account is the same for what nobody has.
    const request = requestFor(operation, operation.startsWith('DeleteUserPool') ? {} : values);
    const isOfOne = (perUser && ('Username' in request || 'AccessToken' in request)) || ratePerPool;
    const burst = isOfOne ? 1 + ratePerUser : 1 + rate;
    for (let tries = 0; tries < 10; tries++) {
      const [first] = [await answerTo(world.aws, operation, request)];
      const rest =
        first === refused ? [] : Array.from({ length: burst }, () => answerTo(world.aws, operation, request));
      if ([first, ...(await Promise.all(rest))].includes(refused)) return true;
    }
    return false;
  };

  // Operations of one category one after the other: what the first has used up, the others find used up.
  const byCategory = operations
    .map(([name]) => name)
    .sort((a, b) => (categoryOf(a) ?? '').localeCompare(categoryOf(b) ?? '') || a.localeCompare(b));
  const free: string[] = [];
  for (const name of byCategory) if (!(await isHeldBack(name))) free.push(name);
  assert.deepEqual(free, []);
});
