/** CUSTOM_AUTH: the pool's own functions ask and judge; what they do wrong harms nobody. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, srpSignIn } from './srp.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const functionsFile = new URL('../triggers/functions/magic-word.mjs', import.meta.url).pathname;
const names = [
  'define',
  'create',
  'verify',
  'defineByCallback',
  'defineTokensAtOnce',
  'defineThrows',
  'defineExits',
  'defineEats',
  'defineGarbage',
  'defineNothing',
  'defineWrongType',
  'definePolluting',
  'defineHuge',
  'defineForbidden',
];

let world: World;
before(async () => {
  world = await startWorld({
    settings: { CENOTE_TRIGGERS: names.map(name => `${name}=module:${functionsFile}#${name}`).join() },
  });
});
after(async () => {
  await closeSrp();
  await world.stop();
});

const setUp = async (define = 'define', more: object = {}, client: object = {}) => {
  const pool = await world.createPool({
    LambdaConfig: {
      DefineAuthChallenge: arnOf(define),
      CreateAuthChallenge: arnOf('create'),
      VerifyAuthChallengeResponse: arnOf('verify'),
    },
    ...more,
  });
  const id = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'], ...client });
  await world.createUser(pool, 'jane', goodPassword, { phone_number: '+15550001234' });
  return { pool, client: id };
};
const begin = (client: string, USERNAME = 'jane', more: Record<string, string> = {}) =>
  world.browser.initiateAuth({ ClientId: client, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME, ...more } });
const reply = (client: string, Session: string | undefined, ANSWER: string, more: object = {}) =>
  world.browser.respondToAuthChallenge({
    ClientId: client,
    ChallengeName: 'CUSTOM_CHALLENGE',
    Session,
    ChallengeResponses: { USERNAME: 'jane', ANSWER },
    ...more,
  });

describe('custom authentication', () => {
  it('asks what the functions ask, and gives tokens when they say so', async () => {
    const { client } = await setUp();
    const asked = await begin(client);
    assert.equal(asked.ChallengeName, 'CUSTOM_CHALLENGE');
    assert.deepEqual(asked.ChallengeParameters, { USERNAME: 'jane', hint: 'word 0' });
    assert.ok(!Buffer.from(asked.Session ?? '', 'base64url').includes('magic'));
    const again = await reply(client, asked.Session, 'sesame');
    assert.deepEqual(again.ChallengeParameters, { USERNAME: 'jane', hint: 'word 1' });
    await assert.rejects(reply(client, asked.Session, 'magic-jane'), {
      message: 'Invalid session for the user, session can only be used once.',
    });
    const done = await reply(client, again.Session, 'magic-jane');
    assert.ok(done.AuthenticationResult?.AccessToken);
    await assert.rejects(reply(client, again.Session, 'magic-jane'), { name: 'NotAuthorizedException' });
  });

  it('ends after as many wrong answers as the function allows', async () => {
    const { client } = await setUp();
    let { Session } = await begin(client);
    ({ Session } = await reply(client, Session, 'one'));
    ({ Session } = await reply(client, Session, 'two'));
    await assert.rejects(reply(client, Session, 'three'), {
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
  });

  it('hands ClientMetadata to the functions', async () => {
    const { client } = await setUp();
    const { Session } = await begin(client);
    const done = await reply(client, Session, 'whatever', { ClientMetadata: { sesame: 'open' } });
    assert.ok(done.AuthenticationResult);
  });

  it('takes functions that answer by callback', async () => {
    const { client } = await setUp('defineByCallback');
    assert.equal((await begin(client)).ChallengeName, 'CUSTOM_CHALLENGE');
  });

  it('checks the password first where the client begins with SRP', async () => {
    const { pool, client } = await setUp();
    const way = { aws: world.browser, clock: world.clock, pool, client, username: 'jane', custom: true };
    const afterPassword = await srpSignIn(way);
    assert.equal(afterPassword.ChallengeName, 'CUSTOM_CHALLENGE');
    const done = await reply(client, afterPassword.Session, 'magic-jane');
    assert.ok(done.AuthenticationResult);
    await assert.rejects(srpSignIn({ ...way, password: 'Wrong-Horse-7' }), { name: 'NotAuthorizedException' });
  });

  it('does not get past a second factor or a temporary password', async () => {
    const { pool, client } = await setUp('define', {
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pool,
      MfaConfiguration: 'ON',
      SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
    });
    const mfa = await reply(client, (await begin(client)).Session, 'magic-jane');
    assert.equal(mfa.ChallengeName, 'SMS_MFA');
    assert.equal(mfa.AuthenticationResult, undefined);

    const second = await setUp();
    await world.aws.adminSetUserPassword({
      UserPoolId: second.pool,
      Username: 'jane',
      Password: goodPassword,
      Permanent: false,
    });
    const temporary = await reply(second.client, (await begin(second.client)).Session, 'magic-jane');
    assert.equal(temporary.ChallengeName, 'NEW_PASSWORD_REQUIRED');
  });

  it('never signs in a name that nobody has, and does not tell so where the client hides users', async () => {
    const { client } = await setUp('define', {}, { PreventUserExistenceErrors: 'ENABLED' });
    const asked = await begin(client, 'nobody');
    assert.deepEqual(asked.ChallengeParameters, { USERNAME: 'nobody', hint: 'word 0' });
    const next = await world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session: asked.Session,
      ChallengeResponses: { USERNAME: 'nobody', ANSWER: 'magic-nobody' },
    });
    assert.equal(next.ChallengeName, 'CUSTOM_CHALLENGE');
    const eager = await setUp('defineTokensAtOnce', {}, { PreventUserExistenceErrors: 'ENABLED' });
    await assert.rejects(begin(eager.client, 'nobody'), { message: 'Incorrect username or password.' });
    const told = await setUp();
    await assert.rejects(begin(told.client, 'nobody'), { name: 'UserNotFoundException' });
  });

  it('is refused without its three functions', async () => {
    const pool = await world.createPool({ LambdaConfig: { DefineAuthChallenge: arnOf('define') } });
    const client = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] });
    await world.createUser(pool, 'jane');
    await assert.rejects(begin(client), {
      name: 'InvalidParameterException',
      message: 'Custom auth lambda trigger is not configured for the user pool.',
    });
  });
});

describe('a function that goes wrong', () => {
  const outcomes: [define: string, name: string, message: string | RegExp][] = [
    ['defineThrows', 'UserLambdaValidationException', 'DefineAuthChallenge failed with error no entry.'],
    ['defineExits', 'UnexpectedLambdaException', /^DefineAuthChallenge invocation failed due to error \w+\.$/],
    ['defineEats', 'UnexpectedLambdaException', /^DefineAuthChallenge /],
    ['defineGarbage', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['defineNothing', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['defineWrongType', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['defineHuge', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['defineForbidden', 'InvalidLambdaResponseException', 'Unrecognizable lambda output'],
    ['definePolluting', 'NotAuthorizedException', 'Incorrect username or password.'],
    [
      'unknownFunction',
      'UnexpectedLambdaException',
      'DefineAuthChallenge invocation failed due to error ResourceNotFoundException.',
    ],
  ];
  for (const [define, name, message] of outcomes) {
    it(`${define}: ${name}`, async () => {
      const { client } = await setUp(define);
      await assert.rejects(begin(client), { name, message });
    });
  }
});
