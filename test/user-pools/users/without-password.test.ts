/** Users without a password: made by administrators, signed in by codes, and their first password. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const poolWith = async (factors: AuthFactorType[], more: object = {}) => {
  const pool = await world.createPool({
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } },
    ...more,
  });
  const client = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'] });
  return { pool, client };
};
const create = (pool: string, attributes: Record<string, string>, more: object = {}) =>
  world.aws.adminCreateUser({
    UserPoolId: pool,
    Username: 'jane',
    UserAttributes: attributeList(attributes),
    MessageAction: 'SUPPRESS',
    ...more,
  });
const begin = (client: string, more: Record<string, string>) =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: 'jane', ...more },
  });
const signInByMail = async (client: string, email: string) => {
  const { Session } = await begin(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
  const code = /(\d{8})/.exec((await world.mailTo(email))[0]?.text ?? '')?.[1] ?? '';
  const { AuthenticationResult } = await world.browser.respondToAuthChallenge({
    ClientId: client,
    ChallengeName: 'EMAIL_OTP',
    Session,
    ChallengeResponses: { USERNAME: 'jane', EMAIL_OTP_CODE: code },
  });
  return AuthenticationResult?.AccessToken;
};

describe('AdminCreateUser without a temporary password', () => {
  it('makes a confirmed user where codes sign people in, invited without a password', async () => {
    const { pool, client } = await poolWith(['PASSWORD', 'EMAIL_OTP']);
    const email = 'jane@invited.example';
    const { User } = await create(pool, { email }, { MessageAction: undefined, DesiredDeliveryMediums: ['EMAIL'] });
    assert.equal(User?.UserStatus, 'CONFIRMED');
    const [invitation] = await world.mailTo(email);
    assert.equal(invitation?.text, 'Your username is jane.');
    assert.deepEqual((await begin(client, {})).AvailableChallenges, ['EMAIL_OTP']);
    assert.ok(await signInByMail(client, email));
    const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' });
    assert.equal(UserAttributes?.find(({ Name }) => Name === 'email_verified')?.Value, 'true');
    await refused(create(pool, { email }, { MessageAction: 'RESEND' }), 'UnsupportedUserStateException');
  });

  it('leaves the place of the password in a template of the pool empty', async () => {
    const InviteMessageTemplate = { EmailMessage: 'Welcome {username}{####}!', EmailSubject: 'Hello' };
    const { pool } = await poolWith(['PASSWORD', 'EMAIL_OTP'], { AdminCreateUserConfig: { InviteMessageTemplate } });
    const email = 'jane@template.example';
    await create(pool, { email }, { MessageAction: undefined, DesiredDeliveryMediums: ['EMAIL'] });
    const [invitation] = await world.mailTo(email);
    assert.deepEqual([invitation?.subject, invitation?.text], ['Hello', 'Welcome jane!']);
  });

  it('needs an address that a code can go to', async () => {
    const { pool } = await poolWith(['PASSWORD', 'SMS_OTP']);
    await refused(create(pool, { email: 'jane@unreachable.example' }), 'InvalidParameterException');
    const { User } = await create(pool, { phone_number: '+15550007777' });
    assert.equal(User?.UserStatus, 'CONFIRMED');
  });

  it('makes the password up where there are no codes, and keeps one that is given where there are', async () => {
    const plain = await poolWith(['PASSWORD']);
    assert.equal((await create(plain.pool, {})).User?.UserStatus, 'FORCE_CHANGE_PASSWORD');
    const { pool, client } = await poolWith(['PASSWORD', 'EMAIL_OTP']);
    const { User } = await create(pool, { email: 'jane@given.example' }, { TemporaryPassword: goodPassword });
    assert.equal(User?.UserStatus, 'FORCE_CHANGE_PASSWORD');
    const asked = await begin(client, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword });
    assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED');
  });
});

describe('a first password', () => {
  it('is set without a previous one, and changed with it from then on', async () => {
    const { pool, client } = await poolWith(['PASSWORD', 'EMAIL_OTP']);
    const email = 'jane@first.example';
    await create(pool, { email });
    const AccessToken = await signInByMail(client, email);
    await refused(world.browser.changePassword({ AccessToken, ProposedPassword: 'short' }), 'InvalidPasswordException');
    await world.browser.changePassword({ AccessToken, ProposedPassword: goodPassword });
    assert.deepEqual((await begin(client, {})).AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP']);
    await world.signIn(client, 'jane');
    await refused(
      world.browser.changePassword({ AccessToken, ProposedPassword: 'Another-Horse-8' }),
      'InvalidParameterException',
    );
    await world.browser.changePassword({
      AccessToken,
      PreviousPassword: goodPassword,
      ProposedPassword: 'Another-Horse-8',
    });
    await world.signIn(client, 'jane', 'Another-Horse-8');
  });
});

it('SignUp without a password needs an address that a code can go to', async () => {
  const { client } = await poolWith(['PASSWORD', 'SMS_OTP']);
  await refused(
    world.browser.signUp({ ClientId: client, Username: 'jane', UserAttributes: attributeList({ name: 'Jane' }) }),
    'InvalidParameterException',
  );
});
