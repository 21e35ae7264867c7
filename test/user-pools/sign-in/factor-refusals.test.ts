/** The operations on second factors: every exception that their contract declares and that can be provoked. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const nowhere = 'us-east-1_nowhere99';
const app = { MfaConfiguration: 'OPTIONAL' as const, SoftwareTokenMfaConfiguration: { Enabled: true } };

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

/** A pool with second factors, and jane, who is signed in. */
const setUp = async (mfa: object = app, attributes: Record<string, string> = {}) => {
  const pool = await world.createPool();
  await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, ...mfa });
  const client = await world.createClient(pool);
  await world.createUser(pool, 'jane', goodPassword, attributes);
  const { AccessToken } = await world.signIn(client, 'jane');
  return { pool, client, AccessToken };
};
const codeOf = (secret = '') =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });

describe('whoever is not signed in', () => {
  type Token = { AccessToken: string };
  const operations: [name: string, call: (token: Token) => Promise<unknown>, gone?: string][] = [
    ['GetUserAuthFactors', token => world.browser.getUserAuthFactors(token)],
    ['SetUserMFAPreference', token => world.browser.setUserMFAPreference(token)],
    ['SetUserSettings', token => world.browser.setUserSettings({ ...token, MFAOptions: [] })],
    ['AssociateSoftwareToken', token => world.browser.associateSoftwareToken(token), 'NotAuthorizedException'],
    ['VerifySoftwareToken', token => world.browser.verifySoftwareToken({ ...token, UserCode: '123456' })],
  ];
  for (const [name, call, gone = 'UserNotFoundException'] of operations)
    it(`${name}: bad, revoked and orphaned tokens`, async () => {
      const { pool, AccessToken } = await setUp();
      await refused(call({ AccessToken: 'a.b.c' }), 'NotAuthorizedException');
      await refused(call({ AccessToken: '' }), 'InvalidParameterException');
      const again = await setUp();
      await world.aws.adminUserGlobalSignOut({ UserPoolId: again.pool, Username: 'jane' });
      await refused(call(again), 'NotAuthorizedException', 'Access Token has been revoked');
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'jane' });
      await refused(call({ AccessToken }), 'NotAuthorizedException');
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'jane' });
      await refused(call({ AccessToken }), gone);
    });
});

describe('administrators', () => {
  type User = { UserPoolId: string; Username: string };
  const operations: [name: string, call: (user: User) => Promise<unknown>][] = [
    ['AdminGetUserAuthFactors', user => world.aws.adminGetUserAuthFactors(user)],
    ['AdminSetUserMFAPreference', user => world.aws.adminSetUserMFAPreference(user)],
    ['AdminSetUserSettings', user => world.aws.adminSetUserSettings({ ...user, MFAOptions: [] })],
    ['AdminDeleteSoftwareToken', user => world.aws.adminDeleteSoftwareToken(user)],
  ];
  for (const [name, call] of operations)
    it(`${name}: pools and users that do not exist`, async () => {
      const { pool } = await setUp();
      await refused(call({ UserPoolId: nowhere, Username: 'jane' }), 'ResourceNotFoundException');
      await refused(call({ UserPoolId: pool, Username: 'nobody' }), 'UserNotFoundException', 'User does not exist.');
      await refused(call({ UserPoolId: pool, Username: '' }), 'InvalidParameterException');
    });

  it('the MFA configuration of a pool that does not exist, or of none', async () => {
    await refused(world.aws.getUserPoolMfaConfig({ UserPoolId: nowhere }), 'ResourceNotFoundException');
    await refused(world.aws.setUserPoolMfaConfig({ UserPoolId: nowhere, ...app }), 'ResourceNotFoundException');
    await refused(world.aws.getUserPoolMfaConfig({ UserPoolId: '?' }), 'InvalidParameterException');
    const { pool } = await setUp();
    await refused(
      world.aws.updateUserPool({
        UserPoolId: pool,
        MfaConfiguration: 'ON',
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      }),
      'InvalidParameterException',
    );
  });
});

describe('preferences', () => {
  it('name factors that the user has, one of them preferred, and enabled', async () => {
    const { pool, AccessToken } = await setUp();
    const sets = [
      (settings: object) => world.browser.setUserMFAPreference({ AccessToken, ...settings }),
      (settings: object) => world.aws.adminSetUserMFAPreference({ UserPoolId: pool, Username: 'jane', ...settings }),
    ];
    for (const set of sets) {
      const noPhone = 'User does not have delivery config set to turn on SMS_MFA';
      await refused(set({ SMSMfaSettings: { Enabled: true } }), 'InvalidParameterException', noPhone);
      const noMail = 'User does not have delivery config set to turn on EMAIL_OTP';
      await refused(set({ EmailMfaSettings: { PreferredMfa: true } }), 'InvalidParameterException', noMail);
      // What is off already may be switched off.
      await set({ SMSMfaSettings: { Enabled: false }, EmailMfaSettings: { Enabled: false, PreferredMfa: false } });
    }
    const { SecretCode } = await world.browser.associateSoftwareToken({ AccessToken });
    await world.browser.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode) });
    for (const set of sets)
      await refused(
        set({ SoftwareTokenMfaSettings: { Enabled: false, PreferredMfa: true } }),
        'InvalidParameterException',
      );
    await world.browser.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { PreferredMfa: true } });
    const preferred = await world.browser.getUser({ AccessToken });
    assert.deepEqual(
      [preferred.UserMFASettingList, preferred.PreferredMfaSetting],
      [['SOFTWARE_TOKEN_MFA'], 'SOFTWARE_TOKEN_MFA'],
    );
    await world.browser.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: false } });
    const off = await world.browser.getUser({ AccessToken });
    assert.deepEqual([off.UserMFASettingList, off.PreferredMfaSetting], [undefined, undefined]);
  });

  it('of the older kind know text messages only, and need a phone', async () => {
    const { pool, AccessToken } = await setUp();
    const foreign = [{ DeliveryMedium: 'EMAIL' as const, AttributeName: 'email' }];
    const phone = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
    for (const MFAOptions of [foreign, phone]) {
      await refused(world.browser.setUserSettings({ AccessToken, MFAOptions }), 'InvalidParameterException');
      const user = { UserPoolId: pool, Username: 'jane' };
      await refused(world.aws.adminSetUserSettings({ ...user, MFAOptions }), 'InvalidParameterException');
    }
  });
});

describe('setting up an authenticator app', () => {
  it('needs one way to say who it is for', async () => {
    const { AccessToken } = await setUp();
    await refused(world.browser.associateSoftwareToken({}), 'InvalidParameterException');
    const Session = 'x'.repeat(40);
    await refused(world.browser.associateSoftwareToken({ AccessToken, Session }), 'InvalidParameterException');
    await refused(
      world.browser.associateSoftwareToken({ Session }),
      'NotAuthorizedException',
      'Invalid session for the user.',
    );
    await refused(world.browser.verifySoftwareToken({ UserCode: '123456' }), 'InvalidParameterException');
    await refused(world.browser.verifySoftwareToken({ Session, UserCode: '123456' }), 'NotAuthorizedException');
  });

  it('needs a secret first, a pool that offers apps, and a session of that very challenge', async () => {
    const { pool, AccessToken } = await setUp();
    const verify = () => world.browser.verifySoftwareToken({ AccessToken, UserCode: '123456' });
    await refused(verify(), 'InvalidParameterException', 'User has not set up software token mfa');
    await refused(
      world.browser.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }),
      'InvalidParameterException',
      'User has not set up software token mfa',
    );
    await world.browser.associateSoftwareToken({ AccessToken });
    await refused(world.browser.verifySoftwareToken({ AccessToken, UserCode: '12' }), 'InvalidParameterException');
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pool,
      MfaConfiguration: 'OPTIONAL',
      SmsMfaConfiguration: { SmsConfiguration },
    });
    await refused(verify(), 'SoftwareTokenMFANotFoundException');
    await refused(world.browser.associateSoftwareToken({ AccessToken }), 'SoftwareTokenMFANotFoundException');

    const texted = await setUp({ SmsMfaConfiguration: { SmsConfiguration }, ...app }, { phone_number: '+15550001234' });
    await world.aws.adminSetUserMFAPreference({
      UserPoolId: texted.pool,
      Username: 'jane',
      SMSMfaSettings: { Enabled: true },
    });
    const { Session } = await world.browser.initiateAuth({
      ClientId: texted.client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
    });
    await refused(world.browser.associateSoftwareToken({ Session }), 'NotAuthorizedException');
  });

  it('stops for a while after too many wrong codes', async () => {
    const { AccessToken } = await setUp();
    const { SecretCode } = await world.browser.associateSoftwareToken({ AccessToken });
    const wrong = codeOf(SecretCode) === '123456' ? '654321' : '123456';
    const verify = (UserCode: string) => world.browser.verifySoftwareToken({ AccessToken, UserCode });
    for (let guess = 0; guess < 5; guess++) await refused(verify(wrong), 'EnableSoftwareTokenMFAException');
    await refused(verify(codeOf(SecretCode)), 'NotAuthorizedException', 'Password attempts exceeded');
    world.clock.advance(1500);
    assert.equal((await verify(codeOf(SecretCode))).Status, 'SUCCESS');
  });
});

describe('codes to sign in with', () => {
  it('are sent so often in an hour, to names that nobody has as well', async () => {
    const pool = await world.createPool({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    });
    const client = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@often.example' });
    for (const USERNAME of ['jane', 'nobody']) {
      const ask = () =>
        world.browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'EMAIL_OTP' },
        });
      const asked = await Promise.all(Array.from({ length: 60 }, ask));
      assert.deepEqual(new Set(asked.map(({ ChallengeName }) => ChallengeName)), new Set(['EMAIL_OTP']));
      await refused(ask(), 'TooManyRequestsException');
      const { Session } = await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME },
      });
      await refused(
        world.browser.respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'SELECT_CHALLENGE',
          Session,
          ChallengeResponses: { USERNAME, ANSWER: 'EMAIL_OTP' },
        }),
        'TooManyRequestsException',
      );
    }
  });

  it('do not verify an address that signs somebody else in', async () => {
    const pool = await world.createPool({
      AliasAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    });
    const client = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
    const email = 'shared@alias.example';
    await world.createUser(pool, 'jane', goodPassword, { email, email_verified: 'true' });
    await world.createUser(pool, 'joe', goodPassword, { email });
    const { Session } = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'joe', PREFERRED_CHALLENGE: 'EMAIL_OTP' },
    });
    const EMAIL_OTP_CODE = /(\d{8})/.exec((await world.mailTo(email))[0]?.text ?? '')?.[1] ?? '';
    await refused(
      world.browser.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'EMAIL_OTP',
        Session,
        ChallengeResponses: { USERNAME: 'joe', EMAIL_OTP_CODE },
      }),
      'AliasExistsException',
    );
  });
});

it('codes by e-mail need a plan that has them, where plans withhold anything', async () => {
  const strict = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
  try {
    const EmailConfiguration = {
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
      EmailSendingAccount: 'DEVELOPER' as const,
    };
    const pool = await strict.createPool({ UserPoolTier: 'LITE', EmailConfiguration });
    await refused(
      strict.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: {} }),
      'FeatureUnavailableInTierException',
    );
  } finally {
    await strict.stop();
  }
});
