/** Refusals of sign-in, each through the public operations and through those of administrators. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CognitoIdentityProvider, InitiateAuthCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { Secret, TOTP } from 'otpauth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { closeSrp, srpProof, srpStart } from '../user-pools/sign-in/srp.ts';

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER' as const,
};
const temporary = 'Temporary-Horse-1';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => Promise.all([world.stop(), closeSrp()]));

for (const side of ['public', 'administrators’'] as const) {
  const isPublic = side === 'public';
  describe(`the ${side} sign-in refuses`, () => {
    let pool: string;
    let client: string;
    before(async () => {
      pool = await world.createPool({
        AliasAttributes: ['preferred_username'],
        SmsConfiguration,
        Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
      });
      await world.aws.setUserPoolMfaConfig({
        UserPoolId: pool,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        SmsMfaConfiguration: { SmsConfiguration },
      });
      client = await clientOf(pool);
    });

    const clientOf = (of: string) =>
      world.createClient(of, {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
      });

    type Begin = Pick<InitiateAuthCommandInput, 'AuthFlow' | 'AuthParameters'>;
    const begin = (input: Begin, [UserPoolId, ClientId] = [pool, client]) =>
      isPublic
        ? world.browser.initiateAuth({ ClientId, ...input })
        : world.aws.adminInitiateAuth({ UserPoolId, ClientId, ...input });
    const password = (USERNAME: string, PASSWORD = goodPassword): Begin => ({
      AuthFlow: isPublic ? 'USER_PASSWORD_AUTH' : 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    });
    type Answer = {
      ChallengeName: 'PASSWORD_VERIFIER' | 'NEW_PASSWORD_REQUIRED' | 'SOFTWARE_TOKEN_MFA' | 'SMS_MFA' | 'MFA_SETUP';
      ChallengeResponses: Record<string, string>;
      Session?: string | undefined;
    };
    const answer = (input: Answer, [UserPoolId, ClientId] = [pool, client]) =>
      isPublic
        ? world.browser.respondToAuthChallenge({ ClientId, ...input })
        : world.aws.adminRespondToAuthChallenge({ UserPoolId, ClientId, ...input });
    /** The right proof of the password, to be sent. */
    const proof = async (username: string, where = [pool, client] as [string, string]) => {
      const aws = { initiateAuth: (input: Begin) => begin(input, where) } as unknown as CognitoIdentityProvider;
      const started = await srpStart({ aws, client: where[1], username });
      const ChallengeResponses = await srpProof(started, { pool: where[0], clock: world.clock });
      return () =>
        answer({ ChallengeName: 'PASSWORD_VERIFIER', ChallengeResponses, Session: started.challenge.Session }, where);
    };

    it('an account that is unconfirmed or has been reset, with the password or its proof', async () => {
      await world.signUp(client, 'unconfirmed');
      await world.createUser(pool, 'reset', goodPassword, { email: 'reset@example.com', email_verified: 'true' });
      await world.aws.adminResetUserPassword({ UserPoolId: pool, Username: 'reset' });
      for (const [username, name] of [
        ['unconfirmed', 'UserNotConfirmedException'],
        ['reset', 'PasswordResetRequiredException'],
      ] as const) {
        await assert.rejects(begin(password(username)), { name });
        await assert.rejects(await proof(username), { name });
      }
    });

    it('to go on with an account that has gone meanwhile', async () => {
      await world.createUser(pool, 'gone');
      const send = await proof('gone');
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'gone' });
      await assert.rejects(send, { name: 'NotAuthorizedException', message: 'Invalid session for the user.' });
    });

    it('whoever has to have a second factor and can have none', async () => {
      const other = await world.createPool({
        EmailConfiguration,
        AccountRecoverySetting: {
          RecoveryMechanisms: [
            { Name: 'verified_email', Priority: 1 },
            { Name: 'verified_phone_number', Priority: 2 },
          ],
        },
      });
      await world.aws.setUserPoolMfaConfig({ UserPoolId: other, MfaConfiguration: 'ON', EmailMfaConfiguration: {} });
      const where: [string, string] = [other, await clientOf(other)];
      await world.createUser(other, 'jane', goodPassword, { email: 'jane@example.com', email_verified: 'true' });
      const name = 'MFAMethodNotFoundException';
      await assert.rejects(begin(password('jane'), where), {
        name: isPublic ? 'InvalidUserPoolConfigurationException' : name,
      });
      await assert.rejects(await proof('jane', where), { name, message: 'No MFA mechanism registerd in the account.' });
    });

    it('new passwords against the policy or the history, and attributes that are somebody else’s names', async () => {
      await world.createUser(pool, 'owner', goodPassword, { preferred_username: 'taken' });
      await world.createUser(pool, 'invited');
      await world.aws.adminSetUserPassword({
        UserPoolId: pool,
        Username: 'invited',
        Password: temporary,
        Permanent: false,
      });
      const { Session } = await begin(password('invited', temporary));
      const choose = (NEW_PASSWORD: string, more = {}) =>
        answer({
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session,
          ChallengeResponses: { USERNAME: 'invited', NEW_PASSWORD, ...more },
        });
      await assert.rejects(choose('short'), { name: 'InvalidPasswordException' });
      await assert.rejects(choose(goodPassword), { name: 'PasswordHistoryPolicyViolationException' });
      await assert.rejects(choose('Another-Horse-8', { 'userAttributes.preferred_username': 'taken' }), {
        name: 'AliasExistsException',
      });
    });

    it('wrong and used codes, and an authenticator app that has not been verified', async () => {
      await world.createUser(pool, 'app');
      const { AccessToken } = await world.signIn(client, 'app');
      const { SecretCode = '' } = await world.browser.associateSoftwareToken({ AccessToken });
      const codeNow = () =>
        new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate({ timestamp: world.clock.now() });
      const used = codeNow();
      await world.browser.verifySoftwareToken({ AccessToken, UserCode: used });
      const { Session } = await begin(password('app'));
      const send = (SOFTWARE_TOKEN_MFA_CODE: string) =>
        answer({
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          Session,
          ChallengeResponses: { USERNAME: 'app', SOFTWARE_TOKEN_MFA_CODE },
        });
      await assert.rejects(send(used), { name: 'ExpiredCodeException' });
      await assert.rejects(send(used === '123456' ? '654321' : '123456'), { name: 'CodeMismatchException' });

      const other = await world.createPool();
      await world.aws.setUserPoolMfaConfig({
        UserPoolId: other,
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      const where: [string, string] = [other, await clientOf(other)];
      await world.createUser(other, 'jane');
      const setup = await begin(password('jane'), where);
      const bare = {
        ChallengeName: 'MFA_SETUP' as const,
        Session: setup.Session,
        ChallengeResponses: { USERNAME: 'jane' },
      };
      await assert.rejects(answer(bare, where), { name: 'SoftwareTokenMFANotFoundException' });
    });
  });
}
