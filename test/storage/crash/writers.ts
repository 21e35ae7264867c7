/** Sixteen clients that write without a pause, each kind of write that people and administrators do. */
import { goodPassword } from '../../support/world.ts';
import type { Ledger, Target } from './ledger.ts';

/** One client: each call is one or a few writes, told apart by a number that never comes again. */
type Writer = (ledger: Ledger, target: Target, number: number) => Promise<void>;

const nickname = (Value: string | number) => [{ Name: 'nickname', Value: String(Value) }];

const signUp: Writer = async (ledger, { aws, pool, client }, number) => {
  const Username = `signed-up-${number}`;
  await ledger.write('user', Username, `UNCONFIRMED ${number}`, () =>
    aws.signUp({
      ClientId: client,
      Username,
      Password: goodPassword,
      UserAttributes: [...nickname(number), { Name: 'email', Value: `${Username}@example.com` }],
    }),
  );
  if (number % 2 === 0)
    await ledger.write('user', Username, `CONFIRMED ${number}`, () =>
      aws.adminConfirmSignUp({ UserPoolId: pool, Username }),
    );
};

const create: Writer = async (ledger, { aws, pool }, number) => {
  const Username = `created-${number}`;
  await ledger.write('user', Username, `FORCE_CHANGE_PASSWORD ${number}`, () =>
    aws.adminCreateUser({
      UserPoolId: pool,
      Username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [...nickname(number), { Name: 'email', Value: `${Username}@example.com` }],
    }),
  );
  if (number % 3 === 0)
    await ledger.write('user', Username, 'absent', () => aws.adminDeleteUser({ UserPoolId: pool, Username }));
};

const update =
  (Username: string): Writer =>
  (ledger, { aws, pool }, number) =>
    ledger.write('user', Username, `CONFIRMED ${number}`, () =>
      aws.adminUpdateUserAttributes({ UserPoolId: pool, Username, UserAttributes: nickname(number) }),
    );

const setPassword =
  (Username: string): Writer =>
  (ledger, { aws, pool }, number) => {
    const Password = `${goodPassword}-${number}`;
    return ledger.write('password', Username, Password, () =>
      aws.adminSetUserPassword({ UserPoolId: pool, Username, Password, Permanent: true }),
    );
  };

const signIn =
  (Username: string): Writer =>
  async (ledger, { aws, client }, number) => {
    const { AuthenticationResult } = await aws.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: goodPassword },
    });
    const Token = AuthenticationResult?.RefreshToken as string;
    ledger.acknowledged('session', Token, 'live');
    if (number % 2 === 0)
      await ledger.write('session', Token, 'Refresh Token has been revoked', () =>
        aws.revokeToken({ ClientId: client, Token }),
      );
  };

const createPool: Writer = async (ledger, { aws }, number) => {
  const { UserPool } = await aws.createUserPool({ PoolName: `pool-${number}` });
  const UserPoolId = UserPool?.Id as string;
  ledger.acknowledged('pool', UserPoolId, '2 keys, 0 attributes');
  for (let count = 1; count <= 10; count++)
    await ledger.write('pool', UserPoolId, `2 keys, ${count} attributes`, () =>
      aws.addCustomAttributes({
        UserPoolId,
        CustomAttributes: [{ Name: `attribute${count}`, AttributeDataType: 'String' }],
      }),
    );
};

const updated = ['updated-1', 'updated-2', 'updated-3'];
const withPassword = ['password-1', 'password-2'];
const signingIn = ['signing-in-1', 'signing-in-2', 'signing-in-3'];

const writers: Writer[] = [
  ...Array.from({ length: 4 }, () => signUp),
  ...Array.from({ length: 3 }, () => create),
  ...updated.map(update),
  ...withPassword.map(setPassword),
  ...signingIn.map(signIn),
  createPool,
];

/** The users that are written to, not created. */
export const makeSubjects = async (ledger: Ledger, { aws, pool }: Target): Promise<void> => {
  for (const Username of [...updated, ...withPassword, ...signingIn]) {
    await aws.adminCreateUser({ UserPoolId: pool, Username, MessageAction: 'SUPPRESS', UserAttributes: nickname(0) });
    await aws.adminSetUserPassword({ UserPoolId: pool, Username, Password: goodPassword, Permanent: true });
    ledger.acknowledged('user', Username, 'CONFIRMED 0');
  }
  for (const name of withPassword) ledger.acknowledged('password', name, goodPassword);
};

let number = 0;

/** Writes until the server no longer answers. @throws what the server refused: nothing of this may be */
export const writeUntilCut = async (ledger: Ledger, target: Target): Promise<void> => {
  await Promise.all(
    writers.map(async writer => {
      for (;;) {
        try {
          await writer(ledger, target, ++number);
        } catch (error) {
          // An answer of the server has a fault; a connection that was cut has none.
          if ((error as { $fault?: string }).$fault !== undefined) throw error;
          return;
        }
      }
    }),
  );
};
