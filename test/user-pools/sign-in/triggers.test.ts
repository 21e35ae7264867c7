/** Which functions each step of a sign-in calls, in which order, what it tells them, and what becomes of it when they fail. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { createAuthenticator } from '../../support/authenticator.ts';
import { createRecorder, type TriggerEvent } from '../../support/triggers.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeDevices, signingIn } from '../factors/device-client.ts';
import { origin, relyingPartyId } from '../factors/passkey-world.ts';
import { closeSrp, srpProof, srpStart } from './srp.ts';

const pre = 'PreAuthentication_Authentication';
const post = 'PostAuthentication_Authentication';
const tokens = (source = 'Authentication') => `TokenGeneration_${source}`;
const custom = (step: 'Define' | 'Create') => `${step}AuthChallenge_Authentication`;
const verified = 'VerifyAuthChallengeResponse_Authentication';
const message = 'CustomMessage_Authentication';
const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

const { create, define, verify } = await import(new URL('../triggers/functions/magic-word.mjs', import.meta.url).href);

const recorder = createRecorder();
let world: World;
before(async () => {
  world = await startWorld({ settings: recorder.settings });
});
afterEach(() => recorder.reset());
after(async () => {
  await world.stop();
  await closeSrp();
  await closeDevices();
  recorder.remove();
});

const { UserMigration: _, ...LambdaConfig } = recorder.lambdaConfig;
const email = 'jane@triggers.example';

/** A pool with functions behind all triggers of sign-in, a client for every flow, and jane. */
const setUp = async ({ pool: more = {}, mfa = {}, client: settings = {} } = {}) => {
  const pool = await world.createPool({
    LambdaConfig,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
    ...more,
  });
  const WebAuthnConfiguration = { RelyingPartyId: relyingPartyId };
  await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'OFF', WebAuthnConfiguration, ...mfa });
  const client = await world.createClient(pool, {
    ExplicitAuthFlows: [
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ],
    ...settings,
  });
  const sub = await world.createUser(pool, 'jane', goodPassword, { email, email_verified: 'true' });
  recorder.reset();
  return { pool, client, sub, ...steps(pool, client) };
};

const steps = (UserPoolId: string, ClientId: string) => ({
  begin: (
    AuthFlow: 'USER_PASSWORD_AUTH' | 'USER_AUTH' | 'CUSTOM_AUTH' | 'REFRESH_TOKEN_AUTH',
    AuthParameters: Record<string, string> = {},
    more: object = {},
  ) =>
    world.browser.initiateAuth({
      ClientId,
      AuthFlow,
      AuthParameters: { USERNAME: 'jane', ...AuthParameters },
      ...more,
    }),
  respond: (
    ChallengeName: ChallengeNameType,
    Session: string | undefined,
    answers: Record<string, string>,
    more: object = {},
  ) =>
    world.browser.respondToAuthChallenge({
      ...{ ClientId, ChallengeName, Session, ChallengeResponses: { USERNAME: 'jane', ...answers } },
      ...more,
    }),
  beginAsAdmin: (AuthParameters: Record<string, string>, more: object = {}) =>
    world.aws.adminInitiateAuth({
      ...{ UserPoolId, ClientId, AuthFlow: 'ADMIN_NO_SRP_AUTH' },
      AuthParameters: { USERNAME: 'jane', ...AuthParameters },
      ...more,
    }),
  respondAsAdmin: (ChallengeName: ChallengeNameType, Session: string | undefined, answers: object, more: object = {}) =>
    world.aws.adminRespondToAuthChallenge({
      ...{ UserPoolId, ClientId, ChallengeName, Session, ChallengeResponses: { USERNAME: 'jane', ...answers } },
      ...more,
    }),
});
const PASSWORD = goodPassword;

const useMagicWord = () => {
  recorder.behave('DefineAuthChallenge', define);
  recorder.behave('CreateAuthChallenge', create);
  recorder.behave('VerifyAuthChallengeResponse', verify);
};

describe('the functions that a sign-in calls', () => {
  it('with a password', async () => {
    const { begin, beginAsAdmin, respondAsAdmin } = await setUp();
    await begin('USER_PASSWORD_AUTH', { PASSWORD });
    assert.deepEqual(recorder.fired(), [pre, post, tokens()]);
    await assert.rejects(begin('USER_PASSWORD_AUTH', { PASSWORD: 'wrong' }), wrong);
    assert.deepEqual(recorder.fired(), [pre]);
    await beginAsAdmin({ PASSWORD });
    assert.deepEqual(recorder.fired(), [pre, post, tokens()]);
    const { Session } = await beginAsAdmin({});
    assert.deepEqual(recorder.fired(), [pre]);
    await assert.rejects(respondAsAdmin('ADMIN_NO_SRP_AUTH', Session, { PASSWORD: 'wrong' }), wrong);
    assert.deepEqual(recorder.fired(), []);
    await respondAsAdmin('ADMIN_NO_SRP_AUTH', Session, { PASSWORD });
    assert.deepEqual(recorder.fired(), [post, tokens()]);
  });

  it('with the proof of a password, once however often it is sent', async () => {
    const { pool, client, respond } = await setUp();
    const leg = await srpStart({ aws: world.browser, client, username: 'jane' });
    assert.deepEqual(recorder.fired(), [pre]);
    const proof = await srpProof(leg, { pool, clock: world.clock });
    await respond('PASSWORD_VERIFIER', undefined, proof);
    assert.deepEqual(recorder.fired(), [post, tokens()]);
    await assert.rejects(respond('PASSWORD_VERIFIER', undefined, proof), { name: 'NotAuthorizedException' });
    assert.deepEqual(recorder.fired(), []);
  });

  it('with a temporary password', async () => {
    const { pool, begin, respond } = await setUp();
    await world.aws.adminSetUserPassword({ UserPoolId: pool, Username: 'jane', Password: PASSWORD, Permanent: false });
    const { Session } = await begin('USER_PASSWORD_AUTH', { PASSWORD });
    assert.deepEqual(recorder.fired(), [pre]);
    await respond('NEW_PASSWORD_REQUIRED', Session, { NEW_PASSWORD: 'Another-Horse-8' });
    assert.deepEqual(recorder.fired(), [post, tokens('NewPasswordChallenge')]);
  });

  it('with a choice, a code, and straight after sign-up', async () => {
    const { client, begin, respond } = await setUp();
    const { Session } = await begin('USER_AUTH');
    assert.deepEqual(recorder.fired(), [pre]);
    const asked = await respond('SELECT_CHALLENGE', Session, { ANSWER: 'EMAIL_OTP' });
    assert.equal(asked.ChallengeName, 'EMAIL_OTP');
    assert.deepEqual(recorder.fired(), [message]);
    const [code = ''] = /\d{8}/.exec((await world.mailTo(email))[0]?.text ?? '') ?? [];
    await assert.rejects(respond('EMAIL_OTP', asked.Session, { EMAIL_OTP_CODE: 'wrong' }));
    assert.deepEqual(recorder.fired(), []);
    await respond('EMAIL_OTP', asked.Session, { EMAIL_OTP_CODE: code });
    assert.deepEqual(recorder.fired(), [post, tokens()]);
    await assert.rejects(respond('EMAIL_OTP', asked.Session, { EMAIL_OTP_CODE: code }), {
      name: 'NotAuthorizedException',
    });
    assert.deepEqual(recorder.fired(), []);
    await begin('USER_AUTH', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD });
    assert.deepEqual(recorder.fired(), [pre, post, tokens()]);

    const signedUp = await world.signUp(client, 'joe', { email: 'joe@triggers.example' });
    const ConfirmationCode = await world.codeTo('joe@triggers.example');
    const confirmed = await world.browser.confirmSignUp({
      ...{ ClientId: client, Username: 'joe', ConfirmationCode, Session: signedUp.Session },
    });
    recorder.reset();
    const done = await begin('USER_AUTH', { USERNAME: 'joe' }, { Session: confirmed.Session });
    assert.ok(done.AuthenticationResult);
    assert.deepEqual(recorder.fired(), [pre, post, tokens()]);
  });

  it('with a passkey', async () => {
    const { client, begin, respond } = await setUp();
    const { AccessToken } = await world.signIn(client, 'jane');
    const authenticator = createAuthenticator({ origin });
    const { CredentialCreationOptions: options } = await world.browser.startWebAuthnRegistration({ AccessToken });
    const Credential = authenticator.create(options as never) as never;
    await world.browser.completeWebAuthnRegistration({ AccessToken, Credential });
    recorder.reset();
    const asked = await begin('USER_AUTH', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    assert.deepEqual(recorder.fired(), [pre]);
    const request = JSON.parse(asked.ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS ?? '');
    await respond('WEB_AUTHN', asked.Session, { CREDENTIAL: authenticator.get(request) });
    assert.deepEqual(recorder.fired(), [post, tokens()]);
  });

  it('with a second factor, the first time and later', async () => {
    const { begin, respond } = await setUp({
      pool: { Policies: {} },
      mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } },
    });
    const asked = await begin('USER_PASSWORD_AUTH', { PASSWORD });
    assert.equal(asked.ChallengeName, 'MFA_SETUP');
    assert.deepEqual(recorder.fired(), [pre]);
    const { SecretCode = '', Session } = await world.browser.associateSoftwareToken({ Session: asked.Session });
    const totp = new TOTP({ secret: Secret.fromBase32(SecretCode) });
    const code = () => totp.generate({ timestamp: world.clock.now() });
    const set = await world.browser.verifySoftwareToken({ Session, UserCode: code() });
    assert.deepEqual(recorder.fired(), []);
    await respond('MFA_SETUP', set.Session, {});
    assert.deepEqual(recorder.fired(), [post, tokens()]);
    world.clock.advance(30_000);
    const again = await begin('USER_PASSWORD_AUTH', { PASSWORD });
    assert.deepEqual(recorder.fired(), [pre]);
    await respond('SOFTWARE_TOKEN_MFA', again.Session, { SOFTWARE_TOKEN_MFA_CODE: code() });
    assert.deepEqual(recorder.fired(), [post, tokens()]);
  });

  it('with a device, which is new once', async () => {
    const { client } = await setUp({ pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } });
    const { begin, confirmed, prove, proof, respond } = signingIn(world, client);
    const { device } = await confirmed();
    const [, first] = recorder.events();
    assert.equal(first?.request.newDeviceUsed, true);
    const asked = await begin(device.user);
    assert.deepEqual(recorder.fired(), [pre]);
    const leg = await prove(asked, device);
    assert.deepEqual(recorder.fired(), []);
    await respond('DEVICE_PASSWORD_VERIFIER', await proof(leg, device));
    const events = recorder.events();
    assert.deepEqual(
      events.map(({ triggerSource }) => triggerSource),
      [post, tokens('AuthenticateDevice')],
    );
    assert.equal(events[0]?.request.newDeviceUsed, false);
  });

  it('with challenges of its own', async () => {
    const { pool, client, begin, respond } = await setUp();
    useMagicWord();
    const asked = await begin('CUSTOM_AUTH');
    assert.deepEqual(recorder.fired(), [pre, custom('Define'), custom('Create')]);
    const again = await respond('CUSTOM_CHALLENGE', asked.Session, { ANSWER: 'sesame' });
    assert.deepEqual(recorder.fired(), [verified, custom('Define'), custom('Create')]);
    await respond('CUSTOM_CHALLENGE', again.Session, { ANSWER: 'magic-jane' });
    assert.deepEqual(recorder.fired(), [verified, custom('Define'), post, tokens()]);

    const leg = await srpStart({ aws: world.browser, client, username: 'jane', custom: true });
    assert.deepEqual(recorder.fired(), [pre, custom('Define')]);
    await respond('PASSWORD_VERIFIER', undefined, await srpProof(leg, { pool, clock: world.clock }));
    assert.deepEqual(recorder.fired(), [custom('Define'), custom('Create')]);
  });

  it('at a refresh: the one of tokens alone', async () => {
    const { client, begin } = await setUp();
    const { RefreshToken } = await world.signIn(client, 'jane');
    recorder.reset();
    await begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken });
    assert.deepEqual(recorder.fired(), [tokens('RefreshTokens')]);
    await world.browser.getTokensFromRefreshToken({ ClientId: client, RefreshToken });
    assert.deepEqual(recorder.fired(), [tokens()]);
  });

  it('none for what is refused before anything is judged', async () => {
    const { pool, client, begin } = await setUp();
    await assert.rejects(begin('USER_PASSWORD_AUTH', { USERNAME: 'nobody', PASSWORD }), {
      name: 'UserNotFoundException',
    });
    await assert.rejects(begin('USER_PASSWORD_AUTH'), { name: 'InvalidParameterException' });
    await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'jane' });
    await assert.rejects(begin('USER_PASSWORD_AUTH', { PASSWORD }), { message: 'User is disabled.' });
    const secret = await world.createClient(pool, { GenerateSecret: true });
    await assert.rejects(steps(pool, secret).begin('USER_PASSWORD_AUTH', { PASSWORD }));
    assert.ok(client);
    assert.deepEqual(recorder.fired(), []);
  });

  it('after the one that knows people from elsewhere', async () => {
    const { begin } = await setUp({ pool: { LambdaConfig: recorder.lambdaConfig } });
    recorder.respond('UserMigration', {
      userAttributes: { email: 'new@triggers.example', email_verified: 'true' },
      finalUserStatus: 'CONFIRMED',
      messageAction: 'SUPPRESS',
    });
    await begin('USER_PASSWORD_AUTH', { USERNAME: 'newcomer', PASSWORD });
    assert.deepEqual(recorder.fired(), [
      ...['UserMigration_Authentication', 'PreSignUp_AdminCreateUser'],
      ...[pre, post, tokens()],
    ]);
  });
});

describe('what the functions are told', () => {
  const ClientMetadata = { tenant: 'acme' };
  const told = (events: TriggerEvent[]) =>
    events.map(({ triggerSource, request: { validationData, clientMetadata } }) => [
      triggerSource.split('_')[0],
      validationData,
      clientMetadata,
    ]);

  it('of the person, the client and the program that asks', async () => {
    const { pool, client, sub, begin } = await setUp();
    await begin('USER_PASSWORD_AUTH', { PASSWORD });
    const [preEvent, postEvent] = recorder.events();
    const { awsSdkVersion, clientId } = preEvent?.callerContext ?? {};
    assert.match(awsSdkVersion ?? '', /^aws-sdk-js-3\./);
    assert.equal(clientId, client);
    const common = {
      ...{ version: '1', region: 'us-east-1', userPoolId: pool, userName: 'jane', response: {} },
      callerContext: preEvent?.callerContext,
    };
    const userAttributes = { sub, 'cognito:user_status': 'CONFIRMED', email, email_verified: 'true' };
    assert.deepEqual(preEvent, { ...common, triggerSource: pre, request: { userAttributes, validationData: null } });
    assert.deepEqual(postEvent, { ...common, triggerSource: post, request: { userAttributes, newDeviceUsed: false } });
  });

  it('ClientMetadata of InitiateAuth only before anything is judged', async () => {
    const { begin, beginAsAdmin } = await setUp();
    useMagicWord();
    for (const start of [
      () => begin('USER_PASSWORD_AUTH', { PASSWORD }, { ClientMetadata }),
      () => beginAsAdmin({ PASSWORD }, { ClientMetadata }),
    ]) {
      await start();
      assert.deepEqual(told(recorder.events()), [
        ['PreAuthentication', ClientMetadata, undefined],
        ['PostAuthentication', undefined, undefined],
        ['TokenGeneration', undefined, undefined],
      ]);
    }
    await begin('CUSTOM_AUTH', {}, { ClientMetadata });
    assert.deepEqual(told(recorder.events()), [
      ['PreAuthentication', ClientMetadata, undefined],
      ['DefineAuthChallenge', undefined, undefined],
      ['CreateAuthChallenge', undefined, undefined],
    ]);
  });

  it('ClientMetadata of the answer in all that follows from it, and not of the answers before', async () => {
    const { begin, respond, beginAsAdmin, respondAsAdmin } = await setUp();
    useMagicWord();
    const asked = await begin('CUSTOM_AUTH');
    recorder.reset();
    useMagicWord();
    const again = await respond('CUSTOM_CHALLENGE', asked.Session, { ANSWER: 'x' }, { ClientMetadata: { early: 'x' } });
    assert.deepEqual(
      told(recorder.events()),
      ['VerifyAuthChallengeResponse', 'DefineAuthChallenge', 'CreateAuthChallenge'].map(trigger => [
        ...[trigger, undefined, { early: 'x' }],
      ]),
    );
    await respond('CUSTOM_CHALLENGE', again.Session, { ANSWER: 'magic-jane' }, { ClientMetadata });
    const all = ['VerifyAuthChallengeResponse', 'DefineAuthChallenge', 'PostAuthentication', 'TokenGeneration'];
    assert.deepEqual(
      told(recorder.events()),
      all.map(trigger => [trigger, undefined, ClientMetadata]),
    );
    const { Session } = await beginAsAdmin({});
    recorder.reset();
    await respondAsAdmin('ADMIN_NO_SRP_AUTH', Session, { PASSWORD }, { ClientMetadata });
    assert.deepEqual(
      told(recorder.events()),
      ['PostAuthentication', 'TokenGeneration'].map(trigger => [trigger, undefined, ClientMetadata]),
    );
  });

  it('ClientMetadata of the answer that leads to a message', async () => {
    const { begin, respond } = await setUp();
    const { Session } = await begin('USER_AUTH');
    await respond('SELECT_CHALLENGE', Session, { ANSWER: 'EMAIL_OTP' }, { ClientMetadata });
    await begin('USER_AUTH', { PREFERRED_CHALLENGE: 'EMAIL_OTP' }, { ClientMetadata });
    assert.deepEqual(told(recorder.events()), [
      ['PreAuthentication', null, undefined],
      ['CustomMessage', undefined, ClientMetadata],
      ['PreAuthentication', ClientMetadata, undefined],
      ['CustomMessage', undefined, undefined],
    ]);
  });

  it('ClientMetadata of a refresh by GetTokensFromRefreshToken, and not of the flow', async () => {
    const { client, begin } = await setUp();
    const { RefreshToken } = await world.signIn(client, 'jane');
    recorder.reset();
    await begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken }, { ClientMetadata });
    assert.deepEqual(told(recorder.events()), [['TokenGeneration', undefined, undefined]]);
    await world.browser.getTokensFromRefreshToken({ ClientId: client, RefreshToken, ClientMetadata });
    assert.deepEqual(told(recorder.events()), [['TokenGeneration', undefined, ClientMetadata]]);
  });

  it('of nobody, where the client hides who exists', async () => {
    const { begin } = await setUp({ client: { PreventUserExistenceErrors: 'ENABLED' } });
    useMagicWord();
    const asked = async (USERNAME: string) => {
      await begin('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: 'wrong' }).catch(() => undefined);
      await begin('CUSTOM_AUTH', { USERNAME });
      return recorder
        .events()
        .map(({ triggerSource, userName, request }) => [
          ...[triggerSource.split('_')[0], userName, request.userNotFound, Object.keys(request.userAttributes).length],
        ]);
    };
    const triggers = ['PreAuthentication', 'PreAuthentication', 'DefineAuthChallenge', 'CreateAuthChallenge'];
    assert.deepEqual(
      await asked('nobody'),
      triggers.map(trigger => [trigger, 'nobody', true, 0]),
    );
    assert.deepEqual(
      await asked('jane'),
      triggers.map(trigger => [trigger, 'jane', false, 4]),
    );
  });
});

describe('a function that refuses', () => {
  it('before the password is judged: nothing is', async () => {
    const { begin } = await setUp();
    recorder.fail('PreAuthentication', 'not from there');
    const refusal = {
      name: 'UserLambdaValidationException',
      message: 'PreAuthentication failed with error not from there.',
    };
    for (let tries = 0; tries < 7; tries++)
      await assert.rejects(begin('USER_PASSWORD_AUTH', { PASSWORD: 'wrong' }), refusal);
    recorder.reset();
    assert.ok((await begin('USER_PASSWORD_AUTH', { PASSWORD })).AuthenticationResult, 'no try was counted');
  });

  it('after all is proven: no tokens, no session, and the answer may be given again', async () => {
    const { pool, begin, respond } = await setUp({ pool: { DeviceConfiguration: {} } });
    const sessions = async () => {
      const query = world.app.foundation.storage.db.selectFrom('token_sessions').selectAll();
      return (await query.where('pool_id', '=', pool).execute()).length;
    };
    const { Session } = await begin('USER_AUTH', { PREFERRED_CHALLENGE: 'PASSWORD' });
    recorder.fail('PostAuthentication', 'too late');
    await assert.rejects(respond('PASSWORD', Session, { PASSWORD }), {
      name: 'UserLambdaValidationException',
      message: 'PostAuthentication failed with error too late.',
    });
    assert.deepEqual(recorder.fired(), [pre, post]);
    recorder.reset();
    recorder.fail('TokenGeneration', 'no claims');
    await assert.rejects(respond('PASSWORD', Session, { PASSWORD }), {
      message: 'PreTokenGeneration failed with error no claims.',
    });
    assert.equal(await sessions(), 0);
    recorder.reset();
    assert.ok((await respond('PASSWORD', Session, { PASSWORD })).AuthenticationResult);
    assert.equal(await sessions(), 1);
  });
});

const failures: [what: string, handler: () => unknown, error: (trigger: string) => object][] = [
  [
    'throws',
    () => {
      throw new Error('no');
    },
    trigger => ({ name: 'UserLambdaValidationException', message: `${trigger} failed with error no.` }),
  ],
  ['exits', () => process.exit(1), () => ({ name: 'UnexpectedLambdaException' })],
  [
    'babbles',
    () => 'never mind',
    () => ({ name: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output' }),
  ],
];

for (const [what, handler, error] of failures)
  describe(`a function that ${what}`, () => {
    it('fails the operation that has called it', async () => {
      const { client, begin, respond, beginAsAdmin, respondAsAdmin } = await setUp();
      const { RefreshToken } = await world.signIn(client, 'jane');
      const { Session: choice } = await begin('USER_AUTH');
      const { Session: asked } = await beginAsAdmin({});
      const refresh = { ClientId: client, RefreshToken };
      const operations: [operation: string, trigger: string, call: () => Promise<unknown>][] = [
        ['InitiateAuth', 'PreAuthentication', () => begin('USER_PASSWORD_AUTH', { PASSWORD })],
        ['InitiateAuth', 'PostAuthentication', () => begin('USER_PASSWORD_AUTH', { PASSWORD })],
        ['InitiateAuth', 'PreTokenGeneration', () => begin('USER_PASSWORD_AUTH', { PASSWORD })],
        ['InitiateAuth', 'PreTokenGeneration', () => begin('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken })],
        ['AdminInitiateAuth', 'PreTokenGeneration', () => beginAsAdmin({ PASSWORD })],
        ['AdminInitiateAuth', 'PostAuthentication', () => beginAsAdmin({ PASSWORD })],
        ['AdminInitiateAuth', 'PreAuthentication', () => beginAsAdmin({ PASSWORD })],
        ['RespondToAuthChallenge', 'PreTokenGeneration', () => respond('PASSWORD', choice, { PASSWORD })],
        ['RespondToAuthChallenge', 'PostAuthentication', () => respond('PASSWORD', choice, { PASSWORD })],
        [
          'AdminRespondToAuthChallenge',
          'PostAuthentication',
          () => respondAsAdmin('ADMIN_NO_SRP_AUTH', asked, { PASSWORD }),
        ],
        [
          'AdminRespondToAuthChallenge',
          'PreTokenGeneration',
          () => respondAsAdmin('ADMIN_NO_SRP_AUTH', asked, { PASSWORD }),
        ],
        ['GetTokensFromRefreshToken', 'PreTokenGeneration', () => world.browser.getTokensFromRefreshToken(refresh)],
      ];
      // Every operation in each way; every trigger of it in the commonest.
      const tried = what === 'throws' ? operations : [...new Map(operations.map(each => [each[0], each])).values()];
      for (const [operation, trigger, call] of tried) {
        recorder.reset();
        recorder.behave(trigger.replace('PreToken', 'Token'), handler);
        await assert.rejects(call(), error(trigger), `${operation}: ${trigger}`);
      }
    });
  });
