/** A mailbox or telephone that is a user's second factor does not recover their password, too. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRecoverySettingType } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { answerOf, refused } from './refused.ts';

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER' as const,
};
const noContact = 'Cannot reset password for the user as there is no registered/verified email or phone_number';
const by = (...names: ('verified_email' | 'verified_phone_number')[]): AccountRecoverySettingType => ({
  RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
});
const both = {
  email: 'jane@recover.example',
  email_verified: 'true',
  phone_number: '+15550001234',
  phone_number_verified: 'true',
};

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const setUp = async (
  AccountRecoverySetting: AccountRecoverySettingType | undefined,
  {
    mode = 'OPTIONAL',
    attributes = both,
    client = {},
  }: { mode?: 'ON' | 'OPTIONAL'; attributes?: object; client?: object } = {},
) => {
  const pool = await world.createPool({ SmsConfiguration, EmailConfiguration, AccountRecoverySetting });
  await world.aws.setUserPoolMfaConfig({
    UserPoolId: pool,
    MfaConfiguration: mode,
    SmsMfaConfiguration: { SmsConfiguration },
    EmailMfaConfiguration: {},
  });
  const clientId = await world.createClient(pool, client);
  await world.createUser(pool, 'jane', goodPassword, attributes as Record<string, string>);
  return { pool, client: clientId };
};
const prefer = (pool: string, settings: object) =>
  world.aws.adminSetUserMFAPreference({ UserPoolId: pool, Username: 'jane', ...settings });
const forgot = async (client: string, Username = 'jane') =>
  (await world.browser.forgotPassword({ ClientId: client, Username })).CodeDeliveryDetails?.DeliveryMedium;
const begin = (client: string) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
  });
const sms = { SMSMfaSettings: { Enabled: true } };
const email = { EmailMfaSettings: { Enabled: true } };

describe('recovery of a password with a second factor', () => {
  it('goes to the address that is not the second factor', async () => {
    const { pool, client } = await setUp(by('verified_phone_number', 'verified_email'));
    assert.equal(await forgot(client), 'SMS');
    await prefer(pool, sms);
    assert.equal(await forgot(client), 'EMAIL');
    await prefer(pool, { EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
    // Only the preferred factor is asked for.
    assert.equal(await forgot(client), 'SMS');
  });

  it('is impossible where both are, or where the only one is', async () => {
    const { pool, client } = await setUp(by('verified_email', 'verified_phone_number'));
    await prefer(pool, { ...sms, ...email });
    await refused(forgot(client), 'InvalidParameterException', noContact);
    await refused(
      world.aws.adminResetUserPassword({ UserPoolId: pool, Username: 'jane' }),
      'InvalidParameterException',
      noContact,
    );
    const { email: _, ...phoneOnly } = both;
    const single = await setUp(by('verified_phone_number', 'verified_email'), { attributes: phoneOnly });
    await prefer(single.pool, sms);
    await refused(forgot(single.client), 'InvalidParameterException', noContact);
  });

  it('is not restricted in a pool without the setting, nor by MFA that is switched off', async () => {
    const { pool, client } = await setUp(undefined);
    await prefer(pool, sms);
    assert.equal(await forgot(client), 'SMS');
    const other = await setUp(by('verified_phone_number', 'verified_email'));
    await prefer(other.pool, sms);
    await world.aws.setUserPoolMfaConfig({ UserPoolId: other.pool, MfaConfiguration: 'OFF' });
    assert.equal(await forgot(other.client), 'SMS');
  });

  it('tells nothing where the client hides users', async () => {
    const attributes = { email: 'jane@recover.example', email_verified: 'true' };
    const recovery = by('verified_email', 'verified_phone_number');
    const { pool, client } = await setUp(recovery, { attributes, client: { PreventUserExistenceErrors: 'ENABLED' } });
    const ask = () => answerOf(world.browser.forgotPassword({ ClientId: client, Username: 'jane' }));
    const before = await ask();
    const sent = (await world.mailTo('jane@recover.example')).length;
    await prefer(pool, email);
    assert.deepEqual(await ask(), before);
    assert.equal((await world.mailTo('jane@recover.example')).length, sent);
  });
});

describe('a required second factor without a preference', () => {
  it('does not come by e-mail where that recovers passwords first', async () => {
    const { client } = await setUp(by('verified_email', 'verified_phone_number'), { mode: 'ON' });
    assert.equal((await begin(client)).ChallengeName, 'SMS_MFA');
    assert.equal(await forgot(client), 'EMAIL');
    const open = await setUp(undefined, { mode: 'ON' });
    const asked = await begin(open.client);
    assert.equal(asked.ChallengeName, 'SELECT_MFA_TYPE');
    assert.deepEqual(JSON.parse(asked.ChallengeParameters?.MFAS_CAN_CHOOSE ?? ''), ['SMS_MFA', 'EMAIL_OTP']);
  });

  it('does after all when the user has chosen so', async () => {
    const { pool, client } = await setUp(by('verified_email', 'verified_phone_number'), { mode: 'ON' });
    await prefer(pool, { EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
    assert.equal((await begin(client)).ChallengeName, 'EMAIL_OTP');
    assert.equal(await forgot(client), 'SMS');
  });

  it('cannot be set up with what recovers passwords; where there is nothing else the sign-in is refused', async () => {
    const recovery = by('verified_email', 'verified_phone_number');
    const nothing = await setUp(recovery, { mode: 'ON', attributes: {} });
    const setup = await begin(nothing.client);
    assert.equal(setup.ChallengeName, 'MFA_SETUP');
    assert.deepEqual(JSON.parse(setup.ChallengeParameters?.MFAS_CAN_SETUP ?? ''), ['SMS_MFA']);
    const { pool, client } = await setUp(recovery, { mode: 'ON', attributes: { email: 'jane@only.example' } });
    await world.aws.updateUserPool({
      UserPoolId: pool,
      MfaConfiguration: 'ON',
      EmailConfiguration,
      AccountRecoverySetting: recovery,
    });
    await world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'ON', EmailMfaConfiguration: {} });
    await refused(begin(client), 'InvalidUserPoolConfigurationException');
  });
});
