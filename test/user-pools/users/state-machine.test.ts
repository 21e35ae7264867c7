/** Property: whatever is called in whatever order, the user is in the state that a small model of the state machine predicts. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { startWorld, type World } from '../../support/world.ts';

type Status = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED';
type Code = 'sign-up' | 'forgot';

/** What is true of the one user; undefined: there is none. */
type Model =
  | {
      status: Status;
      enabled: boolean;
      password: string;
      verified: boolean;
      /** The newest message carries this code; the other kind's is not at hand. */
      codes: Partial<Record<Code, true>>;
    }
  | undefined;

/** `ok`, the exception that is expected, or the challenge. */
type Expected = { answer: string; then: Model };
type Step = { name: string; call: (suite: Suite) => Promise<unknown>; expect: (model: Model) => Expected };
type Suite = { world: World; pool: string; client: string; codes: Partial<Record<Code, string>> };

const Username = 'someone';
const email = 'someone@example.com';
const passwords = ['First-Horse-1', 'Second-Horse-2'];

const ok = (then: Model): Expected => ({ answer: 'ok', then });
const refuse = (answer: string, then: Model): Expected => ({ answer, then });
/** Most steps need a user. */
const onUser = (decide: (user: NonNullable<Model>) => Expected) => (model: Model) =>
  model === undefined ? refuse('UserNotFoundException', model) : decide(model);

const canReset = ({ status }: NonNullable<Model>) => status === 'CONFIRMED' || status === 'RESET_REQUIRED';

/** The latest code of a kind. */
const remember = async (suite: Suite, kind: Code) => {
  suite.codes[kind] = await suite.world.codeTo(email);
};
const codeFor = ({ codes }: Suite, kind: Code, right: boolean) => {
  const code = codes[kind] ?? '000000';
  return right ? code : code === '111111' ? '222222' : '111111';
};

const signUp = (password: string): Step => ({
  name: `SignUp ${password}`,
  async call(suite) {
    await suite.world.signUp(suite.client, Username, { email }, { Password: password });
    await remember(suite, 'sign-up');
  },
  expect: model =>
    model === undefined
      ? ok({ status: 'UNCONFIRMED', enabled: true, password, verified: false, codes: { 'sign-up': true } })
      : refuse('UsernameExistsException', model),
});

const adminCreate: Step = {
  name: 'AdminCreateUser',
  call: ({ world, pool }) =>
    world.aws.adminCreateUser({
      UserPoolId: pool,
      Username,
      TemporaryPassword: passwords[0],
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  expect: model =>
    model === undefined
      ? ok({
          status: 'FORCE_CHANGE_PASSWORD',
          enabled: true,
          password: passwords[0] as string,
          verified: true,
          codes: {},
        })
      : refuse('UsernameExistsException', model),
};

const confirm = (right: boolean): Step => ({
  name: `ConfirmSignUp with ${right ? 'the' : 'a wrong'} code`,
  call: suite =>
    suite.world.browser.confirmSignUp({
      ClientId: suite.client,
      Username,
      ConfirmationCode: codeFor(suite, 'sign-up', right),
    }),
  expect: onUser(user => {
    if (!user.enabled || user.status !== 'UNCONFIRMED') return refuse('NotAuthorizedException', user);
    if (!user.codes['sign-up']) return refuse('ExpiredCodeException', user);
    if (!right) return refuse('CodeMismatchException', user);
    return ok({ ...user, status: 'CONFIRMED', verified: true, codes: { ...user.codes, 'sign-up': undefined } });
  }),
});

const adminConfirm: Step = {
  name: 'AdminConfirmSignUp',
  call: ({ world, pool }) => world.aws.adminConfirmSignUp({ UserPoolId: pool, Username }),
  expect: onUser(user =>
    user.status === 'UNCONFIRMED' ? ok({ ...user, status: 'CONFIRMED' }) : refuse('NotAuthorizedException', user),
  ),
};

const resend: Step = {
  name: 'ResendConfirmationCode',
  async call(suite) {
    await suite.world.browser.resendConfirmationCode({ ClientId: suite.client, Username });
    await remember(suite, 'sign-up');
  },
  expect: onUser(user => {
    if (!user.enabled) return refuse('NotAuthorizedException', user);
    if (user.status !== 'UNCONFIRMED') return refuse('InvalidParameterException', user);
    return ok({ ...user, codes: { ...user.codes, 'sign-up': true } });
  }),
};

const recoverable = (user: NonNullable<Model>): string | undefined => {
  if (!user.enabled || !canReset(user)) return 'NotAuthorizedException';
  return user.verified ? undefined : 'InvalidParameterException';
};

const forgot: Step = {
  name: 'ForgotPassword',
  async call(suite) {
    await suite.world.browser.forgotPassword({ ClientId: suite.client, Username });
    await remember(suite, 'forgot');
  },
  expect: onUser(user => {
    const refusal = recoverable(user);
    return refusal ? refuse(refusal, user) : ok({ ...user, codes: { ...user.codes, forgot: true } });
  }),
};

const adminReset: Step = {
  name: 'AdminResetUserPassword',
  async call(suite) {
    await suite.world.aws.adminResetUserPassword({ UserPoolId: suite.pool, Username });
    await remember(suite, 'forgot');
  },
  expect: onUser(user => {
    const refusal = recoverable(user);
    if (refusal) return refuse(refusal, user);
    return ok({ ...user, status: 'RESET_REQUIRED', codes: { ...user.codes, forgot: true } });
  }),
};

const confirmForgot = (right: boolean, password: string): Step => ({
  name: `ConfirmForgotPassword ${password} with ${right ? 'the' : 'a wrong'} code`,
  call: suite =>
    suite.world.browser.confirmForgotPassword({
      ClientId: suite.client,
      Username,
      ConfirmationCode: codeFor(suite, 'forgot', right),
      Password: password,
    }),
  expect: onUser(user => {
    if (!user.enabled) return refuse('NotAuthorizedException', user);
    if (!user.codes.forgot) return refuse('ExpiredCodeException', user);
    if (!right) return refuse('CodeMismatchException', user);
    if (!canReset(user)) return refuse('NotAuthorizedException', user);
    return ok({ ...user, status: 'CONFIRMED', password, codes: { ...user.codes, forgot: undefined } });
  }),
});

const setPassword = (password: string, Permanent: boolean): Step => ({
  name: `AdminSetUserPassword ${password} ${Permanent ? 'for good' : 'for now'}`,
  call: ({ world, pool }) =>
    world.aws.adminSetUserPassword({ UserPoolId: pool, Username, Password: password, Permanent }),
  expect: onUser(user => ok({ ...user, password, status: Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD' })),
});

const enable = (enabled: boolean): Step => ({
  name: enabled ? 'AdminEnableUser' : 'AdminDisableUser',
  call: ({ world, pool }) =>
    enabled
      ? world.aws.adminEnableUser({ UserPoolId: pool, Username })
      : world.aws.adminDisableUser({ UserPoolId: pool, Username }),
  expect: onUser(user => ok({ ...user, enabled })),
});

const remove: Step = {
  name: 'AdminDeleteUser',
  call: ({ world, pool }) => world.aws.adminDeleteUser({ UserPoolId: pool, Username }),
  expect: onUser(() => ok(undefined)),
};

const signIn = (password: string): Step => ({
  name: `sign-in with ${password}`,
  async call({ world, client }) {
    const { ChallengeName } = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    });
    return ChallengeName;
  },
  expect: onUser(user => {
    if (!user.enabled) return refuse('NotAuthorizedException', user);
    if (user.status === 'UNCONFIRMED') return refuse('UserNotConfirmedException', user);
    if (user.status === 'RESET_REQUIRED') return refuse('PasswordResetRequiredException', user);
    if (password !== user.password) return refuse('NotAuthorizedException', user);
    return user.status === 'FORCE_CHANGE_PASSWORD' ? refuse('NEW_PASSWORD_REQUIRED', user) : ok(user);
  }),
});

const [first, second] = passwords as [string, string];
const steps: Step[] = [
  signUp(first),
  adminCreate,
  confirm(true),
  confirm(false),
  adminConfirm,
  resend,
  forgot,
  adminReset,
  confirmForgot(true, second),
  confirmForgot(false, second),
  setPassword(first, true),
  setPassword(second, false),
  enable(true),
  enable(false),
  signIn(first),
  signIn(second),
  remove,
];

describe('the states of a user', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('are those that the state machine predicts, after any sequence of calls', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const client = await world.createClient(pool);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...steps), { minLength: 5, maxLength: 25 }), async sequence => {
        await world.aws.adminDeleteUser({ UserPoolId: pool, Username }).catch(() => {});
        const suite: Suite = { world, pool, client, codes: {} };
        let model: Model;
        for (const [index, step] of [signUp(first), ...sequence].entries()) {
          // Limits on attempts and the lockout are another matter.
          if (index % 4 === 3) await forgetAttempts(world);
          const { answer, then } = step.expect(model);
          const found = await step.call(suite).then(
            challenge => (typeof challenge === 'string' ? challenge : 'ok'),
            error => error.name,
          );
          assert.equal(found, answer, step.name);
          model = then;
          assert.deepEqual(await stateOf(world, pool), model && { status: model.status, enabled: model.enabled });
        }
      }),
      { numRuns: 25 },
    );
  });
});

const forgetAttempts = (world: World) => world.app.foundation.storage.db.deleteFrom('throttles').execute();

const stateOf = async (world: World, pool: string) => {
  try {
    const { UserStatus, Enabled } = await world.aws.adminGetUser({ UserPoolId: pool, Username });
    return { status: UserStatus, enabled: Enabled };
  } catch (error) {
    assert.equal((error as Error).name, 'UserNotFoundException');
    return undefined;
  }
};
