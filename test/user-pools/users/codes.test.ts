/** Codes of sign-up and recovery: how long they live, that each is good once, what the messages say, and whom they reach. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateUserPoolCommandInput, RecoveryOptionType } from '@aws-sdk/client-cognito-identity-provider';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

const hour = 3_600_000;
const expired = ['ExpiredCodeException', 'Invalid code provided, please request a code again.'] as const;
const mismatch = ['CodeMismatchException', 'Invalid verification code provided, please try again.'] as const;
const limited = ['LimitExceededException', 'Attempt limit exceeded, please try after some time.'] as const;
const other = (code: string) => (code === '123456' ? '654321' : '123456');

describe('codes', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  let people = 0;
  const signedUp = async () => {
    const name = `new${++people}`;
    const email = `${name}@example.com`;
    await world.signUp(client, name, { email });
    const confirm = (ConfirmationCode: string) =>
      world.browser.confirmSignUp({ ClientId: client, Username: name, ConfirmationCode });
    const resend = () => world.browser.resendConfirmationCode({ ClientId: client, Username: name });
    return { name, email, confirm, resend };
  };
  const confirmed = async (attributes: Record<string, string> = {}) => {
    const name = `known${++people}`;
    const email = `${name}@example.com`;
    await world.createUser(pool, name, goodPassword, { email, email_verified: 'true', ...attributes });
    const forgot = () => world.browser.forgotPassword({ ClientId: client, Username: name });
    const reset = (ConfirmationCode: string, Password = 'Another-Horse-8') =>
      world.browser.confirmForgotPassword({ ClientId: client, Username: name, ConfirmationCode, Password });
    return { name, email, forgot, reset };
  };

  it('confirm within a day, and not after it', async () => {
    const { email, confirm, resend } = await signedUp();
    const code = await world.codeTo(email);
    assert.match(code, /^\d{6}$/);
    world.clock.advance(24 * hour - 60_000);
    await refused(confirm(other(code)), ...mismatch);
    world.clock.advance(60_000);
    await refused(confirm(code), ...expired);
    await resend();
    await confirm(await world.codeTo(email));
  });

  it('are replaced by the next one, and say so in a message', async () => {
    const { email, confirm, resend } = await signedUp();
    const first = await world.codeTo(email);
    const { CodeDeliveryDetails } = await resend();
    assert.deepEqual(CodeDeliveryDetails, {
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'n***@e***',
    });
    const second = await world.codeTo(email);
    if (first !== second) await refused(confirm(first), ...mismatch);
    await confirm(second);
    const mails = await world.mailTo(email);
    assert.deepEqual(
      mails.map(({ purpose, subject, medium }) => [purpose, subject, medium]),
      [
        ['ResendCode', 'Your verification code', 'EMAIL'],
        ['SignUp', 'Your verification code', 'EMAIL'],
      ],
    );
    for (const { text } of mails) assert.match(text, /^Your confirmation code is \d{6}$/);
    await refused(resend(), 'InvalidParameterException', 'User is already confirmed.');
  });

  it('of recovery live an hour, are good once, and sign in with the new password only', async () => {
    const { name, email, forgot, reset } = await confirmed();
    await refused(reset('123456'), ...expired);
    assert.deepEqual((await forgot()).CodeDeliveryDetails, {
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'k***@e***',
    });
    const [mail] = await world.mailTo(email);
    assert.deepEqual([mail?.purpose, mail?.subject], ['ForgotPassword', 'Your verification code']);
    // The old password stays good until the new one is set.
    await world.signIn(client, name);
    const code = await world.codeTo(email);
    await refused(reset(other(code)), ...mismatch);
    await refused(reset(code, 'weak'), 'InvalidPasswordException');
    world.clock.advance(hour);
    await refused(reset(code), ...expired);
    await forgot();
    const next = await world.codeTo(email);
    await reset(next);
    await refused(reset(next), ...expired);
    await refused(world.signIn(client, name), 'NotAuthorizedException', 'Incorrect username or password.');
    await world.signIn(client, name, 'Another-Horse-8');
  });

  it('of recovery are void when the address they went to is no longer the person’s', async () => {
    const { name, email, forgot, reset } = await confirmed();
    await forgot();
    const code = await world.codeTo(email);
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: pool,
      Username: name,
      UserAttributes: attributeList({ email: `moved-${email}`, email_verified: 'true' }),
    });
    await refused(reset(code), ...expired);
    await world.signIn(client, name);
  });

  it('are not sent to whoever cannot use them', async () => {
    const forgot = (Username: string) => world.browser.forgotPassword({ ClientId: client, Username });
    const resetByAdmin = (Username: string) => world.aws.adminResetUserPassword({ UserPoolId: pool, Username });
    const wrongState = ['NotAuthorizedException', 'User password cannot be reset in the current state.'] as const;
    const nowhere = [
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    ] as const;
    const { name: fresh } = await signedUp();
    const { name: unverified } = await confirmed({ email_verified: 'false' });
    const { name: disabled } = await confirmed();
    await world.aws.adminDisableUser({ UserPoolId: pool, Username: disabled });
    await world.aws.adminCreateUser({ UserPoolId: pool, Username: 'invited', MessageAction: 'SUPPRESS' });
    for (const send of [forgot, resetByAdmin]) {
      await refused(send(fresh), ...wrongState);
      await refused(send('invited'), ...wrongState);
      await refused(send(unverified), ...nowhere);
      await refused(send(disabled), 'NotAuthorizedException', 'User is disabled.');
    }
    const silent = await world.createPool();
    const silentClient = await world.createClient(silent);
    const answer = await world.signUp(silentClient, 'quiet', { email: 'quiet@example.com' });
    assert.equal(answer.CodeDeliveryDetails, undefined);
    assert.deepEqual(await world.mailTo('quiet@example.com'), []);
    await refused(
      world.browser.resendConfirmationCode({ ClientId: silentClient, Username: 'quiet' }),
      'NotAuthorizedException',
      'Cannot resend codes. Auto verification not turned on.',
    );
  });

  it('go to the phone first, by text message, and confirm only what they went to', async () => {
    const both = await world.createPool({ AutoVerifiedAttributes: ['email', 'phone_number'] });
    const bothClient = await world.createClient(both);
    const answer = await world.signUp(bothClient, 'two', { email: 'two@example.com', phone_number: '+15550005678' });
    assert.deepEqual(answer.CodeDeliveryDetails, {
      AttributeName: 'phone_number',
      DeliveryMedium: 'SMS',
      Destination: '+*******5678',
    });
    assert.deepEqual(await world.mailTo('two@example.com'), []);
    const ConfirmationCode = await world.codeTo('+15550005678');
    await world.browser.confirmSignUp({ ClientId: bothClient, Username: 'two', ConfirmationCode });
    const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: both, Username: 'two' });
    const flags = UserAttributes?.filter(({ Name }) => Name?.endsWith('_verified'));
    assert.deepEqual(flags, attributeList({ phone_number_verified: 'true' }));
  });

  it('of recovery go where the pool says, in its order, to what is verified', async () => {
    const everything = {
      email: 'order@mail.example',
      email_verified: 'true',
      phone_number: '+15550006789',
      phone_number_verified: 'true',
    };
    const onlyMail = { ...everything, phone_number_verified: 'false' };
    const [phone, mail] = ['+*******6789', 'o***@m***'];
    const first = (...names: RecoveryOptionType['Name'][]): Partial<CreateUserPoolCommandInput> => ({
      AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })) },
    });
    const rows: [Partial<CreateUserPoolCommandInput>, Record<string, string>, string | undefined][] = [
      [{}, everything, phone],
      [{}, onlyMail, mail],
      [first('verified_email', 'verified_phone_number'), everything, mail],
      [first('verified_phone_number', 'verified_email'), everything, phone],
      [first('verified_phone_number', 'verified_email'), onlyMail, mail],
      [first('verified_email'), everything, mail],
      [first('verified_phone_number'), onlyMail, undefined],
    ];
    for (const [options, attributes, destination] of rows) {
      const id = await world.createPool(options);
      const ClientId = await world.createClient(id);
      await world.createUser(id, 'someone', goodPassword, attributes);
      const forgot = world.browser.forgotPassword({ ClientId, Username: 'someone' });
      if (destination === undefined) await refused(forgot, 'InvalidParameterException');
      else assert.equal((await forgot).CodeDeliveryDetails?.Destination, destination);
    }
    const closed = await world.createPool(first('admin_only'));
    const closedClient = await world.createClient(closed);
    await world.createUser(closed, 'someone', goodPassword, everything);
    await refused(
      world.browser.forgotPassword({ ClientId: closedClient, Username: 'someone' }),
      'NotAuthorizedException',
      'Contact administrator to reset password.',
    );
  });

  it('say what the pool wants them to say, to the person by name', async () => {
    const spoken = await world.createPool({
      AutoVerifiedAttributes: ['email', 'phone_number'],
      VerificationMessageTemplate: {
        EmailMessage: 'Dear {username}, <b>{####}</b> is yours',
        EmailSubject: 'For {username}',
        SmsMessage: '{####} it is',
      },
    });
    const spokenClient = await world.createClient(spoken);
    await world.signUp(spokenClient, 'x&y', { email: 'spoken@example.com' });
    const [mail] = await world.mailTo('spoken@example.com');
    assert.equal(mail?.subject, 'For x&y');
    assert.match(mail?.html ?? '', /^Dear x&amp;y, <b>\d{6}<\/b> is yours$/);
    await world.signUp(spokenClient, 'texted', { phone_number: '+15550007890' });
    assert.match((await world.mailTo('+15550007890'))[0]?.text ?? '', /^\d{6} it is$/);
  });

  it('may be tried, and asked for, only so often in an hour', async () => {
    const { email, confirm, resend } = await signedUp();
    const code = await world.codeTo(email);
    for (let tries = 0; tries < 15; tries++) await refused(confirm(other(code)), ...mismatch);
    await refused(confirm(code), ...limited);
    for (let tries = 0; tries < 5; tries++) await resend();
    await refused(resend(), ...limited);
    world.clock.advance(hour);
    await resend();
    await confirm(await world.codeTo(email));

    const { name, email: known, forgot, reset } = await confirmed();
    await forgot();
    const recovery = await world.codeTo(known);
    for (let tries = 0; tries < 10; tries++) await refused(reset(other(recovery)), ...mismatch);
    await refused(reset(recovery), ...limited);
    world.clock.advance(hour);
    await forgot();
    await reset(await world.codeTo(known));

    const { AccessToken } = await world.signIn(client, name, 'Another-Horse-8');
    const ask = () => world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' });
    for (let tries = 0; tries < 5; tries++) await ask();
    await refused(ask(), ...limited);
    const right = await world.codeTo(known);
    const verify = (Code: string) => world.browser.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
    for (let tries = 0; tries < 15; tries++) await refused(verify(other(right)), ...mismatch);
    await refused(verify(right), ...limited);
    const change = (ProposedPassword: string) =>
      world.browser.changePassword({ AccessToken, PreviousPassword: 'Another-Horse-8', ProposedPassword });
    for (let tries = 0; tries < 5; tries++) await refused(change('weak'), 'InvalidPasswordException');
    await refused(change(goodPassword), ...limited);
  });

  it('and passwords stand in no answer, in no error', async () => {
    const { name, email, confirm } = await signedUp();
    const code = await world.codeTo(email);
    const secrets = [code, goodPassword, 'hunter2-Secret!'];
    const answers: string[] = [];
    const calls = [
      () => confirm(other(code)),
      () => world.signUp(client, name, { email }),
      () => world.signUp(client, `x${name}`, { email }, { Password: 'hunter2-Secret! ' }),
      () => world.browser.resendConfirmationCode({ ClientId: client, Username: name }),
      () => world.aws.adminGetUser({ UserPoolId: pool, Username: name }),
      () => world.aws.listUsers({ UserPoolId: pool, Filter: `username = "${name}"` }),
      () => world.aws.adminSetUserPassword({ UserPoolId: pool, Username: name, Password: 'hunter2-Secret! ' }),
    ];
    for (const call of calls)
      answers.push(JSON.stringify(await (call() as Promise<object>).catch(error => `${error.name} ${error.message}`)));
    for (const answer of answers) for (const secret of secrets) assert.ok(!answer.includes(secret), answer);
  });
});
