/** What the columns and rows of an import file must say, and what users they make; all through the API. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { attributeList, startWorld, type World } from '../../../support/world.ts';
import { type Cells, columns, csvOf, jobsOf, person } from './importing.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const attributesOf = async (pool: string, username: string): Promise<Record<string, string | undefined>> => {
  const { UserAttributes = [] } = await world.aws.adminGetUser({ UserPoolId: pool, Username: username });
  return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
};

describe('the header', () => {
  const refused: [what: string, header: string[], message: string][] = [
    ['a column twice', [...columns, 'name'], 'The CSV header has a column twice.'],
    [
      'a column that the pool does not have',
      [...columns, 'custom:nope'],
      'The CSV header has columns that the user pool does not have: custom:nope',
    ],
    [
      'the sub, which nobody may choose',
      [...columns, 'sub'],
      'The CSV header has columns that the user pool does not have: sub',
    ],
    [
      'the columns of an export, which only the command line takes',
      [...columns, 'cenote:sub'],
      'The CSV header has columns that the user pool does not have: cenote:sub',
    ],
    ['no username', columns.slice(1), 'The CSV header has no column cognito:username.'],
    [
      'columns missing',
      columns.filter(name => name !== 'gender' && name !== 'locale'),
      'The CSV header lacks columns: gender, locale',
    ],
  ];
  for (const [what, header, message] of refused) {
    it(`is refused with ${what}`, async () => {
      const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
      const { Status, CompletionMessage, ImportedUsers } = await jobsOf(world, pool).run(
        csvOf([person('jane')], header),
      );
      assert.deepEqual([Status, CompletionMessage, ImportedUsers], ['Failed', message, 0]);
    });
  }

  it('may have its columns in any order, and password_hash or not', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const jobs = jobsOf(world, pool);
    assert.equal((await jobs.run(csvOf([person('jane')], [...columns].reverse()))).Status, 'Succeeded');
    const hashed = [...columns, 'password_hash'];
    assert.equal((await jobs.run(csvOf([person('joe', { password_hash: 'ignored' })], hashed))).Status, 'Succeeded');
    const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'joe' });
    assert.equal(UserStatus, 'RESET_REQUIRED');
  });

  it('must have password_hash where the job names an algorithm, and then as few others as in the example of the guide', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const failed = await jobsOf(world, pool).run(csvOf([person('jane')]), 'BCRYPT');
    assert.deepEqual(
      [failed.Status, failed.CompletionMessage],
      ['Failed', 'The CSV header has no column password_hash.'],
    );
    const example = [
      'cognito:username,email,email_verified,phone_number,phone_number_verified,password_hash',
      'alejandro_rosalez,alejandro_rosalez@example.com,TRUE,+12345550100,TRUE,$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6',
      'mary_major,mary_major@example.com,TRUE,+12345550199,TRUE,$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6',
    ];
    const job = await jobsOf(world, pool).run(example.join('\n'), 'BCRYPT');
    assert.deepEqual([job.Status, job.ImportedUsers], ['Succeeded', 2]);
    const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'mary_major' });
    assert.equal(UserStatus, 'CONFIRMED');
  });

  it('must be there', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const { Status, CompletionMessage } = await jobsOf(world, pool).run('\n');
    assert.deepEqual([Status, CompletionMessage], ['Failed', 'The CSV file is empty.']);
  });
});

describe('a file that is no CSV', () => {
  it('fails, and what came before stays', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const rows = Array.from({ length: 600 }, (_, index) => person(`user${index}`));
    const job = await jobsOf(world, pool).run(`${csvOf(rows)}"never closed\n`);
    assert.deepEqual([job.Status, job.CompletionMessage], ['Failed', 'The CSV file cannot be parsed.']);
    // Whole batches; those of the last one are not there, and the counts say so.
    const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool?.EstimatedNumberOfUsers, job.ImportedUsers);
  });
});

describe('a row', () => {
  let pool: string;
  before(async () => {
    pool = await world.createPool({
      AutoVerifiedAttributes: ['email', 'phone_number'],
      AliasAttributes: ['email', 'preferred_username'],
      Schema: [
        { Name: 'level', AttributeDataType: 'Number', Mutable: true, NumberAttributeConstraints: { MaxValue: '9' } },
        { Name: 'family_name', AttributeDataType: 'String', Required: true, Mutable: true },
      ],
    });
    await world.createUser(pool, 'here', undefined, {
      email: 'here@example.com',
      email_verified: 'true',
      family_name: 'H',
    });
  });
  const header = [...columns, 'custom:level'];
  const valid = (username: string, more: Cells = {}) => person(username, { family_name: 'Doe', ...more });

  it('makes a user with what it says', async () => {
    const job = await jobsOf(world, pool).run(
      csvOf(
        [
          valid('jane', {
            name: 'JANE',
            address: '100 Main Street, Springfield',
            birthdate: '02/01/1985',
            phone_number: '+12345550100',
            phone_number_verified: 'false',
            preferred_username: 'janey',
            updated_at: '1471453471',
            'custom:level': '7',
          }),
        ],
        header,
      ).replace('JANE', '  Jane Doe\t'),
    );
    assert.equal(job.Status, 'Succeeded');
    const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'jane' });
    assert.deepEqual([user.Enabled, user.UserStatus], [true, 'RESET_REQUIRED']);
    const { sub, ...attributes } = await attributesOf(pool, 'jane');
    assert.match(sub ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(attributes, {
      name: 'Jane Doe',
      family_name: 'Doe',
      email: 'jane@example.com',
      email_verified: 'true',
      preferred_username: 'janey',
      birthdate: '02/01/1985',
      phone_number: '+12345550100',
      phone_number_verified: 'false',
      address: '100 Main Street, Springfield',
      updated_at: '1471453471',
      'custom:level': '7',
    });
    // Found and named like any other user.
    for (const Filter of ['email = "JANE@example.com"', 'family_name ^= "doe"', 'username = "jane"']) {
      const { Users } = await world.aws.listUsers({ UserPoolId: pool, Filter });
      assert.equal(
        Users?.some(({ Username }) => Username === 'jane'),
        true,
        Filter,
      );
    }
    for (const Username of ['jane@example.com', 'janey', sub ?? '']) {
      assert.equal((await world.aws.adminGetUser({ UserPoolId: pool, Username })).Username, 'jane');
    }
  });

  const unverified =
    'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).';
  const refused: [what: string, cells: Cells, message: string | RegExp][] = [
    ['no username', valid('', { email: 'a@example.com' }), 'The User Record has no cognito:username.'],
    ['a username with spaces', valid('jane doe'), 'The cognito:username has spaces or more than 128 characters.'],
    [
      'a username of 129 characters',
      valid('x'.repeat(129)),
      'The cognito:username has spaces or more than 128 characters.',
    ],
    [
      'a username like an alias',
      valid('x@example.com', { email: 'x@example.com' }),
      /^Username cannot be of email format/,
    ],
    ['nothing verified', valid('u1', { email_verified: '' }), unverified],
    ['verification denied', valid('u2', { email_verified: 'FALSE' }), unverified],
    ['a verified address that is not there', valid('u3', { email: '' }), /email_verified to true and has no email/],
    ['no e-mail address', valid('u4', { email: 'jane' }), 'Invalid email address format.'],
    ['no phone number', valid('u5', { phone_number: '12345' }), 'Invalid phone number format.'],
    ['a required attribute missing', valid('u6', { family_name: '' }), /family_name: The attribute is required/],
    ['a number too large', valid('u7', { 'custom:level': '10' }), /custom:level: Value cannot be greater than 9/],
    [
      'a birthdate of ISO 8601',
      valid('u8', { birthdate: '1985-02-01' }),
      'The birthdate does not have the form mm/dd/yyyy.',
    ],
    [
      'a birthdate of no month',
      valid('u9', { birthdate: '13/01/1985' }),
      'The birthdate does not have the form mm/dd/yyyy.',
    ],
    ['updated_at as a date', valid('u10', { updated_at: '2020-01-01' }), /updated_at: The value of a Number attribute/],
    [
      'MFA where it is off',
      valid('u11', { 'cognito:mfa_enabled': 'TRUE' }),
      /cognito:mfa_enabled must be false or blank/,
    ],
    [
      'MFA neither on nor off',
      valid('u12', { 'cognito:mfa_enabled': 'maybe' }),
      'cognito:mfa_enabled must be true, false or blank.',
    ],
    [
      'a value that is too long',
      valid('u13', { name: 'x'.repeat(2049) }),
      /name: String attributes cannot have a length/,
    ],
    [
      'more than 16,000 characters',
      valid('u14', { address: 'x'.repeat(16_000) }),
      'The row has more than 16,000 characters.',
    ],
    [
      'the alias of somebody else',
      valid('u15', { email: 'here@example.com' }),
      'An account with the email already exists.',
    ],
  ];
  it('is refused, and tells where and why, while others are imported', async () => {
    const rows = [...refused.map(([, cells]) => cells), valid('good')];
    const job = await jobsOf(world, pool).run(`${csvOf(rows, header)}too,few\n`);
    assert.deepEqual([job.ImportedUsers, job.SkippedUsers, job.FailedUsers], [1, 0, refused.length + 1]);
    const log = await jobsOf(world, pool).log(job);
    for (const [index, [what, , message]] of refused.entries()) {
      const entry = log.find(({ line }) => line === index + 2);
      assert.equal(entry?.outcome, 'FAILED', what);
      if (typeof message === 'string') assert.equal(entry?.message, message, what);
      else assert.match(entry?.message ?? '', message, what);
    }
    assert.equal(log.at(-1)?.message, 'The row does not have as many columns as the header.');
    // No user's data is in the log.
    assert.equal(JSON.stringify(log).includes('example.com'), false);
  });

  it('is skipped when the user is there already, in the pool or in the file', async () => {
    const rows = [
      valid('here', { email: 'new@example.com' }),
      valid('twice'),
      valid('twice', { email: 'b@example.com' }),
    ];
    const job = await jobsOf(world, pool).run(csvOf(rows, header));
    assert.deepEqual([job.ImportedUsers, job.SkippedUsers, job.FailedUsers], [1, 2, 0]);
    const log = await jobsOf(world, pool).log(job);
    assert.deepEqual(log, [
      { rowNumber: 1, line: 2, outcome: 'SKIPPED', message: 'The user already exists.' },
      { rowNumber: 3, line: 4, outcome: 'SKIPPED', message: 'The user already exists.' },
    ]);
    assert.equal((await attributesOf(pool, 'here')).email, 'here@example.com');
    assert.equal((await attributesOf(pool, 'twice')).email, 'twice@example.com');
  });

  it("is skipped when its name is somebody's sub", async () => {
    const { sub } = await attributesOf(pool, 'here');
    const job = await jobsOf(world, pool).run(csvOf([valid(sub ?? '', { email: 'thief@example.com' })], header));
    assert.deepEqual([job.ImportedUsers, job.SkippedUsers], [0, 1]);
  });
});

describe('a job of which most rows made no user', () => {
  it('has failed', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const bad = (username: string) => person(username, { email_verified: '' });
    const half = await jobsOf(world, pool).run(csvOf([person('a'), bad('b')]));
    assert.equal(half.Status, 'Succeeded');
    const most = await jobsOf(world, pool).run(csvOf([person('c'), person('a'), bad('d')]));
    assert.deepEqual(
      [most.Status, most.CompletionMessage, most.ImportedUsers],
      ['Failed', 'Too many users have failed or been skipped during the import.', 1],
    );
  });
});

describe("the pool's settings", () => {
  it('UsernameAttributes: the name becomes the attribute, and the username the sub', async () => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
    });
    const rows: Cells[] = [
      { 'cognito:username': 'Jane@Example.com', email_verified: 'true' },
      { 'cognito:username': 'not-an-address', email: 'joe@example.com', email_verified: 'true' },
      { 'cognito:username': 'jane@example.com', email_verified: 'true' },
    ];
    const job = await jobsOf(world, pool).run(csvOf(rows));
    const log = await jobsOf(world, pool).log(job);
    assert.deepEqual(
      log.map(({ outcome, message }) => [outcome, message]),
      [
        ['FAILED', 'Username should be an email.'],
        ['SKIPPED', 'The user already exists.'],
      ],
    );
    const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'JANE@example.com' });
    const { sub, email } = await attributesOf(pool, 'jane@example.com');
    assert.deepEqual([user.Username, email], [sub, 'jane@example.com']);
  });

  it('UsernameAttributes: the subs, which a sign-in shows, have nothing in common', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'], UsernameAttributes: ['email'] });
    const rows = Array.from(
      { length: 20 },
      (_, index): Cells => ({ 'cognito:username': `u${index}@example.com`, email_verified: 'true' }),
    );
    await jobsOf(world, pool).run(csvOf(rows));
    const { Users = [] } = await world.aws.listUsers({ UserPoolId: pool });
    assert.equal(new Set(Users.map(({ Username }) => Username?.slice(0, 8))).size, rows.length);
  });

  it('MFA ON: the file may not switch it off for anybody', async () => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['phone_number'],
      MfaConfiguration: 'ON',
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    });
    const row = (username: string, mfa: string) => ({
      'cognito:username': username,
      phone_number: `+1234555${username}`,
      phone_number_verified: 'true',
      'cognito:mfa_enabled': mfa,
    });
    const job = await jobsOf(world, pool).run(csvOf([row('0100', 'true'), row('0101', ''), row('0102', 'false')]));
    assert.deepEqual([job.ImportedUsers, job.FailedUsers], [2, 1]);
  });

  it('MFA OPTIONAL: the file chooses for each user', async () => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['phone_number'],
      MfaConfiguration: 'OPTIONAL',
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
    });
    const row = (username: string, mfa: string) => ({
      'cognito:username': username,
      phone_number: `+1234555${username}`,
      phone_number_verified: 'true',
      'cognito:mfa_enabled': mfa,
    });
    await jobsOf(world, pool).run(csvOf([row('0100', 'TRUE'), row('0101', ''), row('0102', 'FALSE')]));
    const mfaOf = async (Username: string) =>
      (await world.aws.adminGetUser({ UserPoolId: pool, Username })).UserMFASettingList ?? [];
    assert.deepEqual(await mfaOf('0100'), ['SMS_MFA']);
    assert.deepEqual([await mfaOf('0101'), await mfaOf('0102')], [[], []]);
  });

  it('a first factor that needs no password: the user is confirmed', async () => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['email', 'phone_number'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    });
    const rows = [
      person('by-mail'),
      { 'cognito:username': 'by-phone', phone_number: '+12345550100', phone_number_verified: 'true' },
    ];
    await jobsOf(world, pool).run(csvOf(rows));
    const statusOf = async (Username: string) =>
      (await world.aws.adminGetUser({ UserPoolId: pool, Username })).UserStatus;
    assert.deepEqual([await statusOf('by-mail'), await statusOf('by-phone')], ['CONFIRMED', 'RESET_REQUIRED']);
  });
});

describe('an imported user without a password', () => {
  it('resets it with a code, and signs in', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const client = await world.createClient(pool);
    await jobsOf(world, pool).run(csvOf([person('jane')]));
    await assert.rejects(world.signIn(client, 'jane'), { name: 'PasswordResetRequiredException' });
    await world.browser.forgotPassword({ ClientId: client, Username: 'jane' });
    const ConfirmationCode = await world.codeTo('jane@example.com');
    await world.browser.confirmForgotPassword({
      ClientId: client,
      Username: 'jane',
      ConfirmationCode,
      Password: 'Another-Horse-8',
    });
    await world.signIn(client, 'jane', 'Another-Horse-8');
    // Like any other user from here on.
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: pool,
      Username: 'jane',
      UserAttributes: attributeList({ name: 'Jane' }),
    });
    await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'jane' });
    const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool?.EstimatedNumberOfUsers, 0);
  });
});
