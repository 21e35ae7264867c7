/** A function that goes wrong for some people: they are refused, and everybody else signs in. Slow, since a function's time is fixed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';

const file = new URL('./functions/moody.mjs', import.meta.url).pathname;
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:moody';

let world: World;
let client: string;
const crowd = Array.from({ length: 20 }, (_, index) => `user-${index}`);
before(async () => {
  world = await startWorld({ settings: { CENOTE_TRIGGERS: `moody=module:${file}` } });
  const pool = await world.createPool({ LambdaConfig: { PreAuthentication: arn } });
  client = await world.createClient(pool);
  for (const name of [...crowd, 'blocks', 'hangs', 'exits', 'eats']) await world.createUser(pool, name);
});
after(() => world.stop());

const ends: [name: string, message: string][] = [
  ['blocks', 'PreAuthentication failed with error Socket timeout while invoking Lambda function'],
  ['hangs', 'PreAuthentication failed with error Socket timeout while invoking Lambda function'],
  ['exits', 'PreAuthentication invocation failed due to error ServiceException.'],
  ['eats', 'PreAuthentication invocation failed due to error ServiceException.'],
];

describe('somebody for whom the function', () => {
  for (const [name, message] of ends) {
    it(`${name} keeps nobody else from signing in`, async () => {
      let isOver = false;
      const refused = assert
        .rejects(world.signIn(client, name), { name: 'UnexpectedLambdaException', message })
        .finally(() => {
          isOver = true;
        });
      let signedIn = 0;
      do {
        await Promise.all(crowd.map(each => world.signIn(client, each)));
        signedIn += crowd.length;
      } while (!isOver);
      await refused;
      assert.ok(signedIn >= crowd.length);
      await world.signIn(client, 'user-0');
    });
  }
});
