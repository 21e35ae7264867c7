/** Amplify: custom authentication, whose questions the pool's own functions ask. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { confirmSignIn, getCurrentUser, signIn } from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

const functions = new URL('../user-pools/triggers/functions/magic-word.mjs', import.meta.url).pathname;
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

describe('Amplify with custom authentication', () => {
  let world: World;
  const app = { pool: '', client: '' };
  before(async () => {
    const targets = ['define', 'create', 'verify'].map(name => `${name}=module:${functions}#${name}`);
    world = await startWorld({ settings: { CENOTE_TRIGGERS: targets.join() } });
    app.pool = await world.createPool({
      LambdaConfig: {
        DefineAuthChallenge: arnOf('define'),
        CreateAuthChallenge: arnOf('create'),
        VerifyAuthChallengeResponse: arnOf('verify'),
      },
    });
    app.client = await world.createClient(app.pool, {
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    await world.createUser(app.pool, 'jane');
  });
  after(() => world.stop());
  const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };
  const withoutPassword = () => signIn({ username: 'jane', options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } });

  it('answers a question', async () => {
    openPage(world, app);
    const asked = await withoutPassword();
    assert.deepEqual(asked.nextStep, {
      signInStep: 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE',
      additionalInfo: { USERNAME: 'jane', hint: 'word 0' },
    });
    const again = await confirmSignIn({ challengeResponse: 'hocus pocus' });
    assert.ok('additionalInfo' in again.nextStep);
    assert.equal(again.nextStep.additionalInfo?.hint, 'word 1');
    assert.deepEqual(await confirmSignIn({ challengeResponse: 'magic-jane' }), done);
    assert.equal((await getCurrentUser()).username, 'jane');
  });

  it('may say more to the functions', async () => {
    openPage(world, app);
    await withoutPassword();
    const options = { clientMetadata: { sesame: 'open' } };
    assert.deepEqual(await confirmSignIn({ challengeResponse: 'hocus pocus', options }), done);
  });

  it('gives up after three wrong answers', async () => {
    openPage(world, app);
    await withoutPassword();
    await confirmSignIn({ challengeResponse: 'one' });
    await confirmSignIn({ challengeResponse: 'two' });
    await assert.rejects(confirmSignIn({ challengeResponse: 'three' }), {
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  it('proves the password first', async () => {
    openPage(world, app);
    const begin = (password: string) =>
      signIn({ username: 'jane', password, options: { authFlowType: 'CUSTOM_WITH_SRP' } });
    await assert.rejects(begin('Wrong-Horse-7'), { name: 'NotAuthorizedException' });
    assert.equal((await begin(goodPassword)).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
    assert.deepEqual(await confirmSignIn({ challengeResponse: 'magic-jane' }), done);
  });
});
