/** Authentication events: what is recorded of whom, how it is listed, and what may be said of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthEventType } from '@aws-sdk/client-cognito-identity-provider';
import { TOTP } from 'otpauth';
import { sweep } from '../../../src/storage/sweeper.ts';
import { feedbackToken } from '../../../src/user-pools/threat-protection/feedback.ts';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, secretHash, srpSignIn } from '../sign-in/srp.ts';
import { claimsOf } from '../tokens/decode.ts';
import { refused } from '../users/refused.ts';

const DAY = 24 * 60 * 60 * 1000;
const TWO_YEARS = 730 * DAY;
const otherPassword = 'Another-Horse-8';

after(closeSrp);

for (const engine of engines) {
  describe(`authentication events (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
      client = await world.createClient(pool);
    });
    after(() => world.stop());

    const eventsOf = async (Username: string, of = pool): Promise<AuthEventType[]> =>
      (await world.aws.adminListUserAuthEvents({ UserPoolId: of, Username })).AuthEvents ?? [];
    /** Type, response and results, newest first. */
    const storyOf = async (username: string, of = pool) =>
      (await eventsOf(username, of)).map(({ EventType, EventResponse, ChallengeResponses }) =>
        [
          EventType,
          EventResponse,
          ...(ChallengeResponses ?? []).map(each => `${each.ChallengeName} ${each.ChallengeResponse}`),
        ].join(' '),
      );
    /** Keeps events apart in time, so that their order is certain. */
    const later = () => world.clock.advance(1000);
    const password = (username: string, PASSWORD: string, of = client) =>
      world.browser.initiateAuth({
        ClientId: of,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD },
      });

    const srp = (username: string) => ({ aws: world.browser, client, pool, username, clock: world.clock });

    it('records a sign-in under the id that its tokens bear, with address and device, without risk', async () => {
      await world.createUser(pool, 'alice');
      const before = world.clock.now();
      const { IdToken, AccessToken } = await world.signIn(client, 'alice');
      const [event, ...others] = await eventsOf('alice');
      assert.deepEqual(others, []);
      const { CreationDate, EventContextData, ...rest } = event ?? {};
      assert.deepEqual(rest, {
        EventId: claimsOf(IdToken).event_id,
        EventType: 'SignIn',
        EventResponse: 'Pass',
        EventRisk: { RiskDecision: 'NoRisk', CompromisedCredentialsDetected: false },
        ChallengeResponses: [{ ChallengeName: 'Password', ChallengeResponse: 'Success' }],
      });
      assert.equal(claimsOf(AccessToken).event_id, rest.EventId);
      assert((CreationDate?.getTime() ?? 0) >= before && (CreationDate?.getTime() ?? 0) <= world.clock.now());
      assert.match(EventContextData?.IpAddress ?? '', /^(::ffff:)?127\.0\.0\.1$|^::1$/);
      assert.match(EventContextData?.DeviceName ?? '', /^aws-sdk-js 3, \w+/);
    });

    it('records SRP as a password, and each wrong one as an event of its own', async () => {
      await world.createUser(pool, 'bob');
      await refused(srpSignIn({ ...srp('bob'), password: 'Wrong-Horse-9' }), 'NotAuthorizedException');
      later();
      await refused(password('bob', 'Wrong-Horse-9'), 'NotAuthorizedException');
      later();
      const { AuthenticationResult } = await srpSignIn(srp('bob'));
      assert.deepEqual(await storyOf('bob'), [
        'SignIn Pass Password Success',
        'SignIn Fail Password Failure',
        'SignIn Fail Password Failure',
      ]);
      const ids = (await eventsOf('bob')).map(({ EventId }) => EventId);
      assert.equal(new Set(ids).size, 3);
      assert.equal(ids[0], claimsOf(AuthenticationResult?.AccessToken ?? '').event_id);
    });

    it('records a sign-in of several steps once: in progress, then passed', async () => {
      await world.aws.adminCreateUser({
        UserPoolId: pool,
        Username: 'carol',
        TemporaryPassword: goodPassword,
        MessageAction: 'SUPPRESS',
      });
      const { Session } = await password('carol', goodPassword);
      const [begun] = await eventsOf('carol');
      assert.deepEqual(await storyOf('carol'), ['SignIn InProgress Password Success']);
      later();
      const { AuthenticationResult } = await world.browser.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses: { USERNAME: 'carol', NEW_PASSWORD: otherPassword },
      });
      assert.deepEqual(await storyOf('carol'), ['SignIn Pass Password Success']);
      const [passed] = await eventsOf('carol');
      assert.equal(passed?.EventId, claimsOf(AuthenticationResult?.AccessToken ?? '').event_id);
      assert.equal(passed?.EventId, begun?.EventId);
      assert.deepEqual(passed?.CreationDate, begun?.CreationDate);
    });

    it('records second factors, right and wrong', async () => {
      await world.createUser(pool, 'dave');
      await world.aws.setUserPoolMfaConfig({
        UserPoolId: pool,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      });
      const { AccessToken } = await world.signIn(client, 'dave');
      const { SecretCode } = await world.browser.associateSoftwareToken({ AccessToken });
      const totp = new TOTP({ secret: SecretCode });
      const code = () => totp.generate({ timestamp: world.clock.now() });
      await world.browser.verifySoftwareToken({ AccessToken, UserCode: code() });
      await world.browser.setUserMFAPreference({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } });
      world.clock.advance(60_000);
      const { Session } = await password('dave', goodPassword);
      const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
        world.browser.respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          Session,
          ChallengeResponses: { USERNAME: 'dave', SOFTWARE_TOKEN_MFA_CODE },
        });
      const wrong = code() === '000000' ? '000001' : '000000';
      later();
      await refused(answer(wrong), 'CodeMismatchException');
      await answer(code());
      assert.deepEqual(await storyOf('dave'), [
        'SignIn Fail Mfa Failure',
        'SignIn Pass Password Success Mfa Success',
        'SignIn Pass Password Success',
      ]);
    });

    it('records sign-up, codes sent again, recovery and changes of the password', async () => {
      const email = 'erin@example.com';
      await world.signUp(client, 'erin', { email });
      later();
      await world.browser.resendConfirmationCode({ ClientId: client, Username: 'erin' });
      later();
      const ConfirmationCode = await world.codeTo(email);
      await world.browser.confirmSignUp({ ClientId: client, Username: 'erin', ConfirmationCode });
      await refused(
        world.browser.resendConfirmationCode({ ClientId: client, Username: 'erin' }),
        'InvalidParameterException',
      );
      later();
      await world.browser.forgotPassword({ ClientId: client, Username: 'erin' });
      later();
      const recovery = await world.codeTo(email);
      const confirm = (code: string) =>
        world.browser.confirmForgotPassword({
          ClientId: client,
          Username: 'erin',
          ConfirmationCode: code,
          Password: otherPassword,
        });
      await refused(confirm(recovery === '000000' ? '000001' : '000000'), 'CodeMismatchException');
      later();
      await confirm(recovery);
      later();
      const { AccessToken } = await world.signIn(client, 'erin', otherPassword);
      later();
      const change = (PreviousPassword: string) =>
        world.browser.changePassword({ AccessToken, PreviousPassword, ProposedPassword: goodPassword });
      await refused(change('Wrong-Horse-9'), 'NotAuthorizedException');
      later();
      await change(otherPassword);
      assert.deepEqual(await storyOf('erin'), [
        'PasswordChange Pass',
        'PasswordChange Fail',
        'SignIn Pass Password Success',
        'ForgotPassword Pass',
        'ForgotPassword Fail',
        'ForgotPassword InProgress',
        'ResendCode Fail',
        'ResendCode Pass',
        'SignUp Pass',
      ]);
    });

    it('records nothing that a stranger could repeat at will, and no refresh', async () => {
      await world.signUp(client, 'frank', { email: 'frank@example.com' });
      await refused(password('frank', goodPassword), 'UserNotConfirmedException');
      await world.browser
        .initiateAuth({
          ClientId: client,
          AuthFlow: 'USER_SRP_AUTH',
          AuthParameters: { USERNAME: 'frank', SRP_A: 'abcdef' },
        })
        .catch(() => {});
      assert.deepEqual(await storyOf('frank'), ['SignUp Pass']);

      await world.createUser(pool, 'grace');
      for (let n = 0; n < 5; n++) await refused(password('grace', 'Wrong-Horse-9'), 'NotAuthorizedException');
      await refused(password('grace', goodPassword), 'NotAuthorizedException', 'Password attempts exceeded');
      assert.deepEqual(await storyOf('grace'), Array(5).fill('SignIn Fail Password Failure'));

      await world.createUser(pool, 'heidi');
      const { RefreshToken } = await world.signIn(client, 'heidi');
      await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      });
      assert.equal((await eventsOf('heidi')).length, 1);
    });

    it('believes an address that is told only where the app client says so, or an administrator', async () => {
      await world.createUser(pool, 'ivan');
      const lastAddress = async () => (await eventsOf('ivan'))[0]?.EventContextData;
      const auth = { USERNAME: 'ivan', PASSWORD: goodPassword };
      const told = { IpAddress: '203.0.113.7' };
      const begin = { AuthFlow: 'USER_PASSWORD_AUTH' as const, UserContextData: told };
      await world.browser.initiateAuth({ ...begin, ClientId: client, AuthParameters: auth });
      assert.notEqual((await lastAddress())?.IpAddress, told.IpAddress);

      const trusted = await world.createClient(pool, {
        GenerateSecret: true,
        EnablePropagateAdditionalUserContextData: true,
      });
      const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: trusted });
      const SECRET_HASH = secretHash('ivan', trusted, UserPoolClient?.ClientSecret ?? '');
      const own = { ...begin, ClientId: trusted, AuthParameters: { ...auth, SECRET_HASH } };
      later();
      await world.browser.initiateAuth(own);
      assert.equal((await lastAddress())?.IpAddress, told.IpAddress);
      later();
      await world.browser.initiateAuth({ ...own, UserContextData: { IpAddress: 'not an address' } });
      assert.match((await lastAddress())?.IpAddress ?? '', /127\.0\.0\.1|::1/);

      later();
      await world.aws.adminInitiateAuth({
        UserPoolId: pool,
        ClientId: client,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: auth,
        ContextData: {
          IpAddress: '2001:db8::7',
          ServerName: 'app.example.com',
          ServerPath: '/login',
          HttpHeaders: [
            {
              headerName: 'user-agent',
              headerValue:
                'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36',
            },
          ],
        },
      });
      assert.deepEqual(await lastAddress(), { IpAddress: '2001:db8::7', DeviceName: 'Chrome 125, Linux' });
    });

    it('lists the newest first, in pages', async () => {
      await world.createUser(pool, 'judy');
      const ids: unknown[] = [];
      for (let n = 0; n < 5; n++) {
        ids.unshift(claimsOf((await world.signIn(client, 'judy')).IdToken).event_id);
        later();
      }
      const seen: unknown[] = [];
      let NextToken: string | undefined;
      let pages = 0;
      do {
        const page = await world.aws.adminListUserAuthEvents({
          UserPoolId: pool,
          Username: 'judy',
          MaxResults: 2,
          NextToken,
        });
        seen.push(...(page.AuthEvents ?? []).map(({ EventId }) => EventId));
        NextToken = page.NextToken;
        pages++;
      } while (NextToken !== undefined);
      assert.deepEqual(seen, ids);
      assert.equal(pages, 3);
      const all = { UserPoolId: pool, Username: 'judy', MaxResults: 0 };
      assert.equal((await world.aws.adminListUserAuthEvents(all)).AuthEvents?.length, 5);
      await refused(
        world.aws.adminListUserAuthEvents({ ...all, NextToken: 'forged' }),
        'InvalidParameterException',
        'Invalid pagination token.',
      );
      await refused(eventsOf('nobody'), 'UserNotFoundException');
      await refused(eventsOf('judy', 'us-east-1_nowhere00'), 'ResourceNotFoundException');
    });

    it('takes the feedback of administrators', async () => {
      await world.createUser(pool, 'kim');
      await world.signIn(client, 'kim');
      const [event] = await eventsOf('kim');
      const say = (FeedbackValue: 'Valid' | 'Invalid', EventId = event?.EventId, Username = 'kim') =>
        world.aws.adminUpdateAuthEventFeedback({ UserPoolId: pool, Username, EventId, FeedbackValue });
      const now = world.clock.now();
      await say('Invalid');
      const { FeedbackDate, ...said } = (await eventsOf('kim'))[0]?.EventFeedback ?? {};
      assert.deepEqual(said, { FeedbackValue: 'Invalid', Provider: 'Admin' });
      assert((FeedbackDate?.getTime() ?? 0) >= now);
      await say('Valid');
      assert.equal((await eventsOf('kim'))[0]?.EventFeedback?.FeedbackValue, 'Valid');
      await refused(say('Valid', 'no-such-event'), 'ResourceNotFoundException');
      await refused(say('Valid', event?.EventId, 'judy'), 'ResourceNotFoundException');
      await refused(say('Valid', event?.EventId, 'nobody'), 'UserNotFoundException');
    });

    it('takes the feedback of whoever has the token of the event', async () => {
      const sub = await world.createUser(pool, 'leo');
      await world.signIn(client, 'leo');
      later();
      await world.signIn(client, 'leo');
      const [newer, older] = await eventsOf('leo');
      const { sealer } = world.app.foundation;
      const tokenFor = (id = '', of = pool) =>
        feedbackToken({ sealer, clock: world.clock, pool: { id: of } as never }, { sub, id });
      const say = (FeedbackToken: string, rest: { EventId?: string; Username?: string; UserPoolId?: string } = {}) =>
        world.browser.updateAuthEventFeedback({
          UserPoolId: pool,
          Username: 'leo',
          EventId: newer?.EventId,
          FeedbackValue: 'Invalid',
          FeedbackToken,
          ...rest,
        });
      const denied = 'NotAuthorizedException';
      const token = tokenFor(newer?.EventId);
      await refused(say('forged'), denied, 'Invalid feedback token');
      await refused(say(tokenFor(older?.EventId)), denied, 'Invalid feedback token');
      await refused(say(tokenFor(newer?.EventId, 'us-east-1_other')), denied);
      await refused(say(token, { Username: 'kim' }), denied);
      await refused(say(token, { Username: 'nobody' }), 'UserNotFoundException');
      await refused(say(token, { UserPoolId: 'us-east-1_nowhere00' }), 'ResourceNotFoundException');
      await refused(say(tokenFor('gone'), { EventId: 'gone' }), 'ResourceNotFoundException');
      assert((await eventsOf('leo')).every(({ EventFeedback }) => EventFeedback === undefined));
      await say(token);
      const { FeedbackDate: _, ...said } = (await eventsOf('leo'))[0]?.EventFeedback ?? {};
      assert.deepEqual(said, { FeedbackValue: 'Invalid', Provider: 'User' });
      world.clock.advance(8 * DAY);
      await refused(say(token), denied);
    });

    it('keeps events for two years, and not beyond their user', async () => {
      const { db } = world.app.foundation.storage;
      const sub = await world.createUser(pool, 'mallory');
      await world.signIn(client, 'mallory');
      assert.equal((await eventsOf('mallory')).length, 1);
      const count = async () =>
        (await db.selectFrom('auth_events').select('event_id').where('sub', '=', sub).execute()).length;
      await sweep(db, world.clock.now() + TWO_YEARS - DAY);
      assert.equal(await count(), 1);
      await sweep(db, world.clock.now() + TWO_YEARS);
      assert.equal(await count(), 0);
      await world.signIn(client, 'mallory');
      await eventsOf('mallory');
      assert.equal(await count(), 1);
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'mallory' });
      assert.equal(await count(), 0);
    });
  });
}

describe('authentication events where plans withhold features', () => {
  it('are shown only with threat protection switched on', async () => {
    const world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    try {
      const pool = await world.createPool();
      await world.createUser(pool, 'alice');
      const named = { UserPoolId: pool, Username: 'alice' };
      const event = { ...named, EventId: 'any', FeedbackValue: 'Valid' as const };
      const refusals = [
        () => world.aws.adminListUserAuthEvents(named),
        () => world.aws.adminUpdateAuthEventFeedback(event),
        () => world.browser.updateAuthEventFeedback({ ...event, FeedbackToken: 'any' }),
      ];
      for (const call of refusals) await refused(call(), 'UserPoolAddOnNotEnabledException');
      const AdvancedSecurityMode = 'AUDIT';
      await world.aws.updateUserPool({ UserPoolId: pool, UserPoolAddOns: { AdvancedSecurityMode } });
      assert.deepEqual((await world.aws.adminListUserAuthEvents(named)).AuthEvents, []);
    } finally {
      await world.stop();
    }
  });
});
