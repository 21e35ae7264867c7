/** Second factors: set-up, preference, challenges, and that nobody gets past one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SetUserPoolMfaConfigCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const invalid = (message: string) => ({ name: 'InvalidParameterException', message });
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const ses = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER',
} as const;
const step = 30_000;

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });

type Mfa = Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>;
const everything: Mfa = {
  SmsMfaConfiguration: { SmsConfiguration },
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: { Message: 'Sign in with {####}', Subject: 'Your code' },
};

/** A pool with MFA, a client and a user with an e-mail address and a phone number. */
const setUp = async (mfa: Mfa) => {
  const pool = await world.createPool({ EmailConfiguration: ses });
  await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, ...mfa });
  const client = await world.createClient(pool);
  await world.createUser(pool, 'jane', goodPassword, {
    email: 'jane@example.com',
    email_verified: 'true',
    phone_number: '+15550001234',
  });
  return { pool, client };
};
const begin = (client: string, username = 'jane') =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: username, PASSWORD: goodPassword },
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
const prefer = (pool: string, settings: object) =>
  world.aws.adminSetUserMFAPreference({ UserPoolId: pool, Username: 'jane', ...settings });

describe('the MFA configuration of a pool', () => {
  it('is kept and replaced as a whole', async () => {
    const pool = await world.createPool({ EmailConfiguration: ses });
    const { $metadata: _, ...unset } = await world.aws.getUserPoolMfaConfig({ UserPoolId: pool });
    assert.deepEqual(unset, { MfaConfiguration: 'OFF' });
    const { $metadata: __, ...set } = await world.aws.setUserPoolMfaConfig({
      UserPoolId: pool,
      MfaConfiguration: 'OPTIONAL',
      ...everything,
      WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
    });
    const { $metadata: ___, ...got } = await world.aws.getUserPoolMfaConfig({ UserPoolId: pool });
    assert.deepEqual(got, set);
    assert.equal(got.SmsMfaConfiguration?.SmsConfiguration?.SnsRegion, 'us-east-1');
    assert.equal((await world.aws.describeUserPool({ UserPoolId: pool })).UserPool?.MfaConfiguration, 'OPTIONAL');
    const off = await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'OFF' });
    assert.equal(off.SoftwareTokenMfaConfiguration, undefined);
  });

  it('refuses what contradicts itself', async () => {
    const pool = await world.createPool();
    const set = (mfa: Mfa) => world.aws.setUserPoolMfaConfig({ UserPoolId: pool, ...mfa });
    await assert.rejects(
      set({ MfaConfiguration: 'ON' }),
      invalid('Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.'),
    );
    await assert.rejects(
      set({ MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: true } }),
      invalid("Invalid MFA configuration given, can't turn off MFA and configure an MFA together."),
    );
    await assert.rejects(set({ MfaConfiguration: 'ON', EmailMfaConfiguration: {} }), {
      name: 'InvalidParameterException',
      message: /DEVELOPER/,
    });
  });
});

describe('an authenticator app', () => {
  it('is set up by a signed-in person, asked for from then on, and each code is good once', async () => {
    const { client } = await setUp({ MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
    const { AccessToken } = await world.signIn(client, 'jane');
    const { SecretCode = '' } = await world.browser.associateSoftwareToken({ AccessToken });
    await assert.rejects(world.browser.verifySoftwareToken({ AccessToken, UserCode: '000000' }), {
      name: 'EnableSoftwareTokenMFAException',
      message: 'Code mismatch and fail enable Software Token MFA',
    });
    const UserCode = codeOf(SecretCode);
    const { Status } = await world.browser.verifySoftwareToken({ AccessToken, UserCode, FriendlyDeviceName: 'phone' });
    assert.equal(Status, 'SUCCESS');
    const { UserMFASettingList, PreferredMfaSetting } = await world.browser.getUser({ AccessToken });
    assert.deepEqual([UserMFASettingList, PreferredMfaSetting], [['SOFTWARE_TOKEN_MFA'], undefined]);

    const asked = await begin(client);
    assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA');
    assert.equal(asked.ChallengeParameters?.FRIENDLY_DEVICE_NAME, 'phone');
    assert.equal(asked.AuthenticationResult, undefined);
    const answer = (code: string, session = asked.Session) =>
      respond(client, session, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: code });
    await assert.rejects(answer(UserCode), {
      name: 'ExpiredCodeException',
      message: 'Your software token has already been used once.',
    });
    world.clock.advance(step);
    const wrong = codeOf(SecretCode) === '123456' ? '654321' : '123456';
    await assert.rejects(answer(wrong), { name: 'CodeMismatchException', message: 'Invalid code received for user' });
    const code = codeOf(SecretCode);
    const racing = await Promise.allSettled([answer(code), answer(code), answer(code)]);
    assert.equal(racing.filter(({ status }) => status === 'fulfilled').length, 1);
    const [won] = racing.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
    assert.ok(won?.AuthenticationResult?.AccessToken);
    world.clock.advance(step);
    await assert.rejects(answer(codeOf(SecretCode)), { name: 'NotAuthorizedException' });
  });

  it('is set up in the midst of a sign-in where MFA is required', async () => {
    const { client } = await setUp({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    const setup = await begin(client);
    assert.equal(setup.ChallengeName, 'MFA_SETUP');
    assert.deepEqual(JSON.parse(setup.ChallengeParameters?.MFAS_CAN_SETUP ?? ''), ['SOFTWARE_TOKEN_MFA']);
    await assert.rejects(respond(client, setup.Session, 'MFA_SETUP', {}), {
      name: 'SoftwareTokenMFANotFoundException',
    });
    const { SecretCode = '', Session } = await world.browser.associateSoftwareToken({ Session: setup.Session });
    const verified = await world.browser.verifySoftwareToken({ Session, UserCode: codeOf(SecretCode) });
    const { AuthenticationResult, ChallengeParameters } = await respond(client, verified.Session, 'MFA_SETUP', {});
    assert.ok(AuthenticationResult?.AccessToken);
    assert.deepEqual(ChallengeParameters, {});
    assert.equal((await begin(client)).ChallengeName, 'SOFTWARE_TOKEN_MFA');
  });

  it('cannot be replaced through a sign-in that began before there was one', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    const early = await begin(client);
    const prepared = await world.browser.associateSoftwareToken({ Session: (await begin(client)).Session });
    const { SecretCode = '', Session } = await world.browser.associateSoftwareToken({
      Session: (await begin(client)).Session,
    });
    const verified = await world.browser.verifySoftwareToken({ Session, UserCode: codeOf(SecretCode) });
    await respond(client, verified.Session, 'MFA_SETUP', {});
    const over = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' };
    await assert.rejects(world.browser.associateSoftwareToken({ Session: early.Session }), over);
    const UserCode = codeOf(prepared.SecretCode ?? '');
    await assert.rejects(world.browser.verifySoftwareToken({ Session: prepared.Session, UserCode }), over);

    await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'ON', ...everything });
    await world.aws.adminDeleteUserAttributes({ UserPoolId: pool, Username: 'jane', UserAttributeNames: ['email'] });
    await assert.rejects(respond(client, early.Session, 'MFA_SETUP', { EMAIL: 'thief@example.com' }), over);
  });

  it('is not offered by a pool that has it off, and taken away by an administrator', async () => {
    const { client } = await setUp({ MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: { SmsConfiguration } });
    const { AccessToken } = await world.signIn(client, 'jane');
    await assert.rejects(world.browser.associateSoftwareToken({ AccessToken }), {
      name: 'SoftwareTokenMFANotFoundException',
    });
    await assert.rejects(world.browser.associateSoftwareToken({}), { name: 'InvalidParameterException' });

    const other = await setUp({ MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
    const tokens = await world.signIn(other.client, 'jane');
    const { SecretCode = '' } = await world.browser.associateSoftwareToken({ AccessToken: tokens.AccessToken });
    await world.browser.verifySoftwareToken({ AccessToken: tokens.AccessToken, UserCode: codeOf(SecretCode) });
    await world.aws.adminDeleteSoftwareToken({ UserPoolId: other.pool, Username: 'jane' });
    await world.signIn(other.client, 'jane');
    await assert.rejects(world.aws.adminDeleteSoftwareToken({ UserPoolId: other.pool, Username: 'jane' }), {
      name: 'InvalidParameterException',
    });
  });
});

describe('codes by e-mail and text message', () => {
  const kinds = [
    {
      challenge: 'SMS_MFA',
      settings: { SMSMfaSettings: { Enabled: true } },
      to: '+15550001234',
      masked: '+*******1234',
      medium: 'SMS',
      answer: 'SMS_MFA_CODE',
    },
    {
      challenge: 'EMAIL_OTP',
      settings: { EmailMfaSettings: { Enabled: true } },
      to: 'jane@example.com',
      masked: 'j***@e***',
      medium: 'EMAIL',
      answer: 'EMAIL_OTP_CODE',
    },
  ] as const;
  for (const { challenge, settings, to, masked, medium, answer } of kinds) {
    it(`${challenge} is asked for once it is switched on, and lets nobody through without the code`, async () => {
      const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
      await world.signIn(client, 'jane');
      await prefer(pool, settings);
      const asked = await begin(client);
      assert.equal(asked.ChallengeName, challenge);
      assert.equal(asked.ChallengeParameters?.CODE_DELIVERY_DESTINATION, masked);
      assert.equal(asked.ChallengeParameters?.CODE_DELIVERY_DELIVERY_MEDIUM, medium);
      const [message] = await world.mailTo(to);
      const code = /(\d{6})/.exec(message?.text ?? '')?.[1] ?? '';
      if (challenge === 'EMAIL_OTP') assert.equal(message?.subject, 'Your code');
      const wrong = code === '123456' ? '654321' : '123456';
      await assert.rejects(respond(client, asked.Session, challenge, { [answer]: wrong }), {
        name: 'CodeMismatchException',
        message: 'Invalid code or auth state for the user.',
      });
      await assert.rejects(
        respond(client, asked.Session, challenge, {}),
        invalid(`Missing required parameter ${answer}`),
      );
      await assert.rejects(respond(client, asked.Session, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: code }), {
        message: 'Invalid session for the user.',
      });
      const { AuthenticationResult } = await respond(client, asked.Session, challenge, { [answer]: code });
      assert.ok(AuthenticationResult?.IdToken);
      const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' });
      const flag = challenge === 'SMS_MFA' ? 'phone_number_verified' : 'email_verified';
      assert.equal(user.UserAttributes?.find(({ Name }) => Name === flag)?.Value, 'true');
      await assert.rejects(respond(client, asked.Session, challenge, { [answer]: code }), {
        name: 'NotAuthorizedException',
      });
    });
  }

  it('are asked for without any preference where MFA is required', async () => {
    const { client } = await setUp({ MfaConfiguration: 'ON', SmsMfaConfiguration: { SmsConfiguration } });
    assert.equal((await begin(client)).ChallengeName, 'SMS_MFA');
  });

  it('leave the choice to the person who has several', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
    await prefer(pool, { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } });
    const asked = await begin(client);
    assert.equal(asked.ChallengeName, 'SELECT_MFA_TYPE');
    assert.deepEqual(JSON.parse(asked.ChallengeParameters?.MFAS_CAN_CHOOSE ?? ''), ['SMS_MFA', 'EMAIL_OTP']);
    await assert.rejects(respond(client, asked.Session, 'SELECT_MFA_TYPE', { ANSWER: 'SOFTWARE_TOKEN_MFA' }), {
      name: 'InvalidParameterException',
    });
    const chosen = await respond(client, asked.Session, 'SELECT_MFA_TYPE', { ANSWER: 'EMAIL_OTP' });
    assert.equal(chosen.ChallengeName, 'EMAIL_OTP');
    await assert.rejects(respond(client, asked.Session, 'SELECT_MFA_TYPE', { ANSWER: 'SMS_MFA' }), {
      message: 'Invalid session for the user, session can only be used once.',
    });
    const code = /(\d{6})/.exec((await world.mailTo('jane@example.com'))[0]?.text ?? '')?.[1] ?? '';
    const done = await respond(client, chosen.Session, 'EMAIL_OTP', { EMAIL_OTP_CODE: code });
    assert.ok(done.AuthenticationResult);

    await prefer(pool, { SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
    assert.equal((await begin(client)).ChallengeName, 'SMS_MFA');
  });

  it('end an attempt after ten wrong ones, and lock the user out for a while', async () => {
    const { client } = await setUp({ MfaConfiguration: 'ON', SmsMfaConfiguration: { SmsConfiguration } });
    const asked = await begin(client);
    const outcomes: string[] = [];
    for (let guess = 0; guess < 12; guess++) {
      const error = await respond(client, asked.Session, 'SMS_MFA', { SMS_MFA_CODE: '000000' }).catch(each => each);
      outcomes.push(error.message);
      world.clock.advance(10_000);
    }
    assert.ok(outcomes.includes('Password attempts exceeded'), outcomes.join());
    assert.equal(outcomes.at(-1), 'Invalid session for the user.');
  });
});

describe('preferences', () => {
  it('need a factor that the user has, and MFA in the pool', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
    const { AccessToken } = await world.signIn(client, 'jane');
    const token = { SoftwareTokenMfaSettings: { Enabled: true } };
    await assert.rejects(
      world.browser.setUserMFAPreference({ AccessToken, ...token }),
      invalid('User has not set up software token mfa'),
    );
    await assert.rejects(
      prefer(pool, token),
      invalid('User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA'),
    );
    await assert.rejects(
      prefer(pool, {
        SMSMfaSettings: { Enabled: true, PreferredMfa: true },
        EmailMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
      { name: 'InvalidParameterException' },
    );
    await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'OFF' });
    await assert.rejects(prefer(pool, { SMSMfaSettings: { Enabled: true } }), { name: 'InvalidParameterException' });
  });

  it('are switched on and off by the older settings too', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
    const { AccessToken } = await world.signIn(client, 'jane');
    const MFAOptions = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
    await world.browser.setUserSettings({ AccessToken, MFAOptions });
    assert.equal((await begin(client)).ChallengeName, 'SMS_MFA');
    await world.aws.adminSetUserSettings({ UserPoolId: pool, Username: 'jane', MFAOptions: [] });
    await world.signIn(client, 'jane');
  });

  it('show what a user can sign in with', async () => {
    const { pool, client } = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
    await prefer(pool, { EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
    const { $metadata: _, ...seen } = await world.aws.adminGetUserAuthFactors({ UserPoolId: pool, Username: 'jane' });
    assert.deepEqual(seen, {
      Username: 'jane',
      PreferredMfaSetting: 'EMAIL_OTP',
      UserMFASettingList: ['EMAIL_OTP'],
      ConfiguredUserAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'],
    });
    await world.aws.adminSetUserMFAPreference({
      UserPoolId: pool,
      Username: 'jane',
      EmailMfaSettings: { Enabled: false },
    });
    const { AccessToken } = await world.signIn(client, 'jane');
    const own = await world.browser.getUserAuthFactors({ AccessToken });
    assert.deepEqual(own.ConfiguredUserAuthFactors, ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP']);
  });
});
