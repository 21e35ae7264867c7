/** What the standing of an account keeps its owner and others from: reset, deleted, unknown. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { answerTo, declaring, membersOf, requestFor, type Values } from './requests.ts';

describe('an account', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({
      AliasAttributes: ['email'],
      DeviceConfiguration: {},
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pool,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  /** Sends every one of these operations. @returns those that answered something else */
  const others = async (names: readonly string[], exception: string, values: Values) => {
    assert.notEqual(names.length, 0);
    const wrong: string[] = [];
    for (const name of names) {
      const answer = await answerTo(world.aws, name, requestFor(name, values));
      if (answer !== exception) wrong.push(`${name} ${answer}`);
    }
    return wrong;
  };
  const byToken = (exception: string) => declaring(exception).filter(name => membersOf(name).includes('AccessToken'));

  it('that an administrator has reset is closed, also to tokens of before', async () => {
    await world.createUser(pool, 'reset', goodPassword, { email: 'reset@example.com', email_verified: 'true' });
    const { AccessToken } = await world.signIn(client, 'reset');
    await world.aws.adminResetUserPassword({ UserPoolId: pool, Username: 'reset' });
    const names = byToken('PasswordResetRequiredException');
    assert.deepEqual(await others(names, 'PasswordResetRequiredException', { AccessToken, MFAOptions: [] }), []);
    assert.equal(await answerTo(world.browser, 'AssociateSoftwareToken', { AccessToken }), 'NotAuthorizedException');
  });

  it('that is deleted has no tokens any more', async () => {
    await world.createUser(pool, 'deleted');
    const { AccessToken } = await world.signIn(client, 'deleted');
    await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'deleted' });
    assert.deepEqual(await others(byToken('UserNotFoundException'), 'UserNotFoundException', { AccessToken }), []);
  });

  it('that nobody has is not found by administrators', async () => {
    // These two answer for somebody else: whoever is invited is not there yet, and feedback comes with a token of its own.
    const besides = ['AdminCreateUser', 'UpdateAuthEventFeedback'];
    const names = declaring('UserNotFoundException').filter(
      name => ['UserPoolId', 'Username'].every(member => membersOf(name).includes(member)) && !besides.includes(name),
    );
    const GroupName = 'group';
    await world.aws.createGroup({ UserPoolId: pool, GroupName });
    await world.aws.setUserPoolSessionConfiguration({
      UserPoolId: pool,
      UserSessionTracking: 'ENABLED',
      TokenSession: { MaxPerUser: 5 },
    });
    const except = await others(names, 'UserNotFoundException', { UserPoolId: pool, Username: 'nobody', GroupName });
    assert.deepEqual(except, []);
  });

  it('keeps its limits: twenty forgotten passwords an hour', async () => {
    const forgot = () => answerTo(world.browser, 'ForgotPassword', { ClientId: client, Username: 'reset' });
    const answers = await Promise.all(Array.from({ length: 21 }, forgot));
    assert.deepEqual([...new Set(answers)].sort(), ['LimitExceededException', 'ok']);
  });
});
