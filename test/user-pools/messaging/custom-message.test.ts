/** CustomMessage: which operations ask the function, what it is told, what becomes of its words, and what of its errors. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createRecorder, type Recorder } from '../../support/triggers.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';
import { clientOfAll, newPerson, occasions, poolOfAll } from './occasions.ts';

let recorder: Recorder;
let world: World;
before(async () => {
  recorder = createRecorder();
  world = await startWorld({ settings: { ...recorder.settings, CENOTE_LOG_LEVEL: 'silent' } });
});
beforeEach(() => recorder.reset());
after(async () => {
  await world.stop();
  recorder.remove();
});

const invitation = 'Your name is {username}, your password {####}';
const words = { emailSubject: 'To {username}', emailMessage: '<p>Take <b>{####}</b></p>', smsMessage: 'Take {####}' };

const pools = new Map<string, Promise<[pool: string, client: string]>>();
/** Somebody new; the pool is the same for the same options. */
const setUp = async (options: object = {}, clientOptions: object = {}) => {
  const key = JSON.stringify([options, clientOptions]);
  const create = async (): Promise<[string, string]> => {
    const pool = await world.createPool({ ...poolOfAll, LambdaConfig: recorder.lambdaConfig, ...options });
    return [pool, await world.createClient(pool, { ...clientOfAll, ...clientOptions })];
  };
  const made = pools.get(key) ?? create();
  pools.set(key, made);
  return newPerson(world, ...(await made));
};
const newest = async (destination: string) => {
  const [mail] = await world.mailTo(destination);
  assert.ok(mail, `nothing was sent to ${destination}`);
  return mail;
};
/** AdminCreateUser is heard in some other test as well: nobody else is asked for both placeholders. */
const wordsFor = (occasion: string) =>
  occasion === 'AdminCreateUser' ? { ...words, emailMessage: invitation, smsMessage: invitation } : words;

describe('CustomMessage', () => {
  for (const { operation, occasion, before: others, byAdmin, prepare } of occasions) {
    it(`words the message of ${operation}`, async () => {
      const person = await setUp();
      const act = await prepare(person);
      recorder.reset();
      recorder.respond('CustomMessage', wordsFor(occasion));
      await act({ ClientMetadata: { lang: 'fr' } });
      const events = recorder.events();
      assert.deepEqual(
        events.map(({ triggerSource }) => triggerSource),
        [...others, `CustomMessage_${occasion}`],
      );
      const { request, response, callerContext, userName } = events.at(-1) as (typeof events)[number];
      assert.equal(userName, person.name);
      assert.equal(callerContext.clientId, byAdmin ? 'CLIENT_ID_NOT_APPLICABLE' : person.client);
      const { userAttributes, ...rest } = request;
      assert.match(userAttributes.sub, /^[0-9a-f-]{36}$/);
      assert.ok(userAttributes['cognito:user_status']);
      assert.equal(userAttributes.email, person.email);
      assert.deepEqual(rest, {
        codeParameter: '{####}',
        linkParameter: '{##Click Here##}',
        usernameParameter: occasion === 'AdminCreateUser' ? '{username}' : null,
        clientMetadata: { lang: 'fr' },
      });
      assert.deepEqual(response, { smsMessage: null, emailMessage: null, emailSubject: null });

      const { subject, html, text } = await newest(person.email);
      assert.equal(subject, `To ${person.name}`);
      if (occasion === 'AdminCreateUser') assert.equal(text, `Your name is ${person.name}, your password Odd<Horse>&8`);
      else assert.match(html ?? '', /^<p>Take <b>\d{6,8}<\/b><\/p>$/);
      // Nothing was asked twice.
      assert.deepEqual(recorder.fired(), []);
    });
  }

  it('hears nothing of InitiateAuth’s ClientMetadata', async () => {
    const { client, name, email, pool } = await setUp();
    await world.createUser(pool, name, goodPassword, { email, email_verified: 'true' });
    recorder.reset();
    await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: name, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
      ClientMetadata: { lang: 'fr' },
    });
    const events = recorder.events();
    assert.deepEqual(
      events.map(({ triggerSource }) => triggerSource),
      ['PreAuthentication_Authentication', 'CustomMessage_Authentication'],
    );
    assert.equal(events[1]?.request.clientMetadata, undefined);
  });

  it('is not asked where no message is sent', async () => {
    const { pool, client, name, email } = await setUp({ Policies: {} });
    await world.createUser(pool, name);
    await refused(world.browser.forgotPassword({ ClientId: client, Username: 'nobody' }), 'UserNotFoundException');
    await refused(world.browser.forgotPassword({ ClientId: client, Username: name }), 'InvalidParameterException');
    recorder.respond('PreSignUp_SignUp', { autoConfirmUser: true });
    await world.signUp(client, `${name}x`, { email });
    assert.deepEqual(
      recorder.fired().filter(source => source.startsWith('CustomMessage')),
      [],
    );
    assert.deepEqual(await world.mailTo(email), []);
  });

  it('leaves the templates where it says nothing', async () => {
    const person = await setUp({ EmailVerificationSubject: 'Ours', EmailVerificationMessage: 'Our {####}' });
    recorder.respond('CustomMessage', { emailSubject: '', emailMessage: null });
    await world.signUp(person.client, person.name, { email: person.email });
    const { subject, text } = await newest(person.email);
    assert.equal(subject, 'Ours');
    assert.match(text, /^Our \d{6}$/);
  });

  it('words text messages of up to 140 characters', async () => {
    const person = await setUp({ AutoVerifiedAttributes: ['phone_number'], EmailConfiguration: undefined });
    recorder.respond('CustomMessage', { ...words, smsMessage: `{####}\n\n@shop.example #${'x'.repeat(100)}` });
    await world.signUp(person.client, person.name, { phone_number: person.phone });
    assert.match((await newest(person.phone)).text, /^\d{6}\n\n@shop\.example #x+$/);
    recorder.respond('CustomMessage', { smsMessage: `{####}${'x'.repeat(135)}` });
    await refused(
      world.browser.resendConfirmationCode({ ClientId: person.client, Username: person.name }),
      'InvalidParameterException',
      "1 validation error detected: Value at 'smsMessage' failed to satisfy constraint: Member must have length less than or equal to 140",
    );
  });

  it('must say where the code goes', async () => {
    const person = await setUp();
    recorder.respond('CustomMessage', { emailMessage: 'Welcome, we know you already' });
    await refused(
      world.signUp(person.client, person.name, { email: person.email }),
      'InvalidParameterException',
      String.raw`1 validation error detected: Value at 'emailBody' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
    );
    await refused(world.aws.adminGetUser({ UserPoolId: person.pool, Username: person.name }), 'UserNotFoundException');
  });

  it('must name both user and password to those who are invited: else the template stays', async () => {
    for (const emailMessage of ['Just {####}', 'Just {username}']) {
      const person = await setUp();
      recorder.respond('CustomMessage', { emailMessage, emailSubject: 'Hello' });
      await world.aws.adminCreateUser({
        UserPoolId: person.pool,
        Username: person.name,
        TemporaryPassword: goodPassword,
        UserAttributes: attributeList({ email: person.email }),
        DesiredDeliveryMediums: ['EMAIL'],
      });
      const { subject, text } = await newest(person.email);
      assert.equal(subject, 'Hello');
      assert.equal(text, `Your username is ${person.name} and temporary password is ${goodPassword}.`);
    }
  });

  it('does not word e-mail that Cognito sends from its own account', async () => {
    const person = await setUp({ EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' } });
    for (const member of [{ emailMessage: 'Take {####}' }, { emailSubject: 'Take' }]) {
      recorder.respond('CustomMessage', member);
      await refused(
        world.signUp(person.client, person.name, { email: person.email }),
        'InvalidLambdaResponseException',
        'CustomMessage returned emailMessage or emailSubject, which need the EmailSendingAccount DEVELOPER.',
      );
    }
  });
});

describe('errors of CustomMessage', () => {
  const broken: [what: string, answer: (recorder: Recorder) => void, name: string, message: string][] = [
    [
      'throws',
      it => it.fail('CustomMessage', 'no words'),
      'UserLambdaValidationException',
      'CustomMessage failed with error no words.',
    ],
    [
      'answers nonsense',
      it => it.behave('CustomMessage', () => 'nonsense'),
      'InvalidLambdaResponseException',
      'Unrecognizable lambda output',
    ],
    [
      'answers of the wrong type',
      it => it.respond('CustomMessage', { smsMessage: 7 }),
      'InvalidLambdaResponseException',
      'Unrecognizable lambda output',
    ],
  ];
  for (const { operation, prepare } of occasions) {
    it(`are told by ${operation}, and nothing is sent`, async () => {
      const person = await setUp();
      const act = await prepare(person);
      const sent = (await world.mailTo(person.email)).length;
      for (const [, answer, name, message] of broken) {
        answer(recorder);
        await refused(act({}), name, message);
      }
      assert.equal((await world.mailTo(person.email)).length, sent);
      const nowhere = { CustomMessage: 'arn:aws:lambda:us-east-1:123456789012:function:nowhere' };
      await world.aws.updateUserPool({ UserPoolId: person.pool, ...poolOfAll, LambdaConfig: nowhere });
      await refused(
        act({}),
        'UnexpectedLambdaException',
        'CustomMessage invocation failed due to error ResourceNotFoundException.',
      );
      assert.equal((await world.mailTo(person.email)).length, sent);
      await world.aws.updateUserPool({ UserPoolId: person.pool, ...poolOfAll, LambdaConfig: recorder.lambdaConfig });
    });
  }
});

describe('where the client may not learn who exists', () => {
  const hidden = { PreventUserExistenceErrors: 'ENABLED' };
  const people = occasions.filter(({ operation }) =>
    ['ForgotPassword', 'ResendConfirmationCode', 'RespondToAuthChallenge'].includes(operation),
  );
  for (const { operation, occasion, prepare } of people) {
    it(`${operation} is answered before the function is`, async () => {
      const person = await setUp({}, hidden);
      const act = await prepare(person);
      await world.mailTo(person.email);
      recorder.reset();
      recorder.behave('CustomMessage', async event => {
        await new Promise(resolve => setTimeout(resolve, 400));
        event.response.emailMessage = `Slowly {####} ${event.request.clientMetadata.lang}`;
        return event;
      });
      await act({ ClientMetadata: { lang: 'fr' } });
      const already = recorder.events().filter(({ response }) => response.emailMessage);
      assert.deepEqual(already, []);
      const { text, purpose } = await newest(person.email);
      assert.equal(purpose, occasion);
      assert.match(text, /^Slowly \d{6,8} fr$/);
    });

    it(`${operation} does not tell what the function throws`, async () => {
      const person = await setUp({}, hidden);
      const act = await prepare(person);
      const sent = (await world.mailTo(person.email)).length;
      recorder.reset();
      recorder.fail('CustomMessage', 'no words');
      await act({});
      await world.app.messagesSent();
      assert.equal(recorder.fired().at(-1), `CustomMessage_${occasion}`);
      const { db } = world.app.foundation.storage;
      const failed = await db
        .selectFrom('outbox')
        .select(['state', 'last_error'])
        .where('destination', '=', person.email)
        .orderBy('created_at')
        .execute();
      assert.equal(failed.length, sent + 1);
      assert.deepEqual(failed.at(-1), {
        state: 'failed',
        last_error: 'CustomMessage: UserLambdaValidationException',
      });
    });
  }
});
