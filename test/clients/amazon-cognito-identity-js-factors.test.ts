/** `amazon-cognito-identity-js`: the plain password, second factors and custom authentication. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { authenticate, memoryStorage, promised, type Step, settled, stepOf } from './identity-js.ts';

const functions = new URL('../user-pools/triggers/functions/magic-word.mjs', import.meta.url).pathname;
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const phone = '+15550001234';
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const everything = {
  SmsMfaConfiguration: { SmsConfiguration },
  SoftwareTokenMfaConfiguration: { Enabled: true },
};

describe('amazon-cognito-identity-js with more than SRP', () => {
  let world: World;
  before(async () => {
    const targets = ['define', 'create', 'verify'].map(name => `${name}=module:${functions}#${name}`);
    world = await startWorld({ settings: { CENOTE_TRIGGERS: targets.join() } });
  });
  after(() => world.stop());

  /** An application whose pool has a user `jane`; `open` is a visit of hers on a new device. */
  const setUp = async (pool: object = {}, mfa: object | undefined = undefined) => {
    const UserPoolId = await world.createPool(pool);
    if (mfa !== undefined) await world.aws.setUserPoolMfaConfig({ UserPoolId, ...mfa });
    const ClientId = await world.createClient(UserPoolId, {
      ExplicitAuthFlows: [
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
        'ALLOW_CUSTOM_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
      ],
    });
    await world.createUser(UserPoolId, 'jane', goodPassword, { phone_number: phone });
    const open = () => {
      const Storage = memoryStorage();
      const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: world.url, Storage });
      return new CognitoUser({ Username: 'jane', Pool, Storage });
    };
    return { UserPoolId, open };
  };
  const begin = (user: CognitoUser, password = goodPassword) => authenticate(user, 'jane', password);
  const withPassword = (user: CognitoUser, password = goodPassword) => {
    user.setAuthenticationFlowType('USER_PASSWORD_AUTH');
    return begin(user, password);
  };
  const sendCode = (user: CognitoUser, code: string, type?: string): Promise<Step> =>
    stepOf(callbacks => user.sendMFACode(code, callbacks, type));
  const totp = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });
  const wrong = (code: string) => (code === '123456' ? '654321' : '123456');
  const usernameOf = (step: Step) => step.step === 'done' && step.session.getAccessToken().payload.username;
  const associate = (user: CognitoUser) =>
    new Promise<string>((associateSecretCode, onFailure) =>
      user.associateSoftwareToken({ associateSecretCode, onFailure }),
    );
  const verify = (user: CognitoUser, code: string) =>
    settled<CognitoUserSession>(callbacks => user.verifySoftwareToken(code, 'My phone', callbacks));

  it('sends the password itself', async () => {
    const { open } = await setUp();
    await assert.rejects(withPassword(open(), 'Wrong-Horse-7'), { name: 'NotAuthorizedException' });
    assert.equal(usernameOf(await withPassword(open())), 'jane');
  });

  it('sets up an authenticator app where one is demanded, and is asked for it from then on', async () => {
    const { open } = await setUp({}, { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    const jane = open();
    const asked = await begin(jane);
    assert.ok(asked.step === 'mfaSetup');
    assert.deepEqual(JSON.parse(asked.parameters.MFAS_CAN_SETUP ?? ''), ['SOFTWARE_TOKEN_MFA']);
    const secret = await associate(jane);
    await assert.rejects(verify(jane, wrong(totp(secret))), { name: 'EnableSoftwareTokenMFAException' });
    const session = await verify(jane, totp(secret));
    assert.equal(session.getAccessToken().payload.username, 'jane');

    const later = open();
    const required = await withPassword(later);
    assert.ok(required.step === 'totpRequired');
    assert.equal(required.parameters.FRIENDLY_DEVICE_NAME, 'My phone');
    world.clock.advance(30_000);
    await assert.rejects(sendCode(later, wrong(totp(secret)), 'SOFTWARE_TOKEN_MFA'), { name: 'CodeMismatchException' });
    assert.equal(usernameOf(await sendCode(later, totp(secret), 'SOFTWARE_TOKEN_MFA')), 'jane');
  });

  it('asks for a code by text message', async () => {
    const { open } = await setUp({ MfaConfiguration: 'ON', SmsConfiguration });
    const jane = open();
    const asked = await begin(jane);
    assert.ok(asked.step === 'mfaRequired');
    assert.equal(asked.parameters.CODE_DELIVERY_DESTINATION, '+*******1234');
    const code = await world.codeTo(phone);
    await assert.rejects(sendCode(jane, wrong(code)), { name: 'CodeMismatchException' });
    assert.equal(usernameOf(await sendCode(jane, code)), 'jane');
  });

  it('keeps preferences, and offers the choice where there is none', async () => {
    const { UserPoolId, open } = await setUp({}, { MfaConfiguration: 'OPTIONAL', ...everything });
    const jane = open();
    await withPassword(jane);
    const secret = await associate(jane);
    await verify(jane, totp(secret));
    const enabled = { Enabled: true, PreferredMfa: false };
    const set = (sms: object, app: object) =>
      promised(done => jane.setUserMfaPreference(sms as typeof enabled, app as typeof enabled, done));
    assert.equal(await set(enabled, enabled), 'SUCCESS');

    const choosing = open();
    const asked = await begin(choosing);
    assert.ok(asked.step === 'selectMFAType');
    assert.deepEqual(JSON.parse(asked.parameters.MFAS_CAN_CHOOSE ?? '').toSorted(), ['SMS_MFA', 'SOFTWARE_TOKEN_MFA']);
    const chosen = await stepOf(callbacks => choosing.sendMFASelectionAnswer('SMS_MFA', callbacks as never));
    assert.equal(chosen.step, 'mfaRequired');
    assert.equal(usernameOf(await sendCode(choosing, await world.codeTo(phone))), 'jane');

    await set(enabled, { Enabled: true, PreferredMfa: true });
    const preferring = open();
    assert.equal((await withPassword(preferring)).step, 'totpRequired');
    world.clock.advance(30_000);
    assert.equal(usernameOf(await sendCode(preferring, totp(secret), 'SOFTWARE_TOKEN_MFA')), 'jane');
    await set({ Enabled: false, PreferredMfa: false }, { Enabled: false, PreferredMfa: false });
    assert.equal(usernameOf(await withPassword(open())), 'jane');

    // The older way, which knows text messages only.
    assert.equal(await promised(done => jane.enableMFA(done)), 'SUCCESS');
    const options = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }];
    assert.deepEqual(await promised(done => jane.getMFAOptions(done)), options);
    assert.deepEqual((await world.aws.adminGetUser({ UserPoolId, Username: 'jane' })).MFAOptions, options);
    assert.deepEqual((await world.aws.listUsers({ UserPoolId })).Users?.[0]?.MFAOptions, options);
    assert.equal((await withPassword(open())).step, 'mfaRequired');
    assert.equal(await promised(done => jane.disableMFA(done)), 'SUCCESS');
    assert.equal(await promised(done => jane.getMFAOptions(done)), undefined);
    assert.equal((await withPassword(open())).step, 'done');
  });

  it('answers the questions of the pool, with the password first or without', async () => {
    const { open } = await setUp({
      LambdaConfig: {
        DefineAuthChallenge: arnOf('define'),
        CreateAuthChallenge: arnOf('create'),
        VerifyAuthChallengeResponse: arnOf('verify'),
      },
    });
    const reply = (user: CognitoUser, word: string) =>
      stepOf(callbacks => user.sendCustomChallengeAnswer(word, callbacks));
    const jane = open();
    const details = new AuthenticationDetails({ Username: 'jane' });
    const asked = await stepOf(callbacks => jane.initiateAuth(details, callbacks));
    assert.ok(asked.step === 'customChallenge');
    assert.equal(asked.parameters.hint, 'word 0');
    const again = await reply(jane, 'hocus pocus');
    assert.ok(again.step === 'customChallenge');
    assert.equal(again.parameters.hint, 'word 1');
    assert.equal(usernameOf(await reply(jane, 'magic-jane')), 'jane');

    const careful = open();
    careful.setAuthenticationFlowType('CUSTOM_AUTH');
    await assert.rejects(begin(careful, 'Wrong-Horse-7'), { name: 'NotAuthorizedException' });
    assert.equal((await begin(careful)).step, 'customChallenge');
    assert.equal(usernameOf(await reply(careful, 'magic-jane')), 'jane');
  });
});
