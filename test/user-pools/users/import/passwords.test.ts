/** Imported password hashes: the first sign-in with each algorithm, what takes their place, and what is impossible before that. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PasswordHashingAlgorithmType } from '@aws-sdk/client-cognito-identity-provider';
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import { startWorld, type World } from '../../../support/world.ts';
import { csvOf, jobsOf, person } from './importing.ts';

/** Of the specifications and reference implementations; see test/lib/password-hash.test.ts. */
const vectors: Record<PasswordHashingAlgorithmType, { hash: string; password: string }> = {
  BCRYPT: { password: 'U*U', hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW' },
  SCRYPT: {
    password: 'pleaseletmein',
    hash: '16384$8$1$536f6469756d43686c6f72696465$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  },
  ARGON2ID: {
    password: 'password',
    hash: '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  },
  PBKDF2_SHA256: {
    password: 'password',
    hash: '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
  },
};
const { BCRYPT } = vectors;
const header = ['cognito:username', 'email', 'email_verified', 'password_hash'];

let world: World;
let pool: string;
let client: string;
before(async () => {
  world = await startWorld();
  pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
  client = await world.createClient(pool);
});
after(() => world.stop());

const importUsers = async (hash: string, algorithm: PasswordHashingAlgorithmType, ...usernames: string[]) => {
  const rows = usernames.map(username => person(username, { password_hash: hash }));
  return jobsOf(world, pool).run(csvOf(rows, header), algorithm);
};

const storedPassword = async (username: string) => {
  const { db } = world.app.foundation.storage;
  const { password } = await db
    .selectFrom('users')
    .select('password')
    .where('pool_id', '=', pool)
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  return password;
};

/** SRP by Amazon's own client. */
const srpSignIn = (username: string, password: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const Pool = new CognitoUserPool({ UserPoolId: pool, ClientId: client, endpoint: world.url });
    new CognitoUser({ Username: username, Pool }).authenticateUser(
      new AuthenticationDetails({ Username: username, Password: password }),
      { onSuccess: resolve, onFailure: reject },
    );
  });

const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

for (const [algorithm, { hash, password }] of Object.entries(vectors) as [
  PasswordHashingAlgorithmType,
  (typeof vectors)['BCRYPT'],
][]) {
  describe(`a password hashed with ${algorithm}`, () => {
    it('signs in, without regard to the password policy, and gives way to a verifier', async () => {
      const username = `by-${algorithm}`;
      const job = await importUsers(hash, algorithm, username);
      assert.deepEqual([job.Status, job.ImportedUsers], ['Succeeded', 1]);
      const { UserStatus, UserLastModifiedDate } = await world.aws.adminGetUser({
        UserPoolId: pool,
        Username: username,
      });
      assert.equal(UserStatus, 'CONFIRMED');

      const imported = await storedPassword(username);
      assert.equal(imported?.includes(hash.slice(-10)), false, 'the hash is sealed');
      await assert.rejects(world.signIn(client, username, `${password}x`), wrong);
      assert.equal(await storedPassword(username), imported, 'a wrong password changes nothing');
      await assert.rejects(srpSignIn(username, password), wrong);

      await world.signIn(client, username, password);
      const verifier = await storedPassword(username);
      assert.notEqual(verifier, imported);
      await world.signIn(client, username, password);
      await srpSignIn(username, password);
      assert.equal(await storedPassword(username), verifier, 'once');
      await assert.rejects(world.signIn(client, username, `${password}x`), wrong);
      const after = await world.aws.adminGetUser({ UserPoolId: pool, Username: username });
      assert.deepEqual(after.UserLastModifiedDate, UserLastModifiedDate);
    });
  });
}

describe('an imported hash', () => {
  it('signs in by the administrators’ flow, too', async () => {
    await importUsers(BCRYPT.hash, 'BCRYPT', 'by-admin');
    const { AuthenticationResult } = await world.aws.adminInitiateAuth({
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'by-admin', PASSWORD: BCRYPT.password },
    });
    assert(AuthenticationResult?.AccessToken);
  });

  it('is no choice for SRP until there is a verifier, unless that would tell who exists', async () => {
    await importUsers(BCRYPT.hash, 'BCRYPT', 'by-choice');
    const offered = async (more: object) => {
      const ClientId = await world.createClient(pool, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'], ...more });
      const begin = (more: Record<string, string> = {}) =>
        world.browser.initiateAuth({
          ClientId,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: 'by-choice', ...more },
        });
      const { ChallengeName } = await begin({ PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A: 'ab'.repeat(384) });
      return { ChallengeName, choices: (await begin()).AvailableChallenges };
    };
    const hiding = { PreventUserExistenceErrors: 'ENABLED' };
    const both = { ChallengeName: 'PASSWORD_VERIFIER', choices: ['PASSWORD_SRP', 'PASSWORD'] };
    assert.deepEqual(await offered({}), { ChallengeName: 'SELECT_CHALLENGE', choices: ['PASSWORD'] });
    assert.deepEqual(await offered(hiding), both);
    await world.signIn(client, 'by-choice', BCRYPT.password);
    assert.deepEqual(await offered({}), both);
    assert.deepEqual(await offered(hiding), both);
  });

  it('signs in several at the same time', async () => {
    await importUsers(BCRYPT.hash, 'BCRYPT', 'by-many');
    await Promise.all(Array.from({ length: 5 }, () => world.signIn(client, 'by-many', BCRYPT.password)));
    await srpSignIn('by-many', BCRYPT.password);
  });

  it('is replaced by a new password before it is ever used', async () => {
    await importUsers(BCRYPT.hash, 'BCRYPT', 'by-code', 'by-administrator');
    await world.browser.forgotPassword({ ClientId: client, Username: 'by-code' });
    const ConfirmationCode = await world.codeTo('by-code@example.com');
    const Password = 'Another-Horse-8';
    await world.browser.confirmForgotPassword({ ClientId: client, Username: 'by-code', ConfirmationCode, Password });
    const Username = 'by-administrator';
    await world.aws.adminSetUserPassword({ UserPoolId: pool, Username, Password, Permanent: true });
    for (const username of ['by-code', 'by-administrator']) {
      await assert.rejects(world.signIn(client, username, BCRYPT.password), wrong);
      await srpSignIn(username, Password);
    }
  });

  it('counts towards the lockout like any other password', async () => {
    await importUsers(BCRYPT.hash, 'BCRYPT', 'locked');
    for (let tries = 0; tries < 6; tries++) await world.signIn(client, 'locked', 'wrong').catch(() => undefined);
    await assert.rejects(world.signIn(client, 'locked', BCRYPT.password), {
      name: 'NotAuthorizedException',
      message: 'Password attempts exceeded',
    });
  });

  it('is remembered: whoever may not repeat passwords may not repeat that one', async () => {
    const strict = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 6,
          PasswordHistorySize: 3,
          RequireUppercase: false,
          RequireLowercase: false,
          RequireNumbers: false,
          RequireSymbols: false,
        },
      },
    });
    const { PBKDF2_SHA256: old } = vectors;
    await jobsOf(world, strict).run(csvOf([person('jane', { password_hash: old.hash })], header), 'PBKDF2_SHA256');
    const set = (Password: string) =>
      world.aws.adminSetUserPassword({ UserPoolId: strict, Username: 'jane', Password, Permanent: true });
    await assert.rejects(set(old.password), { name: 'PasswordHistoryPolicyViolationException' });
    await set('another-one');
    await assert.rejects(set(old.password), { name: 'PasswordHistoryPolicyViolationException' });
  });

  it('may be missing in a row: that user resets the password', async () => {
    const rows = [person('with-hash', { password_hash: BCRYPT.hash }), person('without-hash')];
    const job = await jobsOf(world, pool).run(csvOf(rows, header), 'BCRYPT');
    assert.equal(job.ImportedUsers, 2);
    await assert.rejects(world.signIn(client, 'without-hash', BCRYPT.password), {
      name: 'PasswordResetRequiredException',
    });
  });

  it('is refused, and the user with it, when it is malformed, of another algorithm or out of bounds', async () => {
    const hashes = ['plain', vectors.ARGON2ID.hash, BCRYPT.hash.replace('$05$', '$13$'), BCRYPT.hash];
    const rows = hashes.map((password_hash, index) => person(`refused${index}`, { password_hash }));
    const job = await jobsOf(world, pool).run(csvOf(rows, header), 'BCRYPT');
    assert.deepEqual([job.ImportedUsers, job.FailedUsers], [1, 3]);
    const log = await jobsOf(world, pool).log(job);
    assert.deepEqual(
      log.map(({ line, message }) => [line, message]),
      [
        [2, 'The password hash does not have the form of the algorithm that the job names.'],
        [3, 'The password hash does not have the form of the algorithm that the job names.'],
        [4, 'The password hash has parameters that exceed the maximum.'],
      ],
    );
    assert.equal(JSON.stringify(log).includes('$2a$'), false);
  });
});
