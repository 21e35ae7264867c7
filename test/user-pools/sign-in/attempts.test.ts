/** What an attempt to sign in holds on to between its steps, and what ends it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFactorType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { secretHash } from './srp.ts';

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER' as const,
};
const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
const invalidSession = denied('Invalid session for the user.');
const usedSession = denied('Invalid session for the user, session can only be used once.');

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

type Options = {
  first?: AuthFactorType[];
  mfa?: object;
  pool?: object;
  client?: object;
  attributes?: Record<string, string | undefined>;
};
const setUp = async ({ first = ['PASSWORD', 'EMAIL_OTP'], mfa, pool = {}, client = {}, attributes }: Options = {}) => {
  const id = await world.createPool({
    EmailConfiguration,
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: first } },
    ...pool,
  });
  if (mfa) await world.aws.setUserPoolMfaConfig({ UserPoolId: id, ...mfa });
  const clientId = await world.createClient(id, {
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
    ...client,
  });
  const all = { email: 'jane@attempt.example', phone_number: '+15550001234', ...attributes };
  const own = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
  await world.createUser(id, 'jane', goodPassword, Object.fromEntries(own));
  return { pool: id, client: clientId };
};
const smsRequired = { MfaConfiguration: 'ON', SmsMfaConfiguration: { SmsConfiguration } };
const appRequired = { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } };

const byPassword = (client: string, more: Record<string, string> = {}) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword, ...more },
  });
const byChoice = (client: string, more: Record<string, string> = {}) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'jane', ...more },
  });
const respond = (
  client: string,
  { Session }: { Session?: string | undefined },
  ChallengeName: ChallengeNameType,
  answers: Record<string, string>,
) =>
  world.browser.respondToAuthChallenge({
    ClientId: client,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'jane', ...answers },
  });
const codeTo = async (destination: string) =>
  /(\d{6,8})/.exec((await world.mailTo(destination))[0]?.text ?? '')?.[1] ?? '';
const appCode = (secret = '') =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });

describe('the choice of a challenge', () => {
  it('may be taken by naming the challenge in place of SELECT_CHALLENGE', async () => {
    const { client } = await setUp();
    const direct = await respond(client, await byChoice(client), 'PASSWORD', { PASSWORD: goodPassword });
    assert.ok(direct.AuthenticationResult);
    const srp = await respond(client, await byChoice(client), 'PASSWORD_SRP', { SRP_A: 'a'.repeat(700) });
    assert.equal(srp.ChallengeName, 'PASSWORD_VERIFIER');
    const code = await respond(client, await byChoice(client), 'EMAIL_OTP', {});
    assert.equal(code.ChallengeName, 'EMAIL_OTP');
    await assert.rejects(respond(client, await byChoice(client), 'SMS_OTP', {}), { name: 'InvalidParameterException' });
    // Only the choice is open to that.
    const password = await byChoice(client, { PREFERRED_CHALLENGE: 'PASSWORD' });
    await assert.rejects(respond(client, password, 'EMAIL_OTP', {}), invalidSession);
  });

  it('is not given to somebody who has nothing to choose from', async () => {
    const { pool, client } = await setUp();
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: 'joe',
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: 'joe@attempt.example' }],
    });
    await world.aws.adminDeleteUserAttributes({ UserPoolId: pool, Username: 'joe', UserAttributeNames: ['email'] });
    await assert.rejects(byChoice(client, { USERNAME: 'joe' }), denied('Incorrect username or password.'));
    const hiding = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    const shapeOf = async (USERNAME: string) => {
      const { AvailableChallenges, ChallengeName } = await byChoice(hiding, { USERNAME });
      return { AvailableChallenges, ChallengeName };
    };
    assert.deepEqual(await shapeOf('joe'), await shapeOf('nobody'));
  });
});

describe('a later step', () => {
  it('takes the secret hash over any name of the user, and none that is wrong', async () => {
    const { pool, client } = await setUp({
      mfa: smsRequired,
      first: ['PASSWORD'],
      client: { GenerateSecret: true },
      pool: { AliasAttributes: ['email'] },
      attributes: { email_verified: 'true' },
    });
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: client });
    const hash = (name: string) => secretHash(name, client, UserPoolClient?.ClientSecret ?? '');
    const USERNAME = 'jane@attempt.example';
    const asked = await byPassword(client, { USERNAME, SECRET_HASH: hash(USERNAME) });
    const SMS_MFA_CODE = await codeTo('+15550001234');
    for (const SECRET_HASH of [hash('joe'), 'rubbish'])
      await assert.rejects(respond(client, asked, 'SMS_MFA', { SMS_MFA_CODE, SECRET_HASH }), {
        name: 'NotAuthorizedException',
        message: /Secret/i,
      });
    await assert.rejects(respond(client, asked, 'SMS_MFA', { SMS_MFA_CODE }), { name: 'NotAuthorizedException' });
    const done = await respond(client, asked, 'SMS_MFA', { SMS_MFA_CODE, SECRET_HASH: hash('jane'), USERNAME });
    assert.ok(done.AuthenticationResult);
  });

  it('has a session that can be sent back, however long the name is', async () => {
    const long = `${'x'.repeat(1990)}@attempt.example`;
    const { client } = await setUp({
      mfa: smsRequired,
      first: ['PASSWORD'],
      pool: { AliasAttributes: ['email'] },
      attributes: { email: long, email_verified: 'true' },
    });
    const asked = await byPassword(client, { USERNAME: long });
    assert.ok((asked.Session?.length ?? 0) <= 2048);
    const answers = { SMS_MFA_CODE: await codeTo('+15550001234'), USERNAME: long };
    assert.ok((await respond(client, asked, 'SMS_MFA', answers)).AuthenticationResult);
  });

  it('does not show by its replay that nobody has the name', async () => {
    const { client } = await setUp({ client: { PreventUserExistenceErrors: 'ENABLED' } });
    const replayed = async (USERNAME: string) => {
      const asked = await byChoice(client, { USERNAME });
      const choose = () => respond(client, asked, 'SELECT_CHALLENGE', { USERNAME, ANSWER: 'EMAIL_OTP' });
      const { ChallengeName } = await choose();
      const second = await choose().catch(({ name, message }) => ({ name, message }));
      return { ChallengeName, second };
    };
    const nobody = await replayed('nobody');
    assert.deepEqual(nobody, await replayed('jane'));
    assert.deepEqual(nobody.second, usedSession);
  });
});

describe('an attempt is over', () => {
  it('when the password that it began with is replaced', async () => {
    const { pool, client } = await setUp({ mfa: smsRequired, first: ['PASSWORD'] });
    const asked = await byPassword(client);
    const SMS_MFA_CODE = await codeTo('+15550001234');
    await world.aws.adminSetUserPassword({
      UserPoolId: pool,
      Username: 'jane',
      Password: 'Another-Horse-8',
      Permanent: true,
    });
    await assert.rejects(respond(client, asked, 'SMS_MFA', { SMS_MFA_CODE }), invalidSession);
  });

  it("when the address that the code went to is not the user's any more", async () => {
    const { pool, client } = await setUp();
    const asked = await byChoice(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const EMAIL_OTP_CODE = await codeTo('jane@attempt.example');
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: pool,
      Username: 'jane',
      UserAttributes: [{ Name: 'email', Value: 'jane@elsewhere.example' }],
    });
    await assert.rejects(respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE }), { name: 'CodeMismatchException' });
  });

  it('when the user is disabled, and no code is sent to such a user', async () => {
    const { pool, client } = await setUp({ client: { PreventUserExistenceErrors: 'ENABLED' } });
    const asked = await byChoice(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const EMAIL_OTP_CODE = await codeTo('jane@attempt.example');
    await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'jane' });
    await assert.rejects(respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE }), { $fault: 'client' });
    const sent = (await world.mailTo('jane@attempt.example')).length;
    const again = await byChoice(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    assert.equal(again.ChallengeName, 'EMAIL_OTP');
    assert.equal((await world.mailTo('jane@attempt.example')).length, sent);
    const telling = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
    await assert.rejects(byChoice(telling), denied('User is disabled.'));
  });

  it('when a second factor has been set up meanwhile by somebody else', async () => {
    const { client } = await setUp({ mfa: appRequired, first: ['PASSWORD'] });
    const thief = await byPassword(client);
    const { SecretCode: stolen, Session: begun } = await world.browser.associateSoftwareToken({
      Session: thief.Session,
    });
    const owner = await byPassword(client);
    const own = await world.browser.associateSoftwareToken({ Session: owner.Session });
    const { Session } = await world.browser.verifySoftwareToken({
      Session: own.Session,
      UserCode: appCode(own.SecretCode),
    });
    assert.ok((await respond(client, { Session }, 'MFA_SETUP', {})).AuthenticationResult);
    await assert.rejects(world.browser.associateSoftwareToken({ Session: thief.Session }), invalidSession);
    await assert.rejects(
      world.browser.verifySoftwareToken({ Session: begun, UserCode: appCode(stolen) }),
      invalidSession,
    );
    await assert.rejects(respond(client, { Session: begun }, 'MFA_SETUP', {}), {
      name: 'SoftwareTokenMFANotFoundException',
    });
  });
});

describe('somebody without a usable password', () => {
  it('signs in by a code although the password must be reset', async () => {
    const { pool, client } = await setUp({ attributes: { email_verified: 'true' } });
    await world.aws.adminResetUserPassword({ UserPoolId: pool, Username: 'jane' });
    await assert.rejects(byPassword(client), { name: 'PasswordResetRequiredException' });
    const asked = await byChoice(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const done = await respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE: await codeTo('jane@attempt.example') });
    assert.ok(done.AuthenticationResult);
  });
});

describe('a second factor by e-mail', () => {
  it('is set up in the midst of a sign-in, by either spelling of the answer', async () => {
    for (const key of ['EMAIL', 'email']) {
      const { pool, client } = await setUp({
        first: ['PASSWORD'],
        mfa: { MfaConfiguration: 'ON', EmailMfaConfiguration: {} },
        attributes: { email: undefined, phone_number: undefined },
      });
      const setup = await byPassword(client);
      assert.equal(setup.ChallengeName, 'MFA_SETUP');
      assert.deepEqual(JSON.parse(setup.ChallengeParameters?.MFAS_CAN_SETUP ?? ''), ['EMAIL_OTP']);
      await assert.rejects(respond(client, setup, 'MFA_SETUP', { [key]: 'no address' }), {
        name: 'InvalidParameterException',
      });
      const asked = await respond(client, setup, 'MFA_SETUP', { [key]: `${key}@setup.example` });
      assert.equal(asked.ChallengeName, 'EMAIL_OTP');
      const EMAIL_OTP_CODE = await codeTo(`${key}@setup.example`);
      assert.ok((await respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE })).AuthenticationResult);
      const { UserAttributes = [] } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' });
      assert.equal(UserAttributes.find(({ Name }) => Name === 'email_verified')?.Value, 'true');
      await assert.rejects(respond(client, setup, 'MFA_SETUP', { [key]: 'other@setup.example' }), usedSession);
    }
  });
});
