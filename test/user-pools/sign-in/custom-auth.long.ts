/** Functions that hang: they are given up after their time, three times, and nobody else has to wait. Slow, since the time is fixed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const functionsFile = new URL('../triggers/functions/magic-word.mjs', import.meta.url).pathname;
const names = ['define', 'create', 'verify', 'defineHangs', 'defineBlocks'];

let world: World;
before(async () => {
  world = await startWorld({
    settings: { CENOTE_TRIGGERS: names.map(name => `${name}=module:${functionsFile}#${name}`).join() },
  });
});
after(() => world.stop());

const setUp = async (define: string) => {
  const pool = await world.createPool({
    LambdaConfig: {
      DefineAuthChallenge: arnOf(define),
      CreateAuthChallenge: arnOf('create'),
      VerifyAuthChallengeResponse: arnOf('verify'),
    },
  });
  const client = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] });
  await world.createUser(pool, 'jane', goodPassword);
  return client;
};
const begin = (client: string) =>
  world.browser.initiateAuth({ ClientId: client, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME: 'jane' } });

describe('a function that hangs', () => {
  for (const define of ['defineHangs', 'defineBlocks']) {
    it(`${define}: others are served meanwhile`, async () => {
      const hangs = await setUp(define);
      const works = await setUp('define');
      let isGivenUp = false;
      const hanging = assert
        .rejects(begin(hangs), {
          name: 'UnexpectedLambdaException',
          message: 'DefineAuthChallenge failed with error Socket timeout while invoking Lambda function',
        })
        .finally(() => {
          isGivenUp = true;
        });
      assert.equal((await begin(works)).ChallengeName, 'CUSTOM_CHALLENGE');
      assert.equal(isGivenUp, false);
      await hanging;
    });
  }
});
