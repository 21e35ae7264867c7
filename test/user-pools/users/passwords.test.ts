/** Passwords: policy, history, change, temporary ones and the invitations that carry them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

const day = 86_400_000;

describe('passwords', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  let people = 0;
  const next = () => `person${++people}`;
  const signInWith = (USERNAME: string, PASSWORD: string, ClientId = client) =>
    world.browser.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD },
    });

  it('break one rule of the policy at a time, in its order', async () => {
    const rows = [
      ['Ab1!', 'Password not long enough'],
      ['abcdefg1!', 'Password must have uppercase characters'],
      ['ABCDEFG1!', 'Password must have lowercase characters'],
      ['Abcdefgh!', 'Password must have numeric characters'],
      ['Abcdefgh1', 'Password must have symbol characters'],
      ['Äbcdefgh1!', 'Password must have uppercase characters'],
    ];
    const name = next();
    await world.createUser(pool, name);
    const { AccessToken } = await world.signIn(client, name);
    for (const [Password = '', violation] of rows) {
      const message = `Password did not conform with policy: ${violation}`;
      await refused(world.signUp(client, next(), {}, { Password }), 'InvalidPasswordException', message);
      await refused(
        world.aws.adminSetUserPassword({ UserPoolId: pool, Username: name, Password, Permanent: true }),
        'InvalidPasswordException',
        message,
      );
      await refused(
        world.aws.adminCreateUser({ UserPoolId: pool, Username: next(), TemporaryPassword: Password }),
        'InvalidPasswordException',
        `Password did not conform with password policy: ${violation}`,
      );
    }
    await refused(
      world.browser.changePassword({ AccessToken, PreviousPassword: goodPassword, ProposedPassword: 'abcdefg1!' }),
      'InvalidPasswordException',
      'Password did not conform with policy: Password must have uppercase characters',
    );
    const lax = await world.createPool({
      Policies: {
        PasswordPolicy: {
          MinimumLength: 6,
          RequireLowercase: false,
          RequireNumbers: false,
          RequireSymbols: false,
          RequireUppercase: false,
        },
      },
    });
    const laxClient = await world.createClient(lax);
    await world.signUp(laxClient, 'lax', {}, { Password: 'пароль' });
    await refused(world.signUp(laxClient, 'lax2', {}, { Password: 'x'.repeat(257) }), 'InvalidParameterException');
    await world.signUp(laxClient, 'lax3', {}, { Password: '𝒳'.repeat(128) });
  });

  it('change for whoever knows the present one', async () => {
    const name = next();
    await world.createUser(pool, name);
    const { AccessToken } = await world.signIn(client, name);
    const change = (PreviousPassword: string | undefined, ProposedPassword: string) =>
      world.browser.changePassword({ AccessToken, PreviousPassword, ProposedPassword });
    await refused(
      change('Wrong-Horse-1', 'Another-Horse-8'),
      'NotAuthorizedException',
      'Incorrect username or password.',
    );
    await refused(change(undefined, 'Another-Horse-8'), 'InvalidParameterException');
    await change(goodPassword, 'Another-Horse-8');
    await refused(world.signIn(client, name), 'NotAuthorizedException', 'Incorrect username or password.');
    await world.signIn(client, name, 'Another-Horse-8');
    // Sessions go on: the person is the same.
    await world.browser.getUser({ AccessToken });
  });

  it('are not used again before the history has forgotten them', async () => {
    const id = await world.createPool({
      Policies: {
        PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 },
      },
    });
    const ClientId = await world.createClient(id);
    const email = 'history@example.com';
    await world.createUser(id, 'clio', 'Pass-Word-0', { email, email_verified: 'true' });
    const used = ['PasswordHistoryPolicyViolationException', 'Password has previously been used'] as const;
    let present = 'Pass-Word-0';
    const change = async (ProposedPassword: string) => {
      const { AccessToken } = await world.signIn(ClientId, 'clio', present);
      await world.browser.changePassword({ AccessToken, PreviousPassword: present, ProposedPassword });
      present = ProposedPassword;
    };
    await change('Pass-Word-1');
    world.clock.advance(hourAndMore);
    await change('Pass-Word-2');
    world.clock.advance(hourAndMore);
    for (const old of ['Pass-Word-0', 'Pass-Word-1', 'Pass-Word-2']) await refused(change(old), ...used);
    world.clock.advance(hourAndMore);
    await refused(
      world.aws.adminSetUserPassword({ UserPoolId: id, Username: 'clio', Password: 'Pass-Word-1', Permanent: true }),
      ...used,
    );
    await world.browser.forgotPassword({ ClientId, Username: 'clio' });
    const ConfirmationCode = await world.codeTo(email);
    const reset = (Password: string) =>
      world.browser.confirmForgotPassword({ ClientId, Username: 'clio', ConfirmationCode, Password });
    await refused(reset('Pass-Word-2'), ...used);
    await reset('Pass-Word-3');
    present = 'Pass-Word-3';
    await change('Pass-Word-0');
  });

  it('that are temporary must be changed at the first sign-in, and end after the days the policy gives', async () => {
    const id = await world.createPool({ Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 2 } } });
    const ClientId = await world.createClient(id);
    const email = 'guest@example.com';
    const create = (MessageAction?: 'RESEND' | 'SUPPRESS') =>
      world.aws.adminCreateUser({
        UserPoolId: id,
        Username: 'guest',
        MessageAction,
        UserAttributes: MessageAction === 'RESEND' ? undefined : attributeList({ email, email_verified: 'true' }),
        DesiredDeliveryMediums: ['EMAIL'],
      });
    const { User } = await create();
    assert.equal(User?.UserStatus, 'FORCE_CHANGE_PASSWORD');
    const [invitation] = await world.mailTo(email);
    assert.equal(invitation?.subject, 'Your temporary password');
    assert.match(invitation?.text ?? '', /^Your username is guest and temporary password is \S+\.$/);
    const first = await world.codeTo(email);
    assert.equal((await signInWith('guest', first, ClientId)).ChallengeName, 'NEW_PASSWORD_REQUIRED');

    world.clock.advance(2 * day + 1000);
    const over = 'Temporary password has expired and must be reset by an administrator.';
    await refused(signInWith('guest', first, ClientId), 'NotAuthorizedException', over);
    await refused(create(), 'UsernameExistsException', 'User account already exists');
    await create('RESEND');
    const second = await world.codeTo(email);
    assert.notEqual(first, second);
    await refused(signInWith('guest', first, ClientId), 'NotAuthorizedException', 'Incorrect username or password.');
    const { Session, ChallengeName } = await signInWith('guest', second, ClientId);
    assert.equal(ChallengeName, 'NEW_PASSWORD_REQUIRED');
    const { AuthenticationResult } = await world.browser.respondToAuthChallenge({
      ClientId,
      Session,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeResponses: { USERNAME: 'guest', NEW_PASSWORD: goodPassword },
    });
    assert.ok(AuthenticationResult?.AccessToken);
    await refused(
      create('RESEND'),
      'UnsupportedUserStateException',
      'Resend not possible. guest status is not FORCE_CHANGE_PASSWORD',
    );
    await refused(
      world.aws.adminCreateUser({ UserPoolId: id, Username: 'nobody', MessageAction: 'RESEND' }),
      'UserNotFoundException',
      'User does not exist.',
    );

    await world.aws.adminSetUserPassword({
      UserPoolId: id,
      Username: 'guest',
      Password: 'Temporary-1',
      Permanent: false,
    });
    assert.equal((await signInWith('guest', 'Temporary-1', ClientId)).ChallengeName, 'NEW_PASSWORD_REQUIRED');
    world.clock.advance(2 * day + 1000);
    await refused(signInWith('guest', 'Temporary-1', ClientId), 'NotAuthorizedException', over);
  });

  it('that are temporary go by the media that are asked for, or not at all', async () => {
    const phone = '+15550008901';
    const both = { email: 'media@example.com', phone_number: phone };
    const create = (rest: object, attributes: Record<string, string> = both) =>
      world.aws.adminCreateUser({
        UserPoolId: pool,
        Username: next(),
        UserAttributes: attributeList(attributes),
        ...rest,
      });
    const counts = async () => [(await world.mailTo(both.email)).length, (await world.mailTo(phone)).length];
    const { User } = await create({ MessageAction: 'SUPPRESS', TemporaryPassword: 'Temporary-1' });
    assert.deepEqual(await counts(), [0, 0]);
    assert.equal((await signInWith(User?.Username as string, 'Temporary-1')).ChallengeName, 'NEW_PASSWORD_REQUIRED');
    await create({});
    assert.deepEqual(await counts(), [0, 1]);
    await create({ DesiredDeliveryMediums: ['EMAIL'] });
    assert.deepEqual(await counts(), [1, 1]);
    await create({ DesiredDeliveryMediums: ['EMAIL', 'SMS'], TemporaryPassword: 'Temporary-2' });
    assert.deepEqual(await counts(), [2, 2]);
    assert.match((await world.mailTo(phone))[0]?.text ?? '', /temporary password is Temporary-2\.$/);
    await create({}, { email: both.email });
    assert.deepEqual(await counts(), [3, 2]);
    await create({}, {});
    for (const attributes of [{}, { phone_number: phone }] as Record<string, string>[])
      await refused(create({ DesiredDeliveryMediums: ['EMAIL'] }, attributes), 'InvalidParameterException');
    await create({ DesiredDeliveryMediums: ['EMAIL'], MessageAction: 'SUPPRESS' }, {});
    assert.deepEqual(await counts(), [3, 2]);
  });
});

const hourAndMore = 3_660_000;
