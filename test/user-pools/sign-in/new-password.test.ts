/** NEW_PASSWORD_REQUIRED, and the Session that carries a sign-in from step to step. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, srpSignIn } from './srp.ts';

const temporary = 'Temporary-Word-1';
const chosen = 'Chosen-Word-2';
const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
const invalidSession = denied('Invalid session for the user.');
const used = denied('Invalid session for the user, session can only be used once.');

after(closeSrp);

for (const engine of engines) {
  describe(`a temporary password (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      const Schema = [
        { Name: 'email', AttributeDataType: 'String' as const, Required: true, Mutable: true },
        { Name: 'given_name', AttributeDataType: 'String' as const, Required: true, Mutable: true },
        { Name: 'level', AttributeDataType: 'Number' as const, Mutable: true },
      ];
      pool = await world.createPool({ Schema, AliasAttributes: ['email'] });
      client = await world.createClient(pool);
    });
    after(() => world.stop());

    const invite = (Username: string, attributes: Record<string, string> = {}, more = {}) =>
      world.aws.adminCreateUser({
        UserPoolId: pool,
        Username,
        TemporaryPassword: temporary,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributeList(attributes),
        ...more,
      });
    const begin = async (USERNAME: string, PASSWORD = temporary) => {
      const asked = await world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      });
      assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED');
      assert.equal(asked.AuthenticationResult, undefined);
      return { ...asked, Session: asked.Session as string };
    };
    const answer = (Session: string | undefined, ChallengeResponses: Record<string, string>, ClientId = client) =>
      world.browser.respondToAuthChallenge({
        ClientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session,
        ChallengeResponses,
      });
    const complete = { 'userAttributes.email': 'x@example.com', 'userAttributes.given_name': 'X' };

    it('asks for a new one and for the attributes that are missing', async () => {
      await invite('ann', { email: 'ann@example.com', email_verified: 'true', 'custom:level': '3' });
      const { ChallengeParameters, Session } = await begin('ann');
      assert.deepEqual(ChallengeParameters, {
        USER_ID_FOR_SRP: 'ann',
        requiredAttributes: '["userAttributes.given_name"]',
        userAttributes: ChallengeParameters?.userAttributes,
      });
      assert.deepEqual(JSON.parse(ChallengeParameters?.userAttributes ?? ''), {
        email: 'ann@example.com',
        email_verified: 'true',
        'custom:level': '3',
      });
      assert(Session.length >= 20 && Session.length <= 2048);
    });

    it('confirms the account with an answer, and the temporary password is gone', async () => {
      await invite('ben');
      const { Session } = await begin('ben');
      const outcome = await answer(Session, { USERNAME: 'ben', NEW_PASSWORD: chosen, ...complete });
      assert.deepEqual(outcome.ChallengeParameters, {});
      assert(outcome.AuthenticationResult?.IdToken);
      const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'ben' });
      assert.equal(user.UserStatus, 'CONFIRMED');
      assert.deepEqual(
        user.UserAttributes?.filter(({ Name }) => Name !== 'sub'),
        attributeList({ email: 'x@example.com', given_name: 'X' }),
      );
      await assert.rejects(world.signIn(client, 'ben', temporary), denied('Incorrect username or password.'));
      await world.signIn(client, 'ben', chosen);
    });

    it('leaves the session usable after an answer that will not do', async () => {
      await invite('cat', { email: 'cat@example.com' });
      const { Session } = await begin('cat');
      const given_name = { 'userAttributes.given_name': 'Cat' };
      const refused: [Record<string, string>, { name: string; message?: string }][] = [
        [{ ...given_name }, { name: 'InvalidParameterException', message: 'Missing required parameter NEW_PASSWORD' }],
        [
          { ...given_name, NEW_PASSWORD: 'short' },
          {
            name: 'InvalidPasswordException',
            message: 'Password did not conform with policy: Password not long enough',
          },
        ],
        [{ NEW_PASSWORD: chosen }, { name: 'InvalidParameterException' }],
        [
          { ...given_name, NEW_PASSWORD: chosen, 'userAttributes.email': 'new@example.com' },
          denied('Cannot modify an already provided email'),
        ],
        [
          { ...given_name, NEW_PASSWORD: chosen, 'userAttributes.email_verified': 'true' },
          denied('A client attempted to write unauthorized attribute'),
        ],
        [
          { ...given_name, NEW_PASSWORD: chosen, 'userAttributes.nonsense': 'x' },
          { name: 'InvalidParameterException' },
        ],
      ];
      for (const [answers, error] of refused)
        await assert.rejects(answer(Session, { USERNAME: 'cat', ...answers }), error);
      const outcome = await answer(Session, { USERNAME: 'cat', NEW_PASSWORD: chosen, ...given_name });
      assert(outcome.AuthenticationResult);
    });

    it('ends the attempt after ten answers that will not do', async () => {
      await invite('dan');
      const { Session } = await begin('dan');
      const short = { USERNAME: 'dan', NEW_PASSWORD: 'short', ...complete };
      for (let count = 0; count < 10; count++)
        await assert.rejects(answer(Session, short), { name: 'InvalidPasswordException' });
      await assert.rejects(answer(Session, { ...short, NEW_PASSWORD: chosen }), invalidSession);
    });

    it('lets one of racing answers through, and none after it', async () => {
      await invite('eve');
      const { Session } = await begin('eve');
      const answers = { USERNAME: 'eve', NEW_PASSWORD: chosen, ...complete };
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => answer(Session, answers)));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert.match(outcome.reason.message, /^Invalid session for the user/);
      await assert.rejects(answer(Session, answers), used);
    });

    it('lets one of two attempts at once through', async () => {
      await invite('fay');
      const [one, two] = [await begin('fay'), await begin('fay')];
      const answers = { USERNAME: 'fay', NEW_PASSWORD: chosen, ...complete };
      assert((await answer(one.Session, answers)).AuthenticationResult);
      const again = await answer(two.Session, { USERNAME: 'fay', NEW_PASSWORD: 'Other-Word-3' }).catch(error => error);
      assert.equal(again.message, invalidSession.message);
      await world.signIn(client, 'fay', chosen);
    });

    it('knows no session of another client, of another challenge, of an earlier time, of its own making', async () => {
      await invite('gus');
      const { Session } = await begin('gus');
      const answers = { USERNAME: 'gus', NEW_PASSWORD: chosen, ...complete };
      await assert.rejects(answer(Session, answers, await world.createClient(pool)), invalidSession);
      await assert.rejects(answer('not-a-session-of-ours', answers), invalidSession);
      await assert.rejects(answer(`${Session.slice(0, -2)}AA`, answers), invalidSession);
      await assert.rejects(answer(Session, { ...answers, USERNAME: 'ann' }), invalidSession);
      await assert.rejects(answer(undefined, answers), {
        name: 'InvalidParameterException',
        message: 'Missing required parameter Session',
      });
      const { USERNAME: _, ...nameless } = answers;
      await assert.rejects(answer(Session, nameless), {
        name: 'InvalidParameterException',
        message: 'Missing required parameter USERNAME',
      });
      await assert.rejects(
        world.browser.respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeResponses: {
            USERNAME: 'gus',
            PASSWORD_CLAIM_SECRET_BLOCK: Buffer.from(Session, 'base64url').toString('base64'),
            PASSWORD_CLAIM_SIGNATURE: 'AAAA',
            TIMESTAMP: 'Tue Sep 5 07:01:09 UTC 2026',
          },
        }),
        invalidSession,
      );
      world.clock.advance(3 * 60_000);
      await assert.rejects(answer(Session, answers), denied('Invalid session for the user, session is expired.'));
    });

    it('takes no e-mail address that somebody else signs in with', async () => {
      const emails = await world.createPool({
        UsernameAttributes: ['email', 'phone_number'],
        Schema: [{ Name: 'email', AttributeDataType: 'String', Required: true, Mutable: true }],
      });
      const ClientId = await world.createClient(emails);
      await world.createUser(emails, 'owner@example.com');
      await invite('+15550100001', {}, { UserPoolId: emails });
      const { Session } = await world.browser.initiateAuth({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: '+15550100001', PASSWORD: temporary },
      });
      const with_ = (email: string) => ({
        USERNAME: '+15550100001',
        NEW_PASSWORD: chosen,
        'userAttributes.email': email,
      });
      await assert.rejects(answer(Session, with_('owner@example.com'), ClientId), {
        name: 'AliasExistsException',
        message: 'An account with the given email already exists.',
      });
      assert((await answer(Session, with_('other@example.com'), ClientId)).AuthenticationResult);
    });

    it('follows the SRP proof as well', async () => {
      await invite('hal', { email: 'hal@example.com', given_name: 'Hal' });
      const way = { aws: world.browser, client, pool, clock: world.clock, username: 'hal', password: temporary };
      const asked = await srpSignIn(way);
      assert.equal(asked.ChallengeName, 'NEW_PASSWORD_REQUIRED');
      assert.equal(asked.ChallengeParameters?.requiredAttributes, '[]');
      // Cognito lets the temporary password become the permanent one.
      const outcome = await answer(asked.Session, { USERNAME: 'hal', NEW_PASSWORD: temporary });
      assert(outcome.AuthenticationResult);
      assert((await srpSignIn(way)).AuthenticationResult);
    });

    it('is answered by administrators, too', async () => {
      await invite('ivy', { email: 'ivy@example.com', given_name: 'Ivy' });
      const ids = { UserPoolId: pool, ClientId: client };
      const AuthParameters = { USERNAME: 'ivy', PASSWORD: temporary };
      const asked = await world.aws.adminInitiateAuth({ ...ids, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters });
      const outcome = await world.aws.adminRespondToAuthChallenge({
        ...ids,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: asked.Session,
        ChallengeResponses: { USERNAME: 'ivy', NEW_PASSWORD: goodPassword },
      });
      assert(outcome.AuthenticationResult);
    });

    it('expires, also in the middle of a sign-in', async () => {
      await invite('jim');
      world.clock.advance(7 * 86_400_000 + 1000);
      await assert.rejects(
        begin('jim'),
        denied('Temporary password has expired and must be reset by an administrator.'),
      );
      await assert.rejects(begin('jim', 'Wrong-Password-1'), denied('Incorrect username or password.'));
    });
  });
}
