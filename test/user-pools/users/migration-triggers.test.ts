/** UserMigration: somebody whom the pool does not know signs in, or has forgotten a password, and another directory knows them. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { CreateUserPoolClientCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { createRecorder, type Recorder } from '../../support/triggers.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, srpSignIn } from '../sign-in/srp.ts';

let recorder: Recorder;
let world: World;
before(async () => {
  recorder = createRecorder();
  world = await startWorld({ settings: recorder.settings });
});
beforeEach(() => recorder.reset());
after(async () => {
  await closeSrp();
  await world.stop();
  recorder.remove();
});

const email = 'jane@example.com';
const found = {
  userAttributes: { email, email_verified: 'true' },
  finalUserStatus: 'CONFIRMED',
  messageAction: 'SUPPRESS',
};
/** Shorter than the pool's policy allows. */
const oldPassword = 'horse';

const setUp = async (options: object = {}, client: Partial<CreateUserPoolClientCommandInput> = {}) => {
  const pool = await world.createPool({ LambdaConfig: recorder.lambdaConfig, ...options });
  const ExplicitAuthFlows: CreateUserPoolClientCommandInput['ExplicitAuthFlows'] = [
    'ALLOW_USER_PASSWORD_AUTH',
    'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    'ALLOW_USER_SRP_AUTH',
    'ALLOW_USER_AUTH',
  ];
  return { pool, client: await world.createClient(pool, { ExplicitAuthFlows, ...client }) };
};
const hidden = { PreventUserExistenceErrors: 'ENABLED' as const };
const signIn = (client: string, USERNAME = 'jane', PASSWORD = oldPassword, ClientMetadata?: Record<string, string>) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME, PASSWORD },
    ClientMetadata,
  });
const lookUp = async (pool: string, username = 'jane') => {
  const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: username });
  const given = (user.UserAttributes ?? []).filter(({ Name }) => Name !== 'sub');
  const attributes: Record<string, string | undefined> = Object.fromEntries(
    given.map(({ Name, Value }) => [Name, Value]),
  );
  return { ...user, attributes };
};
const isNobody = (pool: string, username = 'jane') =>
  assert.rejects(lookUp(pool, username), { name: 'UserNotFoundException' });
const cannotMigrate = (client: string) => ({
  name: 'UserNotFoundException',
  message: `Exception migrating user in app client ${client}`,
});
const incorrect = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

describe('UserMigration at sign-in', () => {
  it('makes a user of whom the function knows, with the password that was given, and signs them in', async () => {
    recorder.respond('UserMigration', { ...found, userAttributes: { ...found.userAttributes, name: 'Jane' } });
    const { pool, client } = await setUp();
    const { AuthenticationResult } = await signIn(client, 'jane', oldPassword, { device: 'phone' });
    assert.ok(AuthenticationResult?.AccessToken);
    const [event, ...others] = recorder.events();
    assert.deepEqual(
      { ...event, callerContext: event?.callerContext.clientId },
      {
        version: '1',
        triggerSource: 'UserMigration_Authentication',
        region: 'us-east-1',
        userPoolId: pool,
        userName: 'jane',
        callerContext: client,
        request: { password: oldPassword, validationData: { device: 'phone' }, userAttributes: null },
        response: {
          userAttributes: null,
          finalUserStatus: null,
          messageAction: null,
          desiredDeliveryMediums: null,
          forceAliasCreation: null,
          enableSMSMFA: null,
        },
      },
    );
    assert.deepEqual(
      others.map(({ triggerSource }) => triggerSource),
      [
        'PreSignUp_AdminCreateUser',
        'PreAuthentication_Authentication',
        'PostAuthentication_Authentication',
        'TokenGeneration_Authentication',
      ],
    );
    assert.deepEqual(others[0]?.request, {
      userAttributes: { email, email_verified: 'true', name: 'Jane' },
      validationData: { device: 'phone' },
    });
    const { UserStatus, attributes } = await lookUp(pool);
    assert.equal(UserStatus, 'CONFIRMED');
    assert.deepEqual(attributes, { email, email_verified: 'true', name: 'Jane' });

    assert.ok((await signIn(client)).AuthenticationResult);
    await assert.rejects(signIn(client, 'jane', 'another'), incorrect);
    assert.ok(!recorder.fired().includes('UserMigration_Authentication'));
    const srp = { aws: world.browser, clock: world.clock, pool, client, username: 'jane', password: oldPassword };
    assert.ok((await srpSignIn(srp)).AuthenticationResult);
  });

  const flows: Record<string, (pool: string, client: string) => Promise<{ AuthenticationResult?: object }>> = {
    ADMIN_USER_PASSWORD_AUTH: (pool, client) =>
      world.aws.adminInitiateAuth({
        UserPoolId: pool,
        ClientId: client,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'jane', PASSWORD: oldPassword },
      }),
    ADMIN_NO_SRP_AUTH: (pool, client) =>
      world.aws.adminInitiateAuth({
        UserPoolId: pool,
        ClientId: client,
        AuthFlow: 'ADMIN_NO_SRP_AUTH',
        AuthParameters: { USERNAME: 'jane', PASSWORD: oldPassword },
      }),
    'USER_AUTH with PASSWORD': (_pool, client) =>
      world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: 'jane', PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: oldPassword },
      }),
  };
  for (const [flow, take] of Object.entries(flows)) {
    it(`goes on from ${flow}`, async () => {
      recorder.respond('UserMigration', found);
      const { pool, client } = await setUp();
      assert.ok((await take(pool, client)).AuthenticationResult);
      assert.deepEqual(recorder.fired(), [
        'UserMigration_Authentication',
        'PreSignUp_AdminCreateUser',
        'PreAuthentication_Authentication',
        'PostAuthentication_Authentication',
        'TokenGeneration_Authentication',
      ]);
    });
  }

  it('is asked about the answer to a choice, where the client hides who exists, and told its ClientMetadata', async () => {
    recorder.respond('UserMigration', found);
    const { client } = await setUp({}, hidden);
    for (const [USERNAME, name, answers] of [
      ['jane', 'PASSWORD', { PASSWORD: oldPassword }],
      ['joan', 'SELECT_CHALLENGE', { ANSWER: 'PASSWORD', PASSWORD: oldPassword }],
    ] as const) {
      recorder.respond('UserMigration', { ...found, userAttributes: { name: USERNAME } });
      const { Session } = await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME },
      });
      assert.deepEqual(recorder.fired(), ['PreAuthentication_Authentication']);
      const done = await world.browser.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: name,
        Session,
        ChallengeResponses: { USERNAME, ...answers },
        ClientMetadata: { device: 'phone' },
      });
      assert.ok(done.AuthenticationResult);
      const [event] = recorder.events();
      assert.deepEqual(event?.request, {
        password: oldPassword,
        validationData: null,
        clientMetadata: { device: 'phone' },
        userAttributes: null,
      });
    }
  });

  it('is not asked where the password does not travel, nor about users whom the pool knows', async () => {
    recorder.respond('UserMigration', found);
    const { pool, client } = await setUp();
    await assert.rejects(srpSignIn({ aws: world.browser, clock: world.clock, pool, client, username: 'jane' }), {
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
    await assert.rejects(
      world.browser.initiateAuth({ ClientId: client, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: 'jane' } }),
      { name: 'UserNotFoundException' },
    );
    await world.createUser(pool, 'known');
    recorder.events();
    await assert.rejects(signIn(client, 'known', 'wrong'), incorrect);
    assert.deepEqual(recorder.fired(), ['PreAuthentication_Authentication']);
  });

  it('leaves a user behind who has to reset the password, unless the function confirms them', async () => {
    recorder.respond('UserMigration', { ...found, finalUserStatus: null });
    for (const options of [{}, hidden]) {
      const { pool, client } = await setUp({}, options);
      await assert.rejects(signIn(client), { name: 'PasswordResetRequiredException' });
      assert.equal((await lookUp(pool)).UserStatus, 'RESET_REQUIRED');
      await assert.rejects(signIn(client), { name: 'PasswordResetRequiredException' });
      await world.browser.forgotPassword({ ClientId: client, Username: 'jane' });
      await world.browser.confirmForgotPassword({
        ClientId: client,
        Username: 'jane',
        ConfirmationCode: await world.codeTo(email),
        Password: goodPassword,
      });
      assert.ok((await signIn(client, 'jane', goodPassword)).AuthenticationResult);
    }
  });

  it('stores nothing when the function refuses, cannot be reached, or says what nobody understands', async () => {
    for (const { arn, error } of recorder.broken('UserMigration')) {
      const { pool, client } = await setUp({ LambdaConfig: { UserMigration: arn } });
      await assert.rejects(signIn(client), error);
      await isNobody(pool);
      const discreet = await world.createClient(pool, hidden);
      await assert.rejects(signIn(discreet), incorrect);
    }
    for (const { arn, error } of recorder.broken('PreSignUp')) {
      recorder.respond('UserMigration', found);
      const { pool, client } = await setUp({ LambdaConfig: { UserMigration: recorder.arn, PreSignUp: arn } });
      await assert.rejects(signIn(client), error);
      await isNobody(pool);
    }
  });

  const unusable: Record<string, object> = {
    'no attributes': { finalUserStatus: 'CONFIRMED' },
    'no attribute': { userAttributes: {} },
    'a sub': { userAttributes: { email, sub: 'f2b4e3a0-0000-4000-8000-000000000000' } },
    'an attribute that the pool does not have': { userAttributes: { 'custom:unknown': 'x' } },
    'a character that no text has': { userAttributes: { name: 'Jane\u0000' } },
    'half a character': { userAttributes: { name: 'Jane\ud800' } },
    'an address that is none': { userAttributes: { email: 'nowhere' } },
    'another username': { userAttributes: { email, username: 'joan' } },
    'SMS in a pool without it': { userAttributes: { phone_number: '+15550001234' }, enableSMSMFA: true },
  };
  for (const [what, response] of Object.entries(unusable)) {
    it(`makes no user of an answer with ${what}`, async () => {
      recorder.respond('UserMigration', { ...found, ...response });
      if (what === 'no attributes') recorder.respond('UserMigration', response);
      const { pool, client } = await setUp();
      await assert.rejects(signIn(client), cannotMigrate(client));
      await isNobody(pool);
      assert.deepEqual(recorder.fired(), ['UserMigration_Authentication']);
      await assert.rejects(signIn(await world.createClient(pool, hidden)), incorrect);
    });
  }

  it('does not make users of names that cannot be one', async () => {
    recorder.respond('UserMigration', found);
    const { client } = await setUp();
    for (const name of ['two words', 'x'.repeat(129), '\u0001'])
      await assert.rejects(signIn(client, name), cannotMigrate(client));
  });

  it('counts the passwords that the function refuses, as of anybody', async () => {
    recorder.fail('UserMigration', 'Bad password');
    const { client } = await setUp();
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, (_, count) => signIn(client, 'jane', `try-${count}`)),
    );
    const said = Map.groupBy(tries, each => (each.status === 'rejected' ? each.reason.message : 'signed in'));
    assert.deepEqual(Object.fromEntries([...said].map(([message, { length }]) => [message, length])), {
      'UserMigration failed with error Bad password.': 5,
      'Password attempts exceeded': 7,
    });
    assert.equal(recorder.fired().length, 5);
    recorder.respond('UserMigration', found);
    await assert.rejects(signIn(client), { message: 'Password attempts exceeded' });
    world.clock.advance(2000);
    assert.ok((await signIn(client)).AuthenticationResult);
  });

  it('makes one user of two sign-ins at once', async () => {
    recorder.respond('UserMigration', found);
    const { pool, client } = await setUp();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => signIn(client)));
    assert.ok(outcomes.every(({ AuthenticationResult }) => AuthenticationResult));
    const { Users } = await world.aws.listUsers({ UserPoolId: pool });
    assert.equal(Users?.length, 1);
    assert.equal(recorder.fired().filter(source => source.startsWith('UserMigration')).length, 1);
  });

  it('makes one user of a sign-in and a forgotten password at once', async () => {
    recorder.respond('UserMigration', found);
    const { pool, client } = await setUp();
    const forgotten = world.browser.forgotPassword({ ClientId: client, Username: 'jane' });
    await Promise.allSettled([signIn(client), forgotten]);
    assert.ok((await forgotten).CodeDeliveryDetails);
    const { Users } = await world.aws.listUsers({ UserPoolId: pool });
    assert.equal(Users?.length, 1);
  });
});

describe('The names of migrated users', () => {
  it('are e-mail addresses where these are the usernames', async () => {
    recorder.respond('UserMigration', { ...found, userAttributes: { email_verified: 'true', name: 'Jane' } });
    const { pool, client } = await setUp({ UsernameAttributes: ['email'] });
    assert.ok((await signIn(client, email)).AuthenticationResult);
    assert.equal((await lookUp(pool, email)).attributes.email_verified, 'true');
    recorder.respond('UserMigration', found);
    await assert.rejects(signIn(client, 'other@example.com'), cannotMigrate(client));
    await isNobody(pool, 'other@example.com');
  });

  it('are chosen by the function where people sign in by an alias, which must be theirs', async () => {
    const { pool, client } = await setUp({ AliasAttributes: ['email'] });
    recorder.respond('UserMigration', found);
    await assert.rejects(signIn(client, email), cannotMigrate(client));
    recorder.respond('UserMigration', { ...found, userAttributes: { email, username: 'jane' } });
    await assert.rejects(
      signIn(client, email),
      cannotMigrate(client),
      'the address is not verified: nobody could sign in',
    );
    recorder.respond('UserMigration', { ...found, userAttributes: { ...found.userAttributes, username: 'jane' } });
    assert.ok((await signIn(client, email)).AuthenticationResult);
    assert.equal((await lookUp(pool, email)).Username, 'jane');
  });

  it('do not take an alias from somebody, unless the function says so', async () => {
    const { pool, client } = await setUp({ AliasAttributes: ['email'] });
    await world.createUser(pool, 'holder', goodPassword, { email, email_verified: 'true' });
    recorder.respond('UserMigration', found);
    await assert.rejects(signIn(client, 'jane'), cannotMigrate(client));
    recorder.respond('UserMigration', { ...found, forceAliasCreation: true });
    assert.ok((await signIn(client, 'jane')).AuthenticationResult);
    assert.equal((await lookUp(pool, email)).Username, 'jane');
    assert.equal((await lookUp(pool, 'holder')).attributes.email_verified, 'false');
  });
});

describe('What a migrated user begins with', () => {
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
  const phone_number = '+15550001234';

  it('is SMS as a second factor where the function says so', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', SmsConfiguration });
    recorder.respond('UserMigration', { ...found, userAttributes: { phone_number }, enableSMSMFA: true });
    assert.equal((await signIn(client)).ChallengeName, 'SMS_MFA');
    assert.deepEqual((await lookUp(pool)).UserMFASettingList, ['SMS_MFA']);
  });

  it('is a welcome by SMS, or where the function wants it, unless it is suppressed', async () => {
    const media: [object, string[]][] = [
      [{ messageAction: null }, ['SMS']],
      [{ messageAction: null, desiredDeliveryMediums: ['EMAIL'] }, ['EMAIL']],
      [{ messageAction: null, desiredDeliveryMediums: ['SMS', 'EMAIL'] }, ['EMAIL', 'SMS']],
      [{}, []],
    ];
    for (const [index, [response, expected]] of media.entries()) {
      const attributes = { email: `welcome-${index}@example.com`, phone_number: `+1555000200${index}` };
      recorder.respond('UserMigration', { ...found, userAttributes: attributes, ...response });
      const { client } = await setUp();
      assert.ok((await signIn(client)).AuthenticationResult);
      const mail = [...(await world.mailTo(attributes.email)), ...(await world.mailTo(attributes.phone_number))];
      assert.deepEqual(mail.map(({ medium }) => medium).sort(), expected);
      for (const { text } of mail) assert.ok(!text.includes(oldPassword));
    }
  });
});

describe('UserMigration of ForgotPassword', () => {
  const forget = (client: string, Username = 'jane', ClientMetadata?: Record<string, string>) =>
    world.browser.forgotPassword({ ClientId: client, Username, ClientMetadata });

  it('makes a user of whom the function knows, to whom the code then goes', async () => {
    const address = 'forgetful@example.com';
    recorder.respond('UserMigration', { ...found, userAttributes: { email: address, email_verified: 'true' } });
    const { pool, client } = await setUp();
    const { CodeDeliveryDetails } = await forget(client, 'jane', { from: 'app' });
    assert.equal(CodeDeliveryDetails?.Destination, 'f***@e***');
    const [event, ...others] = recorder.events();
    assert.equal(event?.triggerSource, 'UserMigration_ForgotPassword');
    assert.deepEqual(event?.request, { validationData: null, clientMetadata: { from: 'app' }, userAttributes: null });
    assert.deepEqual(
      others.map(({ triggerSource, request }) => [triggerSource, request.clientMetadata]),
      ['PreSignUp_AdminCreateUser', 'CustomMessage_ForgotPassword'].map(source => [source, { from: 'app' }]),
    );
    assert.ok((await lookUp(pool)).Enabled);
    await assert.rejects(signIn(client), { name: 'NotAuthorizedException' });
    await world.browser.confirmForgotPassword({
      ClientId: client,
      Username: 'jane',
      ConfirmationCode: await world.codeTo(address),
      Password: goodPassword,
    });
    assert.ok((await signIn(client, 'jane', goodPassword)).AuthenticationResult);
  });

  it('tells clients that hide who exists nothing of what goes wrong', async () => {
    for (const { arn, error } of recorder.broken('UserMigration')) {
      const { pool, client } = await setUp({ LambdaConfig: { UserMigration: arn } });
      await assert.rejects(forget(client), error);
      const discreet = await world.createClient(pool, hidden);
      assert.ok((await forget(discreet)).CodeDeliveryDetails);
      await assert.rejects(
        world.browser.confirmForgotPassword({
          ClientId: discreet,
          Username: 'jane',
          ConfirmationCode: '000000',
          Password: goodPassword,
        }),
        { name: 'CodeMismatchException' },
      );
      await isNobody(pool);
    }
    recorder.respond('UserMigration', {});
    const { client } = await setUp();
    await assert.rejects(forget(client), cannotMigrate(client));
  });

  it('is asked only so often about one name', async () => {
    recorder.fail('UserMigration', 'nobody');
    const { client } = await setUp();
    for (let count = 0; count < 20; count++)
      await assert.rejects(forget(client), { name: 'UserLambdaValidationException' });
    await assert.rejects(forget(client), { name: 'LimitExceededException' });
    assert.equal(recorder.fired().length, 20);
  });
});
