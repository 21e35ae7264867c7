/** USER_AUTH: the person chooses how to sign in; users without a password; sign-in straight after sign-up. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const setUp = async (factors: AuthFactorType[], more: object = {}, client: object = {}) => {
  const pool = await world.createPool({
    AutoVerifiedAttributes: ['email'],
    SmsConfiguration,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
    ...more,
  });
  const id = await world.createClient(pool, {
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    ...client,
  });
  return { pool, client: id };
};
const begin = (client: string, AuthParameters: Record<string, string>, Session?: string) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'jane', ...AuthParameters },
    Session,
  });
type Challenge = Parameters<World['browser']['respondToAuthChallenge']>[0]['ChallengeName'];
const respond = (
  client: string,
  Session: string | undefined,
  ChallengeName: Challenge,
  answers: Record<string, string>,
) =>
  world.browser.respondToAuthChallenge({
    ClientId: client,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'jane', ...answers },
  });
const otpTo = async (destination: string) =>
  /(\d{8})/.exec((await world.mailTo(destination))[0]?.text ?? '')?.[1] ?? '';

describe('the choice of a first factor', () => {
  it('lists what pool and person have, and goes on with what is chosen', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP', 'SMS_OTP']);
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@choice.example' });
    const asked = await begin(client, {});
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP']);
    await assert.rejects(respond(client, asked.Session, 'SELECT_CHALLENGE', { ANSWER: 'SMS_OTP' }), {
      name: 'InvalidParameterException',
    });
    await assert.rejects(
      respond(client, asked.Session, 'SELECT_CHALLENGE', { ANSWER: 'PASSWORD', PASSWORD: 'Wrong-Horse-7' }),
      {
        name: 'NotAuthorizedException',
        message: 'Incorrect username or password.',
      },
    );
    const done = await respond(client, asked.Session, 'SELECT_CHALLENGE', {
      ANSWER: 'PASSWORD',
      PASSWORD: goodPassword,
    });
    assert.ok(done.AuthenticationResult?.AccessToken);
    const later = await respond(client, (await begin(client, {})).Session, 'SELECT_CHALLENGE', { ANSWER: 'PASSWORD' });
    assert.equal(later.ChallengeName, 'PASSWORD');
    const finished = await respond(client, later.Session, 'PASSWORD', { PASSWORD: goodPassword });
    assert.ok(finished.AuthenticationResult?.AccessToken);
  });

  it('jumps to the preferred one, with its answer if that came along', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP']);
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@prefer.example' });
    const done = await begin(client, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword });
    assert.ok(done.AuthenticationResult?.AccessToken);
    const asked = await begin(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    assert.equal(asked.ChallengeName, 'EMAIL_OTP');
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP']);
    const code = await otpTo('jane@prefer.example');
    const wrong = code === '12345678' ? '87654321' : '12345678';
    await assert.rejects(respond(client, asked.Session, 'EMAIL_OTP', { EMAIL_OTP_CODE: wrong }), {
      name: 'CodeMismatchException',
    });
    const otp = await respond(client, asked.Session, 'EMAIL_OTP', { EMAIL_OTP_CODE: code });
    assert.ok(otp.AuthenticationResult?.AccessToken);
    await assert.rejects(respond(client, asked.Session, 'EMAIL_OTP', { EMAIL_OTP_CODE: code }), {
      message: 'Invalid session for the user, session can only be used once.',
    });
    const unavailable = await begin(client, { PREFERRED_CHALLENGE: 'SMS_OTP' });
    assert.equal(unavailable.ChallengeName, 'SELECT_CHALLENGE');
    const srp = await begin(client, { PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: 'a'.repeat(700) });
    assert.equal(srp.ChallengeName, 'PASSWORD_VERIFIER');
    assert.ok(srp.ChallengeParameters?.SECRET_BLOCK);
  });

  it('leaves a temporary password and a second factor their place', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP']);
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: 'jane',
      TemporaryPassword: goodPassword,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: 'jane@temporary.example' }],
    });
    const asked = await begin(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
    const next = await respond(client, asked.Session, 'SELECT_CHALLENGE', {
      ANSWER: 'PASSWORD',
      PASSWORD: goodPassword,
    });
    assert.equal(next.ChallengeName, 'NEW_PASSWORD_REQUIRED');

    const second = await setUp(['PASSWORD', 'EMAIL_OTP']);
    await world.createUser(second.pool, 'jane', goodPassword, {
      email: 'jane@second.example',
      phone_number: '+15550009999',
    });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: second.pool,
      MfaConfiguration: 'OPTIONAL',
      SmsMfaConfiguration: { SmsConfiguration },
    });
    await world.aws.adminSetUserMFAPreference({
      UserPoolId: second.pool,
      Username: 'jane',
      SMSMfaSettings: { Enabled: true },
    });
    const demanded = await begin(second.client, {});
    assert.deepEqual(demanded.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
    const mfa = await respond(second.client, demanded.Session, 'SELECT_CHALLENGE', {
      ANSWER: 'PASSWORD',
      PASSWORD: goodPassword,
    });
    assert.equal(mfa.ChallengeName, 'SMS_MFA');
  });

  it('does not tell who exists where the client hides users', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP'], {}, { PreventUserExistenceErrors: 'ENABLED' });
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@hidden.example' });
    const shapeOf = async (USERNAME: string) => {
      const asked = await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
      });
      const guesses: string[] = [];
      for (let guess = 0; guess < 11; guess++) {
        const error = await world.browser
          .respondToAuthChallenge({
            ClientId: client,
            ChallengeName: 'EMAIL_OTP',
            Session: asked.Session,
            ChallengeResponses: { USERNAME, EMAIL_OTP_CODE: '00000000' },
          })
          .catch(each => each);
        guesses.push(`${error.name} ${error.message}`);
      }
      return {
        name: asked.ChallengeName,
        list: asked.AvailableChallenges,
        keys: Object.keys(asked.ChallengeParameters ?? {}),
        guesses,
      };
    };
    assert.deepEqual(await shapeOf('nobody'), await shapeOf('jane'));
  });

  it('is refused where the client does not allow it', async () => {
    const { client } = await setUp(['PASSWORD'], {}, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    await assert.rejects(begin(client, {}), {
      name: 'InvalidParameterException',
      message: 'USER_AUTH flow not enabled for this client',
    });
  });
});

describe('a person without a password', () => {
  it('signs up, confirms, and is signed in by the session, once', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP']);
    const email = 'jane@signup.example';
    const signedUp = await world.browser.signUp({
      ClientId: client,
      Username: 'jane',
      UserAttributes: [{ Name: 'email', Value: email }],
    });
    assert.ok(signedUp.Session);
    await assert.rejects(begin(client, {}, signedUp.Session), { message: 'Invalid session for the user.' });
    const confirmed = await world.browser.confirmSignUp({
      ClientId: client,
      Username: 'jane',
      ConfirmationCode: await world.codeTo(email),
      Session: signedUp.Session,
    });
    const done = await begin(client, {}, confirmed.Session);
    assert.ok(done.AuthenticationResult?.RefreshToken);
    await assert.rejects(begin(client, {}, confirmed.Session), {
      message: 'Invalid session for the user, session can only be used once.',
    });
    const asked = await begin(client, {});
    assert.deepEqual(asked.AvailableChallenges, ['EMAIL_OTP']);
    const factors = await world.aws.adminGetUserAuthFactors({ UserPoolId: pool, Username: 'jane' });
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ['EMAIL_OTP']);
  });

  it('is not signed in by the session after having been signed out of everything', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP']);
    const email = 'jane@signed-out.example';
    await world.browser.signUp({
      ClientId: client,
      Username: 'jane',
      UserAttributes: [{ Name: 'email', Value: email }],
    });
    const ConfirmationCode = await world.codeTo(email);
    const { Session } = await world.browser.confirmSignUp({ ClientId: client, Username: 'jane', ConfirmationCode });
    assert.ok(Session);
    await world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: 'jane' });
    await assert.rejects(begin(client, {}, Session), { message: 'Invalid session for the user.' });
  });

  it('is confirmed by the code of a sign-in', async () => {
    const { pool, client } = await setUp(['PASSWORD', 'EMAIL_OTP']);
    await world.signUp(client, 'jane', { email: 'jane@unconfirmed.example' });
    const asked = await begin(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const done = await respond(client, asked.Session, 'EMAIL_OTP', {
      EMAIL_OTP_CODE: await otpTo('jane@unconfirmed.example'),
    });
    assert.ok(done.AuthenticationResult);
    const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' });
    assert.equal(user.UserStatus, 'CONFIRMED');
    // Whoever signed up with this address need not be its owner: their password is gone.
    await assert.rejects(
      begin(client, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword }).then(again => {
        assert.ok(!again.AvailableChallenges?.includes('PASSWORD'));
        return respond(client, again.Session, 'SELECT_CHALLENGE', { ANSWER: 'PASSWORD', PASSWORD: goodPassword });
      }),
      { name: 'InvalidParameterException' },
    );
  });

  it('cannot sign up where only passwords are allowed', async () => {
    const { client } = await setUp(['PASSWORD']);
    await assert.rejects(world.browser.signUp({ ClientId: client, Username: 'jane' }), {
      name: 'InvalidParameterException',
    });
  });
});
