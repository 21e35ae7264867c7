/** Sign-in with a password: which checks come in which order, who is told what, and when the doors are shut. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFlowType, ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const incorrect = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
const invalid = (message: string) => ({ name: 'InvalidParameterException', message });
const denied = (message: string) => ({ name: 'NotAuthorizedException', message });

describe('flows and parameters', () => {
  let world: World;
  let pool: string;
  const clients: Record<string, string> = {};
  const clientWith = (flow: ExplicitAuthFlowsType) => clients[flow] as string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    await world.createUser(pool, 'jane');
    for (const flow of [
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_CUSTOM_AUTH',
    ] as const)
      clients[flow] = await world.createClient(pool, { ExplicitAuthFlows: [flow] });
  });
  after(() => world.stop());

  const begin = (client: string, AuthFlow: AuthFlowType, AuthParameters?: Record<string, string>) =>
    world.browser.initiateAuth({ ClientId: client, AuthFlow, AuthParameters });
  const adminBegin = (client: string, AuthFlow: AuthFlowType, AuthParameters?: Record<string, string>) =>
    world.aws.adminInitiateAuth({ UserPoolId: pool, ClientId: client, AuthFlow, AuthParameters });

  it('refuses a flow that the client has not enabled, each in its own words', async () => {
    const [srp, password] = [clientWith('ALLOW_USER_SRP_AUTH'), clientWith('ALLOW_USER_PASSWORD_AUTH')];
    const refusals: [() => Promise<unknown>, string][] = [
      [() => begin(srp, 'USER_PASSWORD_AUTH'), 'USER_PASSWORD_AUTH flow not enabled for this client'],
      [() => begin(password, 'USER_SRP_AUTH'), 'USER_SRP_AUTH is not enabled for the client.'],
      [() => begin(password, 'CUSTOM_AUTH'), 'CUSTOM_AUTH is not enabled for the client.'],
      [() => adminBegin(srp, 'ADMIN_USER_PASSWORD_AUTH'), 'Auth flow not enabled for this client'],
      [() => adminBegin(srp, 'ADMIN_NO_SRP_AUTH'), 'Auth flow not enabled for this client'],
      [() => begin(password, 'REFRESH_TOKEN_AUTH'), 'REFRESH_TOKEN_AUTH is not enabled for the client.'],
    ];
    for (const [attempt, message] of refusals) await assert.rejects(attempt(), invalid(message));
  });

  it('refuses a flow of the other side before asking whether it is enabled', async () => {
    const wrongSide = invalid('Initiate Auth method not supported.');
    const [srp, password, admin] = [
      clientWith('ALLOW_USER_SRP_AUTH'),
      clientWith('ALLOW_USER_PASSWORD_AUTH'),
      clientWith('ALLOW_ADMIN_USER_PASSWORD_AUTH'),
    ];
    for (const client of [srp, admin]) {
      await assert.rejects(begin(client, 'ADMIN_USER_PASSWORD_AUTH'), wrongSide);
      await assert.rejects(begin(client, 'ADMIN_NO_SRP_AUTH'), wrongSide);
    }
    for (const client of [srp, password]) await assert.rejects(adminBegin(client, 'USER_PASSWORD_AUTH'), wrongSide);
  });

  it('names the parameter that is missing', async () => {
    const password = clientWith('ALLOW_USER_PASSWORD_AUTH');
    const srp = clientWith('ALLOW_USER_SRP_AUTH');
    const missing: [() => Promise<unknown>, string][] = [
      [() => begin(password, 'USER_PASSWORD_AUTH'), 'USERNAME'],
      [() => begin(password, 'USER_PASSWORD_AUTH', { PASSWORD: 'x' }), 'USERNAME'],
      [() => begin(password, 'USER_PASSWORD_AUTH', { USERNAME: '', PASSWORD: 'x' }), 'USERNAME'],
      [() => begin(password, 'USER_PASSWORD_AUTH', { USERNAME: 'nobody' }), 'PASSWORD'],
      [() => begin(srp, 'USER_SRP_AUTH', { USERNAME: 'nobody' }), 'SRP_A'],
      [() => begin(srp, 'USER_SRP_AUTH', { SRP_A: 'AB' }), 'USERNAME'],
      [
        () =>
          adminBegin(clientWith('ALLOW_ADMIN_USER_PASSWORD_AUTH'), 'ADMIN_USER_PASSWORD_AUTH', { USERNAME: 'jane' }),
        'PASSWORD',
      ],
    ];
    for (const [attempt, name] of missing)
      await assert.rejects(attempt(), invalid(`Missing required parameter ${name}`));
  });

  it('has no custom authentication without triggers', async () => {
    await assert.rejects(
      begin(clientWith('ALLOW_CUSTOM_AUTH'), 'CUSTOM_AUTH', { USERNAME: 'jane' }),
      invalid('Custom auth lambda trigger is not configured for the user pool.'),
    );
  });

  it('knows no client of another pool, and no pool of nobody', async () => {
    const other = await world.createPool();
    const client = clientWith('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    const AuthParameters = { USERNAME: 'jane', PASSWORD: goodPassword };
    const flow = { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters } as const;
    await assert.rejects(world.aws.adminInitiateAuth({ UserPoolId: other, ClientId: client, ...flow }), {
      name: 'ResourceNotFoundException',
      message: `User pool client ${client} does not exist.`,
    });
    await assert.rejects(
      world.aws.adminInitiateAuth({ UserPoolId: 'us-east-1_Nobody123', ClientId: client, ...flow }),
      {
        name: 'ResourceNotFoundException',
        message: 'User pool us-east-1_Nobody123 does not exist.',
      },
    );
    await assert.rejects(begin('nobody', 'USER_PASSWORD_AUTH', AuthParameters), {
      name: 'ResourceNotFoundException',
      message: 'User pool client nobody does not exist.',
    });
  });

  it('signs in through the administrators’ flow under both its names', async () => {
    const client = clientWith('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const) {
      const outcome = await adminBegin(client, flow, { USERNAME: 'jane', PASSWORD: goodPassword });
      assert.deepEqual(outcome.ChallengeParameters, {});
      assert.equal(outcome.AuthenticationResult?.TokenType, 'Bearer');
      assert.equal(outcome.AuthenticationResult?.ExpiresIn, 3600);
      assert.equal(outcome.ChallengeName, undefined);
      assert.equal(outcome.Session, undefined);
    }
  });

  it('asks ADMIN_NO_SRP_AUTH where the older flow comes without a password', async () => {
    const ClientId = clientWith('ALLOW_ADMIN_USER_PASSWORD_AUTH');
    const asked = await adminBegin(ClientId, 'ADMIN_NO_SRP_AUTH', { USERNAME: 'jane' });
    assert.equal(asked.ChallengeName, 'ADMIN_NO_SRP_AUTH');
    const { Session } = asked;
    const answer = (PASSWORD?: string) => ({
      ClientId,
      ChallengeName: 'ADMIN_NO_SRP_AUTH' as const,
      Session,
      ChallengeResponses: { USERNAME: 'jane', ...(PASSWORD && { PASSWORD }) },
    });
    await assert.rejects(world.browser.respondToAuthChallenge(answer(goodPassword)), {
      name: 'InvalidParameterException',
    });
    const respond = (PASSWORD?: string) =>
      world.aws.adminRespondToAuthChallenge({ UserPoolId: pool, ...answer(PASSWORD) });
    await assert.rejects(respond(), invalid('Missing required parameter PASSWORD'));
    await assert.rejects(respond('wrong'), incorrect);
    assert((await respond(goodPassword)).AuthenticationResult?.AccessToken);
    await assert.rejects(respond(goodPassword), denied('Invalid session for the user, session can only be used once.'));
  });
});

for (const engine of engines) {
  describe(`who may sign in with a password (${engine})`, () => {
    let world: World;
    let pool: string;
    let open: string;
    let discreet: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({ AliasAttributes: ['email'] });
      open = await world.createClient(pool);
      discreet = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
    });
    after(() => world.stop());

    it('says that nobody has the name only where the client may know', async () => {
      await assert.rejects(world.signIn(open, 'nobody'), {
        name: 'UserNotFoundException',
        message: 'User does not exist.',
      });
      await assert.rejects(world.signIn(discreet, 'nobody'), incorrect);
      const AuthParameters = { USERNAME: 'nobody', PASSWORD: goodPassword };
      const flow = { UserPoolId: pool, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters } as const;
      await assert.rejects(world.aws.adminInitiateAuth({ ...flow, ClientId: open }), { name: 'UserNotFoundException' });
      await assert.rejects(world.aws.adminInitiateAuth({ ...flow, ClientId: discreet }), incorrect);
    });

    it('takes odd text for the name of nobody', async () => {
      for (const name of ['\u{1F600}', 'x'.repeat(5000), "'; drop table users; --"])
        await assert.rejects(world.signIn(discreet, name), incorrect);
    });

    it('signs in by username and by verified alias, to one and the same account', async () => {
      const sub = await world.createUser(pool, 'alice', goodPassword, {
        email: 'alice@example.com',
        email_verified: 'true',
      });
      for (const name of ['alice', 'alice@example.com']) {
        const { AccessToken } = await world.signIn(open, name);
        const user = await world.browser.getUser({ AccessToken });
        assert.equal(user.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value, sub);
      }
      await assert.rejects(world.signIn(open, 'ALICE'), { name: 'UserNotFoundException' });
      await assert.rejects(world.signIn(open, sub), { name: 'UserNotFoundException' });
    });

    it('tells a disabled, unconfirmed or reset user so before the password is checked, or only after it where names are hidden', async () => {
      await world.createUser(pool, 'disabled');
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'disabled' });
      await world.signUp(open, 'unconfirmed');
      await world.createUser(pool, 'reset', goodPassword, { email: 'reset@example.com', email_verified: 'true' });
      await world.aws.adminResetUserPassword({ UserPoolId: pool, Username: 'reset' });

      const told: [username: string, error: { name: string; message: string }][] = [
        ['disabled', denied('User is disabled.')],
        ['unconfirmed', { name: 'UserNotConfirmedException', message: 'User is not confirmed.' }],
        ['reset', { name: 'PasswordResetRequiredException', message: 'Password reset required for the user' }],
      ];
      for (const [username, error] of told) {
        await assert.rejects(world.signIn(open, username), error);
        await assert.rejects(world.signIn(open, username, 'Wrong-Password-1'), error);
        await assert.rejects(world.signIn(discreet, username, 'Wrong-Password-1'), incorrect);
        if (username !== 'reset') await assert.rejects(world.signIn(discreet, username), error);
      }
    });

    it('locks out for a doubling time after five wrong passwords, and does not count what it refuses', async () => {
      const locked = denied('Password attempts exceeded');
      await world.createUser(pool, 'bob');
      for (const [client, name] of [
        [open, 'bob'],
        [discreet, 'nobody-else'],
      ] as const) {
        const wrong = () => world.signIn(client, name, 'Wrong-Password-1');
        for (let count = 0; count < 5; count++) await assert.rejects(wrong(), incorrect);
        await assert.rejects(wrong(), locked);
        await assert.rejects(world.signIn(client, name), locked);
        world.clock.advance(1000);
        await assert.rejects(wrong(), incorrect);
        world.clock.advance(1500);
        await assert.rejects(wrong(), locked);
        world.clock.advance(500);
        await assert.rejects(wrong(), incorrect);
        world.clock.advance(4000);
      }
      await world.signIn(open, 'bob');
      await assert.rejects(world.signIn(open, 'bob', 'Wrong-Password-1'), incorrect);
      await world.signIn(open, 'bob');
    });

    it('lets no more guesses through at once than one after the other', async () => {
      await world.createUser(pool, 'carol');
      const guesses = Array.from({ length: 9 }, () => world.signIn(open, 'carol', 'Wrong-Password-1'));
      const outcomes = await Promise.allSettled(guesses);
      const messages = outcomes.map(each => (each.status === 'rejected' ? each.reason.message : 'signed in'));
      assert.equal(messages.filter(message => message === incorrect.message).length, 5);
      assert.equal(messages.filter(message => message === 'Password attempts exceeded').length, 4);
    });

    it('gives tokens or an answer of the contract to somebody who is deleted meanwhile', async () => {
      for (let round = 0; round < 4; round++) {
        const Username = `brief-${round}`;
        await world.createUser(pool, Username);
        const [outcome] = await Promise.allSettled([
          world.signIn(open, Username),
          world.aws.adminDeleteUser({ UserPoolId: pool, Username }),
        ]);
        if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'UserNotFoundException');
      }
    });
  });
}
