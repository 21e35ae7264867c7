/** Amplify: the choice of a first factor (USER_AUTH), and the sign-in that follows a sign-up by itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';
import { autoSignIn, confirmSignIn, confirmSignUp, getCurrentUser, signIn, signUp } from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

describe('Amplify with a choice of first factors', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const setUp = async (factors: AuthFactorType[] = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'], more: object = {}) => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
      ...more,
    });
    const client = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    openPage(world, { pool, client });
    return { pool, client };
  };
  type Preference = NonNullable<NonNullable<Parameters<typeof signIn>[0]['options']>['preferredChallenge']>;
  const choose = async (preferredChallenge?: Preference, password?: string) =>
    (await signIn({ username: 'jane', password, options: { authFlowType: 'USER_AUTH', preferredChallenge } })).nextStep;
  /** Amplify takes a second call within 300 ms for a double click, and never answers it. */
  const signInByItself = async () => {
    await sleep(310);
    return autoSignIn();
  };
  const answer = (challengeResponse: string) => confirmSignIn({ challengeResponse });

  it('chooses among what pool and person have', async () => {
    const app = await setUp();
    await world.createUser(app.pool, 'jane', goodPassword, { email: 'jane@example.com', phone_number: '+15550001234' });
    const step = await choose();
    assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
    assert.ok('availableChallenges' in step);
    assert.deepEqual(step.availableChallenges?.toSorted(), ['EMAIL_OTP', 'PASSWORD', 'PASSWORD_SRP', 'SMS_OTP']);
    assert.deepEqual((await answer('EMAIL_OTP')).nextStep, {
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'j***@e***' },
    });
    const code = await world.codeTo('jane@example.com');
    await assert.rejects(answer(code === '12345678' ? '87654321' : '12345678'), { name: 'CodeMismatchException' });
    assert.deepEqual(await answer(code), done);
    assert.equal((await getCurrentUser()).username, 'jane');

    for (const challenge of ['PASSWORD', 'PASSWORD_SRP']) {
      openPage(world, app);
      await choose();
      assert.deepEqual((await answer(challenge)).nextStep, { signInStep: 'CONFIRM_SIGN_IN_WITH_PASSWORD' });
      assert.deepEqual(await answer(goodPassword), done, challenge);
      assert.equal((await getCurrentUser()).username, 'jane');
    }
  });

  it('goes straight to the preferred one', async () => {
    const app = await setUp();
    await world.createUser(app.pool, 'jane', goodPassword, { email: 'jane@example.com', phone_number: '+15550001234' });
    assert.equal((await choose('SMS_OTP')).signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
    assert.deepEqual(await answer(await world.codeTo('+15550001234')), done);
    for (const preferred of ['PASSWORD', 'PASSWORD_SRP'] as const) {
      openPage(world, app);
      await assert.rejects(choose(preferred, 'Wrong-Horse-7'), { name: 'NotAuthorizedException' });
      assert.deepEqual(await choose(preferred, goodPassword), { signInStep: 'DONE' });
    }
    openPage(world, app);
    const step = await choose('WEB_AUTHN');
    assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', 'there is no passkey');
  });

  it('signs up without a password, and is signed in by the code that confirms the account', async () => {
    await setUp();
    const signedUp = await signUp({
      username: 'jane',
      options: {
        userAttributes: { email: 'jane@free.example' },
        autoSignIn: { authFlowType: 'USER_AUTH' },
      },
    });
    assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
    const confirmed = await confirmSignUp({
      username: 'jane',
      confirmationCode: await world.codeTo('jane@free.example'),
    });
    assert.deepEqual(confirmed, { isSignUpComplete: true, nextStep: { signUpStep: 'COMPLETE_AUTO_SIGN_IN' } });
    assert.deepEqual(await signInByItself(), done);
    assert.equal((await getCurrentUser()).userId, signedUp.userId);
  });

  it('has to prove more where a code is no first factor', async () => {
    await setUp(['PASSWORD']);
    const options = {
      userAttributes: { email: 'jane@strict.example' },
      autoSignIn: { authFlowType: 'USER_AUTH' },
    } as const;
    await signUp({ username: 'jane', password: goodPassword, options });
    await confirmSignUp({ username: 'jane', confirmationCode: await world.codeTo('jane@strict.example') });
    const { nextStep } = await signInByItself();
    assert.deepEqual(nextStep, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
      availableChallenges: ['PASSWORD_SRP', 'PASSWORD'],
    });
  });

  it('is signed in with the password of the sign-up', async () => {
    const app = await setUp();
    for (const [username, options] of [
      ['kim', true],
      ['lee', { authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD_SRP' }],
    ] as const) {
      openPage(world, app);
      const email = `${username}@example.com`;
      await signUp({
        username,
        password: goodPassword,
        options: { userAttributes: { email }, autoSignIn: options },
      });
      await assert.rejects(confirmSignUp({ username, confirmationCode: '000' }), { name: 'CodeMismatchException' });
      await confirmSignUp({ username, confirmationCode: await world.codeTo(email) });
      assert.deepEqual(await signInByItself(), done, username);
      assert.equal((await getCurrentUser()).username, username);
      await assert.rejects(signInByItself(), { name: 'AutoSignInException' });
    }
  });
});
