/** `amazon-cognito-identity-js` pads and hashes large numbers in its own way: the server agrees for any salt, key and password. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { startWorld, type World } from '../support/world.ts';
import { memoryStorage, signIn } from './identity-js.ts';

describe('SRP with amazon-cognito-identity-js', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('signs in 200 times: 40 users, salts and passwords', async () => {
    const poolId = await world.createPool();
    const ClientId = await world.createClient(poolId);
    const pool = new CognitoUserPool({ UserPoolId: poolId, ClientId, endpoint: world.url, Storage: memoryStorage() });
    // One number in 256 begins with a zero byte, one in two with a set bit: both sides must pad alike.
    const characters = [...'aä7Zß€漢😀-_'];
    for (let index = 0; index < 40; index++) {
      const name = `srp-${index}-${characters[index % characters.length]}`;
      const password = `Aa1-${Array.from({ length: 8 }, () => characters[randomInt(characters.length)]).join('')}`;
      await world.createUser(poolId, name, password);
      for (let round = 0; round < 5; round++) {
        const user = new CognitoUser({ Username: name, Pool: pool, Storage: memoryStorage() });
        const session = await signIn(user, password).catch(error => {
          throw new Error(`${name} with ${JSON.stringify(password)}`, { cause: error });
        });
        assert.equal(session.getAccessToken().payload.username, name);
      }
    }
  });
});
