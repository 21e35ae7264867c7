/** Amplify: second factors, from their set-up in mid sign-in to the choice among them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SetUserPoolMfaConfigCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import {
  confirmSignIn,
  fetchMFAPreference,
  getCurrentUser,
  setUpTOTP,
  signIn,
  signOut,
  updateMFAPreference,
  verifyTOTPSetup,
} from 'aws-amplify/auth';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

const everything: Partial<SetUserPoolMfaConfigCommandInput> = {
  SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
  SoftwareTokenMfaConfiguration: { Enabled: true },
  EmailMfaConfiguration: { Message: 'Sign in with {####}', Subject: 'Your code' },
};
const phone = '+15550001234';
const passwordFlow = { authFlowType: 'USER_PASSWORD_AUTH' } as const;
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

describe('Amplify with second factors', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  /** A page of an application whose pool has a user `jane` with e-mail address and phone number, unless told otherwise. */
  const setUp = async (
    mfa: Partial<SetUserPoolMfaConfigCommandInput>,
    attributes: Record<string, string> = { email: 'jane@example.com', email_verified: 'true', phone_number: phone },
  ) => {
    const EmailConfiguration = {
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
      EmailSendingAccount: 'DEVELOPER',
    } as const;
    const pool = await world.createPool({ EmailConfiguration, AliasAttributes: ['email'] });
    await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, ...mfa });
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane', goodPassword, attributes);
    openPage(world, { pool, client });
    return pool;
  };
  const withSrp = async () => (await signIn({ username: 'jane', password: goodPassword })).nextStep;
  const withPassword = async () =>
    (await signIn({ username: 'jane', password: goodPassword, options: passwordFlow })).nextStep;
  const answer = (challengeResponse: string) => confirmSignIn({ challengeResponse });
  const choosePassword = async () => {
    await answer('PASSWORD');
    return answer(goodPassword);
  };
  const totp = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });
  const wrong = (code: string) => (code === '123456' ? '654321' : '123456');

  it('sets up an authenticator app where one is demanded, and is asked for it from then on', async () => {
    await setUp({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } }, {});
    const step = await withSrp();
    assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
    assert.ok('totpSetupDetails' in step);
    const { sharedSecret, getSetupUri } = step.totpSetupDetails;
    assert.match(getSetupUri('App').href, /^otpauth:\/\/totp\/App:jane\?secret=[A-Z2-7]{32,}&issuer=App$/);
    await assert.rejects(answer(wrong(totp(sharedSecret))), { name: 'EnableSoftwareTokenMFAException' });
    assert.deepEqual(await answer(totp(sharedSecret)), done);
    assert.deepEqual((await fetchMFAPreference()).enabled, ['TOTP']);
    await signOut();

    assert.deepEqual(await withPassword(), { signInStep: 'CONFIRM_SIGN_IN_WITH_TOTP_CODE' });
    await assert.rejects(answer(totp(sharedSecret)), {
      name: 'ExpiredCodeException',
      message: 'Your software token has already been used once.',
    });
    world.clock.advance(30_000);
    await assert.rejects(answer(wrong(totp(sharedSecret))), { name: 'CodeMismatchException' });
    assert.deepEqual(await answer(totp(sharedSecret)), done);
  });

  it('asks for a code by text message or e-mail', async () => {
    await setUp({ MfaConfiguration: 'ON', SmsMfaConfiguration: everything.SmsMfaConfiguration });
    assert.deepEqual(await withSrp(), {
      signInStep: 'CONFIRM_SIGN_IN_WITH_SMS_CODE',
      codeDeliveryDetails: { deliveryMedium: 'SMS', destination: '+*******1234' },
    });
    const sms = await world.codeTo(phone);
    await assert.rejects(answer(wrong(sms)), { name: 'CodeMismatchException' });
    assert.deepEqual(await answer(sms), done);

    await setUp({ MfaConfiguration: 'ON', EmailMfaConfiguration: everything.EmailMfaConfiguration });
    assert.deepEqual(await withSrp(), {
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'j***@e***' },
    });
    const mail = await world.codeTo('jane@example.com');
    await assert.rejects(answer(wrong(mail)), { name: 'CodeMismatchException' });
    assert.deepEqual(await answer(mail), done);
  });

  it('chooses which factor to set up, and an e-mail address among them', async () => {
    await setUp({ ...everything, SmsMfaConfiguration: undefined, MfaConfiguration: 'ON' }, {});
    const step = await withPassword();
    assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
    assert.ok('allowedMFATypes' in step);
    assert.deepEqual(step.allowedMFATypes?.toSorted(), ['EMAIL', 'TOTP']);
    assert.deepEqual((await answer('EMAIL')).nextStep, { signInStep: 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP' });
    assert.deepEqual((await answer('later@example.com')).nextStep, {
      signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE',
      codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'l***@e***' },
    });
    assert.deepEqual(await answer(await world.codeTo('later@example.com')), done);
    await signOut();
    assert.equal((await withPassword()).signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  });

  it('keeps preferences, and offers the choice where there is none', async () => {
    await setUp({ ...everything, MfaConfiguration: 'OPTIONAL' });
    assert.deepEqual(await withPassword(), { signInStep: 'DONE' });
    assert.deepEqual(await fetchMFAPreference(), { preferred: undefined, enabled: undefined });
    await assert.rejects(updateMFAPreference({ totp: 'PREFERRED' }), {
      name: 'InvalidParameterException',
      message: 'User has not set up software token mfa',
    });
    const { sharedSecret } = await setUpTOTP();
    await assert.rejects(verifyTOTPSetup({ code: wrong(totp(sharedSecret)) }), {
      name: 'EnableSoftwareTokenMFAException',
    });
    await verifyTOTPSetup({ code: totp(sharedSecret) });
    await updateMFAPreference({ sms: 'ENABLED', totp: 'ENABLED', email: 'ENABLED' });
    const { preferred, enabled } = await fetchMFAPreference();
    assert.equal(preferred, undefined);
    assert.deepEqual(enabled?.toSorted(), ['EMAIL', 'SMS', 'TOTP']);
    await signOut();

    const step = await withPassword();
    assert.equal(step.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
    assert.ok('allowedMFATypes' in step);
    assert.deepEqual(step.allowedMFATypes?.toSorted(), ['EMAIL', 'SMS', 'TOTP']);
    assert.equal((await answer('SMS')).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
    assert.deepEqual(await answer(await world.codeTo(phone)), done);

    await updateMFAPreference({ email: 'PREFERRED', sms: 'NOT_PREFERRED' });
    assert.equal((await fetchMFAPreference()).preferred, 'EMAIL');
    await signOut();
    assert.equal((await withPassword()).signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
    assert.deepEqual(await answer(await world.codeTo('jane@example.com')), done);

    await updateMFAPreference({ email: 'DISABLED', sms: 'DISABLED' });
    assert.deepEqual((await fetchMFAPreference()).enabled, ['TOTP']);
    await signOut();
    world.clock.advance(30_000);
    assert.equal((await withPassword()).signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
    assert.deepEqual(await answer(totp(sharedSecret)), done);
  });

  it('goes on from a temporary password to the second factor, called by an e-mail address', async () => {
    const UserPoolId = await setUp({ MfaConfiguration: 'ON', ...everything });
    await world.aws.adminCreateUser({
      UserPoolId,
      Username: 'ann',
      TemporaryPassword: 'Temporary-7',
      UserAttributes: [
        { Name: 'email', Value: 'ann@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    });
    const begin = (password: string) => signIn({ username: 'ann@example.com', password, options: passwordFlow });
    assert.equal((await begin('Temporary-7')).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED');
    assert.equal((await answer('Lasting-Horse-7')).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
    assert.deepEqual(await answer(await world.codeTo('ann@example.com')), done);
    assert.equal((await getCurrentUser()).username, 'ann');
    await signOut();
    assert.equal((await begin('Lasting-Horse-7')).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  });

  it('asks for the second factor after a password that was chosen among first factors', async () => {
    const pool = await setUp({ MfaConfiguration: 'OPTIONAL', ...everything });
    const client = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    await world.aws.adminSetUserMFAPreference({
      UserPoolId: pool,
      Username: 'jane',
      SMSMfaSettings: { Enabled: true, PreferredMfa: true },
    });
    const choice = { authFlowType: 'USER_AUTH' } as const;
    for (const options of [choice, { ...choice, preferredChallenge: 'PASSWORD_SRP' } as const]) {
      openPage(world, { pool, client });
      const asked = await signIn({ username: 'jane', password: goodPassword, options });
      const afterPassword = 'preferredChallenge' in options ? asked : await choosePassword();
      assert.equal(afterPassword.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
      assert.deepEqual(await answer(await world.codeTo(phone)), done);
    }
  });
});
