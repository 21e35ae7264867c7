/** SignUp, AdminCreateUser and what confirms an account: which functions are called, what they are told, and what their answers do. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { LambdaConfigType, SignUpCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { createRecorder, type Recorder } from '../../support/triggers.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';

let recorder: Recorder;
let world: World;
before(async () => {
  recorder = createRecorder();
  world = await startWorld({ settings: recorder.settings });
});
beforeEach(() => recorder.reset());
after(async () => {
  await world.stop();
  recorder.remove();
});

const email = 'jane@example.com';
const automatic = { AutoVerifiedAttributes: ['email' as const] };

const setUp = async (options: object = {}, clientOptions: object = {}) => {
  const pool = await world.createPool({ LambdaConfig: recorder.lambdaConfig, ...automatic, ...options });
  return { pool, client: await world.createClient(pool, clientOptions) };
};
/** A pool with one function, which goes wrong. */
const setUpBroken = (trigger: keyof LambdaConfigType, arn: string) => setUp({ LambdaConfig: { [trigger]: arn } });
const signUp = (client: string, more: Partial<SignUpCommandInput> = {}) =>
  world.signUp(client, 'jane', { email }, more);
const lookUp = async (pool: string, username = 'jane'): Promise<Record<string, string | undefined>> => {
  const { UserStatus, UserAttributes = [] } = await world.aws.adminGetUser({ UserPoolId: pool, Username: username });
  return { status: UserStatus, ...Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value])) };
};
const isNobody = (pool: string) => assert.rejects(lookUp(pool), { name: 'UserNotFoundException' });

describe('PreSignUp of SignUp', () => {
  it('is told who wants to sign up, and what the client says besides', async () => {
    const { pool, client } = await setUp();
    await signUp(client, {
      ValidationData: [
        { Name: 'captcha', Value: '42' },
        { Name: 'empty', Value: '' },
      ],
      ClientMetadata: { campaign: 'spring' },
    });
    const [event, ...others] = recorder.events();
    assert.deepEqual(
      { ...event, callerContext: event?.callerContext.clientId },
      {
        version: '1',
        triggerSource: 'PreSignUp_SignUp',
        region: 'us-east-1',
        userPoolId: pool,
        userName: 'jane',
        callerContext: client,
        request: {
          userAttributes: { email },
          validationData: { captcha: '42', empty: '' },
          clientMetadata: { campaign: 'spring' },
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      },
    );
    assert.deepEqual(
      others.map(({ triggerSource }) => triggerSource),
      ['CustomMessage_SignUp'],
    );
    assert.equal((await lookUp(pool)).status, 'UNCONFIRMED');
  });

  it('is told nothing that the client has not said, and the username where people sign up by e-mail address', async () => {
    const { client } = await setUp({ UsernameAttributes: ['email'] });
    const { UserSub } = await world.signUp(client, email);
    const [event] = recorder.events();
    assert.deepEqual(event?.request, { userAttributes: { email }, validationData: null });
    assert.equal(event?.userName, UserSub);
  });

  it('may confirm the account and vouch for its addresses: no code is sent, and PostConfirmation is told', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true, autoVerifyEmail: true });
    const { pool, client } = await setUp();
    const outcome = await world.signUp(
      client,
      'jane',
      { email: 'own@example.com' },
      { ClientMetadata: { from: 'app' } },
    );
    assert.equal(outcome.UserConfirmed, true);
    assert.equal(outcome.CodeDeliveryDetails, undefined);
    assert.deepEqual(await world.mailTo('own@example.com'), []);
    const [, event, ...others] = recorder.events();
    assert.equal(event?.triggerSource, 'PostConfirmation_ConfirmSignUp');
    assert.deepEqual(event?.request, {
      userAttributes: {
        sub: outcome.UserSub,
        'cognito:user_status': 'CONFIRMED',
        email: 'own@example.com',
        email_verified: 'true',
      },
      clientMetadata: { from: 'app' },
    });
    assert.deepEqual(event?.response, {});
    assert.deepEqual(others, []);
    assert.equal((await lookUp(pool)).status, 'CONFIRMED');
    assert.ok((await world.signIn(client, 'jane')).AccessToken);
  });

  it('may confirm without vouching: the address stays unverified', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true });
    const { pool, client } = await setUp();
    assert.equal((await signUp(client)).UserConfirmed, true);
    const { status, email_verified } = await lookUp(pool);
    assert.deepEqual([status, email_verified], ['CONFIRMED', undefined]);
  });

  it('moves an alias to the new user whom it vouches for', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: true });
    const { pool, client } = await setUp({ AliasAttributes: ['email', 'phone_number'] });
    const attributes = { email, phone_number: '+15550001234' };
    await world.signUp(client, 'first', attributes);
    await world.signUp(client, 'second', attributes);
    assert.equal((await lookUp(pool, email)).sub, (await lookUp(pool, 'second')).sub);
    const loser = await lookUp(pool, 'first');
    assert.deepEqual([loser.email_verified, loser.phone_number_verified], ['false', 'false']);
  });

  it('cannot vouch for what is not there, or for somebody whom it does not confirm', async () => {
    const { pool, client } = await setUp();
    recorder.respond('PreSignUp', { autoConfirmUser: true, autoVerifyPhone: true });
    await assert.rejects(signUp(client), { name: 'InvalidLambdaResponseException' });
    recorder.respond('PreSignUp', { autoVerifyEmail: true });
    await assert.rejects(signUp(client), {
      name: 'InvalidLambdaResponseException',
      message: 'Phone or email cannot be auto verified, when user is not being auto confirmed.',
    });
    await isNobody(pool);
    assert.deepEqual(recorder.fired(), ['PreSignUp_SignUp', 'PreSignUp_SignUp']);
  });

  it('stores nothing when it refuses, cannot be reached, or says what nobody understands', async () => {
    for (const { arn, error } of recorder.broken('PreSignUp')) {
      const { pool, client } = await setUpBroken('PreSignUp', arn);
      await assert.rejects(signUp(client), error);
      await isNobody(pool);
    }
  });

  it('is not asked about what would be refused anyway', async () => {
    const { client } = await setUp();
    await signUp(client);
    recorder.events();
    await assert.rejects(signUp(client), { name: 'UsernameExistsException' });
    await assert.rejects(world.signUp(client, 'joan', {}, { Password: 'weak' }), { name: 'InvalidPasswordException' });
    await assert.rejects(world.signUp(client, 'joan', { email: 'nowhere' }), { name: 'InvalidParameterException' });
    assert.deepEqual(recorder.fired(), []);
  });

  it('lets somebody sign in without a word who was confirmed with an address that codes would go to', async () => {
    const choice = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } };
    const { client } = await setUp(choice, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
    recorder.respond('PreSignUp', { autoConfirmUser: true, autoVerifyEmail: true });
    const { Session } = await signUp(client, { Password: undefined });
    const signedIn = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'jane' },
      Session,
    });
    assert.ok(signedIn.AuthenticationResult?.AccessToken);
    recorder.respond('PreSignUp', { autoConfirmUser: true });
    assert.equal((await world.signUp(client, 'joan', { email: 'joan@example.com' })).Session, undefined);
  });
});

describe('PreSignUp of AdminCreateUser', () => {
  const create = (pool: string, more: object = {}) =>
    world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: 'jane',
      UserAttributes: attributeList({ email }),
      ...more,
    });

  it('is told of the account and cannot confirm it', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: true });
    const { pool } = await setUp();
    await create(pool, {
      ValidationData: [{ Name: 'ticket', Value: '7' }],
      ClientMetadata: { by: 'support' },
    });
    const [event, ...others] = recorder.events();
    assert.equal(event?.triggerSource, 'PreSignUp_AdminCreateUser');
    assert.equal(event?.callerContext.clientId, 'CLIENT_ID_NOT_APPLICABLE');
    assert.deepEqual(event?.request, {
      userAttributes: { email },
      validationData: { ticket: '7' },
      clientMetadata: { by: 'support' },
    });
    assert.deepEqual(
      others.map(({ triggerSource }) => triggerSource),
      ['CustomMessage_AdminCreateUser'],
    );
    const { status, email_verified } = await lookUp(pool);
    assert.deepEqual([status, email_verified], ['FORCE_CHANGE_PASSWORD', undefined]);
  });

  it('is not asked again when the invitation is sent again, and PostConfirmation never', async () => {
    const { pool } = await setUp();
    await create(pool, { MessageAction: 'SUPPRESS' });
    assert.deepEqual(recorder.fired(), ['PreSignUp_AdminCreateUser']);
    await create(pool, { MessageAction: 'RESEND' });
    assert.deepEqual(recorder.fired(), ['CustomMessage_AdminCreateUser']);
    await world.aws.adminSetUserPassword({
      UserPoolId: pool,
      Username: 'jane',
      Password: goodPassword,
      Permanent: true,
    });
    assert.deepEqual(recorder.fired(), []);
  });

  it('stores nothing when it refuses, cannot be reached, or says what nobody understands', async () => {
    for (const { arn, error } of recorder.broken('PreSignUp')) {
      const { pool } = await setUpBroken('PreSignUp', arn);
      await assert.rejects(create(pool), error);
      await isNobody(pool);
    }
  });

  it('is not asked about what would be refused anyway', async () => {
    const { pool } = await setUp();
    await create(pool, { MessageAction: 'SUPPRESS' });
    recorder.events();
    await assert.rejects(create(pool, { MessageAction: 'SUPPRESS' }), { name: 'UsernameExistsException' });
    await assert.rejects(create(pool, { TemporaryPassword: 'weak' }), { name: 'InvalidPasswordException' });
    assert.deepEqual(recorder.fired(), []);
  });
});

/** Each way in which an account is confirmed, or its password set anew: what comes before, and the operation. */
type Way = {
  source: string;
  prepare(pool: string, client: string): Promise<string>;
  confirm(pool: string, client: string, code: string, ClientMetadata?: Record<string, string>): Promise<unknown>;
};
let people = 0;
const ways = {
  ConfirmSignUp: {
    source: 'PostConfirmation_ConfirmSignUp',
    async prepare(_pool, client) {
      const address = `sign-up-${++people}@example.com`;
      await world.signUp(client, 'jane', { email: address });
      return world.codeTo(address);
    },
    confirm: (_pool, client, code, ClientMetadata) =>
      world.browser.confirmSignUp({ ClientId: client, Username: 'jane', ConfirmationCode: code, ClientMetadata }),
  },
  AdminConfirmSignUp: {
    source: 'PostConfirmation_ConfirmSignUp',
    async prepare(_pool, client) {
      await signUp(client);
      return '';
    },
    confirm: (pool, _client, _code, ClientMetadata) =>
      world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'jane', ClientMetadata }),
  },
  ConfirmForgotPassword: {
    source: 'PostConfirmation_ConfirmForgotPassword',
    async prepare(pool, client) {
      const address = `forgetful-${++people}@example.com`;
      await world.createUser(pool, 'jane', 'Forgotten-Horse-7', { email: address, email_verified: 'true' });
      await world.browser.forgotPassword({ ClientId: client, Username: 'jane' });
      return world.codeTo(address);
    },
    confirm: (_pool, client, code, ClientMetadata) =>
      world.browser.confirmForgotPassword({
        ClientId: client,
        Username: 'jane',
        ConfirmationCode: code,
        Password: goodPassword,
        ClientMetadata,
      }),
  },
} as const satisfies Record<string, Way>;

describe('PostConfirmation', () => {
  for (const [operation, { source, prepare, confirm }] of Object.entries<Way>(ways)) {
    it(`of ${operation} is told of the user as they are now, and of ClientMetadata`, async () => {
      const { pool, client } = await setUp();
      const code = await prepare(pool, client);
      recorder.events();
      await confirm(pool, client, code, { shown: 'welcome' });
      const [event, ...others] = recorder.events();
      const { status, ...attributes } = await lookUp(pool);
      assert.equal(status, 'CONFIRMED');
      assert.equal(event?.triggerSource, source);
      assert.deepEqual(event?.request, {
        userAttributes: { ...attributes, 'cognito:user_status': 'CONFIRMED' },
        clientMetadata: { shown: 'welcome' },
      });
      const clientId = operation.startsWith('Admin') ? 'CLIENT_ID_NOT_APPLICABLE' : client;
      assert.equal(event?.callerContext.clientId, clientId);
      assert.deepEqual(others, []);
      assert.ok((await world.signIn(client, 'jane')).AccessToken);
    });

    it(`of ${operation} reaches the caller when it goes wrong, and the user stays confirmed`, async () => {
      for (const { arn, error } of recorder.broken('PostConfirmation')) {
        const { pool, client } = await setUpBroken('PostConfirmation', arn);
        const code = await prepare(pool, client);
        await assert.rejects(confirm(pool, client, code), error);
        assert.equal((await lookUp(pool)).status, 'CONFIRMED');
        assert.ok((await world.signIn(client, 'jane')).AccessToken);
        await assert.rejects(confirm(pool, client, code));
      }
    });
  }

  it('of a sign-up that is confirmed at once reaches the caller when it goes wrong, and the user stays confirmed', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true });
    for (const { arn, error } of recorder.broken('PostConfirmation')) {
      const { pool, client } = await setUp({ LambdaConfig: { PreSignUp: recorder.arn, PostConfirmation: arn } });
      await assert.rejects(signUp(client), error);
      assert.equal((await lookUp(pool)).status, 'CONFIRMED');
    }
  });

  it('is not called for wrong codes', async () => {
    const { pool, client } = await setUp();
    for (const operation of ['ConfirmSignUp', 'ConfirmForgotPassword'] as const) {
      const fresh = operation === 'ConfirmSignUp' ? { pool, client } : await setUp();
      await ways[operation].prepare(fresh.pool, fresh.client);
      recorder.events();
      await assert.rejects((ways[operation] as Way).confirm(fresh.pool, fresh.client, '000000'), {
        name: 'CodeMismatchException',
      });
      assert.deepEqual(recorder.fired(), []);
    }
  });

  it('is not called when a first sign-in by a code confirms the account: Cognito names three operations', async () => {
    const choice = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } };
    const { pool, client } = await setUp(
      { ...choice, AutoVerifiedAttributes: [] },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
    );
    const address = 'code@example.com';
    await world.signUp(client, 'jane', { email: address });
    const { Session } = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'jane', PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    });
    await world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'EMAIL_OTP',
      Session,
      ChallengeResponses: { USERNAME: 'jane', EMAIL_OTP_CODE: await world.codeTo(address) },
    });
    assert.equal((await lookUp(pool)).status, 'CONFIRMED');
    assert.deepEqual(
      recorder.fired().filter(source => source.startsWith('PostConfirmation')),
      [],
    );
  });
});
