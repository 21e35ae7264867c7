/** PreventUserExistenceErrors: with ENABLED nobody can tell a name that somebody has from one that nobody has. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFlowType, CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { answerOf, refused } from './refused.ts';

const wrongCode = '000000';
const newPassword = 'Another-Horse-8';
const notFound = { name: 'UserNotFoundException', message: 'Username/client id combination not found.' };
const mismatch = {
  name: 'CodeMismatchException',
  message: 'Invalid verification code provided, please try again.',
};
const expired = { name: 'ExpiredCodeException', message: 'Invalid code provided, please request a code again.' };

describe('who exists', () => {
  let world: World;
  let pool: string;
  let legacy: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    legacy = await world.createClient(pool, { PreventUserExistenceErrors: 'LEGACY' });
    client = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
  });
  after(() => world.stop());

  let people = 0;
  /** Somebody confirmed, with a verified e-mail address unless it is given otherwise. */
  const person = async (email_verified = 'true') => {
    const name = `person${++people}`;
    await world.createUser(pool, name, goodPassword, { email: `${name}@example.com`, email_verified });
    return name;
  };
  const nobody = () => `person-nobody${++people}`;

  const operations = (ClientId: string, Username: string) => ({
    forgot: () => world.browser.forgotPassword({ ClientId, Username }),
    confirmForgot: () =>
      world.browser.confirmForgotPassword({ ClientId, Username, ConfirmationCode: wrongCode, Password: newPassword }),
    resend: () => world.browser.resendConfirmationCode({ ClientId, Username }),
    confirm: () => world.browser.confirmSignUp({ ClientId, Username, ConfirmationCode: wrongCode }),
    password: () =>
      world.browser.initiateAuth({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: 'Wrong-Password-1' },
      }),
    adminPassword: () =>
      world.aws.adminInitiateAuth({
        UserPoolId: pool,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: 'Wrong-Password-1' },
      }),
    srp: () =>
      world.browser.initiateAuth({
        ClientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: Username, SRP_A: 'abcdef0123456789' },
      }),
  });

  it('is told by a client that says LEGACY, operation by operation', async () => {
    const call = operations(legacy, nobody());
    for (const name of ['forgot', 'confirmForgot', 'resend', 'confirm'] as const)
      assert.deepEqual(await answerOf(call[name]()), notFound, name);
    for (const name of ['password', 'adminPassword', 'srp'] as const)
      await refused(call[name](), 'UserNotFoundException', 'User does not exist.');
  });

  it('is always told by SignUp, and never by a wrong password where the client says ENABLED', async () => {
    const name = await person();
    for (const id of [legacy, client])
      await refused(world.signUp(id, name), 'UsernameExistsException', 'User already exists');
    for (const who of [name, nobody()]) {
      const call = operations(client, who);
      await refused(call.password(), 'NotAuthorizedException', 'Incorrect username or password.');
      await refused(call.adminPassword(), 'NotAuthorizedException', 'Incorrect username or password.');
    }
  });

  it('is not told by the SRP challenge', async () => {
    const shape = async (who: string) => {
      const answer = (await answerOf(operations(client, who).srp())) as { ChallengeParameters: Record<string, string> };
      const lengths = Object.entries(answer.ChallengeParameters).map(([name, value]) => [
        name,
        // Leading zeros are not sent.
        name.startsWith('S') && name !== 'SECRET_BLOCK' ? Math.round(value.length / 8) : 0,
      ]);
      return { ...answer, ChallengeParameters: Object.fromEntries(lengths) };
    };
    assert.deepEqual(await shape(await person()), await shape(nobody()));
  });

  const masks = (answer: unknown) => (answer as { CodeDeliveryDetails: CodeDeliveryDetailsType }).CodeDeliveryDetails;

  it('is not told by the made-up user id: it has the form of a real one', async () => {
    const named = await world.createPool({ UsernameAttributes: ['email'] });
    const ClientId = await world.createClient(named, { PreventUserExistenceErrors: 'ENABLED' });
    await world.createUser(named, 'real@example.com', goodPassword, {});
    const names = ['real@example.com', ...Array.from({ length: 12 }, (_, index) => `nobody${index}@example.com`)];
    for (const name of names) {
      const { ChallengeParameters } = await operations(ClientId, name).srp();
      assert.match(
        ChallengeParameters?.USER_ID_FOR_SRP ?? '',
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        name,
      );
    }
  });

  it('is not told by the length of what the client carries between two steps', async () => {
    const choices = await world.createPool({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    });
    const ClientId = await world.createClient(choices, {
      PreventUserExistenceErrors: 'ENABLED',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH'],
    });
    const address = `${'long-'.repeat(100)}@example.com`;
    await world.createUser(choices, 'somebody', goodPassword, { email: address, email_verified: 'true' });
    await world.createUser(choices, 'left-us', goodPassword, { email: 'a@b.c', email_verified: 'true' });
    await world.aws.adminUserGlobalSignOut({ UserPoolId: choices, Username: 'left-us' });
    const begin = (AuthFlow: AuthFlowType, USERNAME: string, parameters: Record<string, string>) =>
      world.browser.initiateAuth({ ClientId, AuthFlow, AuthParameters: { USERNAME, ...parameters } });
    const lengths = async (name: string) => {
      const srp = await begin('USER_SRP_AUTH', name, { SRP_A: 'abcdef0123456789' });
      const choice = await begin('USER_AUTH', name, {});
      const code = await begin('USER_AUTH', name, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
      return [srp.ChallengeParameters?.SECRET_BLOCK?.length, choice.Session?.length, code.Session?.length];
    };
    const ofNobody = await lengths('nobody-x');
    assert.ok(ofNobody.every(length => length !== undefined));
    assert.deepEqual(await lengths('somebody'), ofNobody);
    assert.deepEqual(await lengths('left-us'), await lengths('nobody7'));
  });

  it('is not told by the answer to a request for a code', async () => {
    const disabled = await person();
    await world.aws.adminDisableUser({ UserPoolId: pool, Username: disabled });
    const invited = `invited${++people}`;
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: invited,
      UserAttributes: attributeList({ email: `${invited}@example.com` }),
    });
    const everybody = [await person(), await person('false'), disabled, invited, nobody()];
    for (const operation of ['forgot', 'resend'] as const) {
      for (const name of everybody) {
        const answer = await answerOf(operations(client, name)[operation]());
        assert.deepEqual(Object.keys(answer as object), ['CodeDeliveryDetails'], `${operation} ${name}`);
        const { Destination, ...rest } = masks(answer);
        assert.deepEqual(rest, { AttributeName: 'email', DeliveryMedium: 'EMAIL' });
        assert.match(Destination ?? '', /^[pi]\*\*\*@[a-z]\*\*\*$/);
      }
    }
  });

  it('is not told by two operations that say different things of one name, nor by asking again', async () => {
    for (const name of [await person(), await person('false'), nobody()]) {
      const call = operations(client, name);
      const seen = new Set<string | undefined>();
      for (const operation of [call.forgot, call.resend, call.forgot])
        seen.add(masks(await answerOf(operation())).Destination);
      assert.equal(seen.size, 1, name);
    }
  });

  it('is not told by a wrong code, whether one was asked for or not, or is too old', async () => {
    const disabled = await person();
    await world.aws.adminDisableUser({ UserPoolId: pool, Username: disabled });
    for (const name of [await person(), await person('false'), disabled, nobody()]) {
      const call = operations(client, name);
      assert.deepEqual(await answerOf(call.confirmForgot()), expired, `${name}, nothing asked for`);
      await call.forgot();
      assert.deepEqual(await answerOf(call.confirmForgot()), mismatch, `${name}, asked for`);
      assert.deepEqual(await answerOf(call.confirm()), expired, `${name}, nothing to confirm`);
      await call.resend();
      assert.deepEqual(await answerOf(call.confirm()), mismatch, `${name}, asked for`);
      world.clock.advance(61 * 60_000);
      assert.deepEqual(await answerOf(call.confirmForgot()), expired, `${name}, an hour later`);
      assert.deepEqual(await answerOf(call.confirm()), mismatch, `${name}, an hour later`);
      world.clock.advance(23 * 3_600_000);
      assert.deepEqual(await answerOf(call.confirm()), expired, `${name}, a day later`);
    }
  });

  it('is not told by the limits on attempts', async () => {
    for (const name of [await person(), nobody()]) {
      const call = operations(client, name);
      const answers: unknown[] = [];
      for (let tries = 0; tries < 11; tries++) answers.push(await answerOf(call.confirmForgot()));
      const limited = {
        name: 'LimitExceededException',
        message: 'Attempt limit exceeded, please try after some time.',
      };
      assert.deepEqual(answers, [...Array(10).fill(expired), limited], name);
      // Another spelling is another name, in a pool that minds case, whether the first one is somebody's or not.
      assert.deepEqual(await answerOf(operations(client, name.toUpperCase()).confirmForgot()), expired, name);
    }
  });

  it('is not told by the lockout after wrong passwords', async () => {
    for (const name of [await person(), nobody()]) {
      const call = operations(client, name);
      const messages: unknown[] = [];
      for (let tries = 0; tries < 6; tries++) messages.push(((await answerOf(call.password())) as Error).message);
      assert.deepEqual(messages, [...Array(5).fill('Incorrect username or password.'), 'Password attempts exceeded']);
    }
  });

  it('is not told where names are e-mail addresses or phone numbers: the destination is the name', async () => {
    const byContact = await world.createPool({
      UsernameAttributes: ['email', 'phone_number'],
      AutoVerifiedAttributes: ['email', 'phone_number'],
    });
    const ClientId = await world.createClient(byContact, { PreventUserExistenceErrors: 'ENABLED' });
    await world.createUser(byContact, 'real@mail.example', goodPassword, { email_verified: 'true' });
    await world.createUser(byContact, '+15550003333', goodPassword, { phone_number_verified: 'true' });
    const forgot = async (Username: string) => answerOf(world.browser.forgotPassword({ ClientId, Username }));
    const mail = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'r***@m***' };
    const text = { AttributeName: 'phone_number', DeliveryMedium: 'SMS', Destination: '+*******3333' };
    for (const name of ['real@mail.example', 'roger@mail.example'])
      assert.deepEqual(await forgot(name), { CodeDeliveryDetails: mail });
    for (const name of ['+15550003333', '+15550013333'])
      assert.deepEqual(await forgot(name), { CodeDeliveryDetails: text });
    const ConfirmationCode = await world.codeTo('+15550003333');
    assert.match(ConfirmationCode, /^\d{6}$/);
    assert.deepEqual(await world.mailTo('+15550013333'), []);
  });

  it('says nothing of a wrong code to somebody who has just confirmed', async () => {
    const name = `fresh${++people}`;
    await world.signUp(client, name, { email: `${name}@example.com` });
    const ConfirmationCode = await world.codeTo(`${name}@example.com`);
    assert.deepEqual(await answerOf(operations(client, name).confirm()), mismatch);
    await world.browser.confirmSignUp({ ClientId: client, Username: name, ConfirmationCode });
    assert.deepEqual(await answerOf(operations(client, name).confirm()), expired);
    assert.deepEqual(await answerOf(operations(client, nobody()).confirm()), expired);
    assert.deepEqual(await answerOf(operations(legacy, name).confirm()), {
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    });
  });
});
