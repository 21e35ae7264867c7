/** Amplify computes SRP in its own way, for passwords and for devices: the server agrees for any salt, key and password. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { confirmSignIn, getCurrentUser, signIn, signOut } from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

describe('SRP with Amplify', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('signs in 120 times: 40 users, salts and passwords', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    const characters = [...'aä7Zß€漢😀-_'];
    for (let index = 0; index < 40; index++) {
      const username = `srp-${index}-${characters[index % characters.length]}`;
      const password = `Aa1-${Array.from({ length: 8 }, () => characters[randomInt(characters.length)]).join('')}`;
      await world.createUser(pool, username, password);
      for (let round = 0; round < 3; round++) {
        openPage(world, { pool, client });
        await signIn({ username, password }).catch(error => {
          throw new Error(`${username} with ${JSON.stringify(password)}`, { cause: error });
        });
        assert.equal((await getCurrentUser()).username, username);
      }
    }
  });

  it('signs in from 60 devices, whose salts and verifiers it makes itself', async () => {
    const phone = '+15550001234';
    const pool = await world.createPool({
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      MfaConfiguration: 'ON',
    });
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane', goodPassword, { phone_number: phone });
    const options = { authFlowType: 'USER_PASSWORD_AUTH' } as const;
    for (let index = 0; index < 60; index++) {
      openPage(world, { pool, client });
      await signIn({ username: 'jane', password: goodPassword, options });
      assert.equal((await confirmSignIn({ challengeResponse: await world.codeTo(phone) })).isSignedIn, true);
      await signOut();
      const again = await signIn({ username: 'jane', password: goodPassword, options });
      assert.deepEqual(again.nextStep, { signInStep: 'DONE' }, `device ${index}`);
    }
  });
});
