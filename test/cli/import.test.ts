/** `cenote export` and `cenote import`: there and back with the same accounts, Cognito's own files, and what goes wrong. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../support/world.ts';
import { csvOf, person } from '../user-pools/users/import/importing.ts';
import { cenote, temporaryDirectory } from './program.ts';

const directory = temporaryDirectory();
after(() => directory.remove());
const file = (name: string) => join(directory.path, name);
const keyFile = file('export.key');

let world: World;
let cli: (...args: string[]) => ReturnType<typeof cenote>;
before(async () => {
  world = await startWorld();
  // Beside the running server, in its data directory, as an operator would.
  cli = (...args) => cenote(args, { CENOTE_DATA_DIR: world.app.foundation.config.dataDir, CENOTE_LOG_LEVEL: 'error' });
});
after(() => world.stop());

const settings = {
  AutoVerifiedAttributes: ['email' as const],
  AliasAttributes: ['email' as const],
  Schema: [{ Name: 'note', AttributeDataType: 'String' as const, Mutable: true }],
};

const usersOf = async (UserPoolId: string) => {
  const { Users = [] } = await world.aws.listUsers({ UserPoolId });
  return Users.toSorted((a, b) => (a.Username ?? '').localeCompare(b.Username ?? ''));
};

describe('there and back', () => {
  let from: string;
  const difficult = 'a, "b"\nC:\\dir\\ ,"x"';
  before(async () => {
    from = await world.createPool(settings);
    await world.createUser(from, 'jane', 'Correct-Horse-7', {
      email: 'jane@example.com',
      email_verified: 'true',
      'custom:note': difficult,
    });
    await world.createUser(from, 'off', 'Correct-Horse-7');
    await world.aws.adminDisableUser({ UserPoolId: from, Username: 'off' });
    await world.aws.adminCreateUser({
      UserPoolId: from,
      Username: 'invited',
      TemporaryPassword: 'Temporary-Horse-7',
      MessageAction: 'SUPPRESS',
    });
    const client = await world.createClient(from);
    await world.signUp(client, 'unconfirmed', { email: 'new@example.com' });
    world.clock.advance(60_000);
  });

  it('the accounts are the same: sub, state, dates, attributes and passwords', async () => {
    const out = file('users.csv');
    const exported = await cli('export', from, '--key-file', keyFile, '--out', out);
    assert.equal(exported.code, 0, exported.stderr);
    assert.match(exported.stderr, /4 users exported/);
    assert.equal(statSync(keyFile).mode & 0o777, 0o600);
    assert.equal(statSync(out).mode & 0o777, 0o600);
    const text = readFileSync(out, 'utf8');
    assert.match(text, /^name,.*,cognito:mfa_enabled,cognito:username,password_hash,cenote:sub,/);

    const to = await world.createPool(settings);
    const imported = await cli('import', to, out, '--key-file', keyFile);
    assert.equal(imported.code, 0, imported.stderr);
    assert.match(imported.stdout, /^import-\w{10} {2}Succeeded {2}4 imported, 0 skipped, 0 failed/);
    assert.match(imported.stderr, /4 rows done/);
    assert.deepEqual(await usersOf(to), await usersOf(from));

    const client = await world.createClient(to);
    // The verifier was made for another pool, so the first sign-in sends the password.
    await assert.rejects(world.signIn(client, 'jane', 'Wrong-Horse-7'), { name: 'NotAuthorizedException' });
    await world.signIn(client, 'jane', 'Correct-Horse-7');
    await world.signIn(client, 'jane@example.com', 'Correct-Horse-7');
    await assert.rejects(world.signIn(client, 'off', 'Correct-Horse-7'), { message: 'User is disabled.' });
    const invited = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'invited', PASSWORD: 'Temporary-Horse-7' },
    });
    assert.equal(invited.ChallengeName, 'NEW_PASSWORD_REQUIRED');
    await assert.rejects(world.signIn(client, 'unconfirmed', 'Correct-Horse-7'), { name: 'UserNotConfirmedException' });

    // Once more changes nothing.
    const again = await cli('import', to, out, '--key-file', keyFile);
    assert.match(again.stdout, /0 imported, 4 skipped, 0 failed/);
    assert.equal((await usersOf(to)).length, 4);
  });

  it('in the same pool the verifier is as good as it was', async () => {
    const pool = await world.createPool(settings);
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jane', 'Correct-Horse-7');
    const password = async () => {
      const { sealer, storage } = world.app.foundation;
      const row = await storage.db
        .selectFrom('users')
        .select(['sub', 'password'])
        .where('pool_id', '=', pool)
        .executeTakeFirst();
      return sealer.open('password', row?.password ?? '', `${pool}/${row?.sub}`)?.toString();
    };
    const before = await password();
    const out = file('same-pool.csv');
    await cli('export', pool, '--key-file', keyFile, '--out', out);
    await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'jane' });
    await cli('import', pool, out, '--key-file', keyFile);
    assert.equal(await password(), before);
    await world.signIn(client, 'jane', 'Correct-Horse-7');
  });

  it('writes to standard output without --out', async () => {
    const { code, stdout, stderr } = await cli('export', from, '--key-file', keyFile);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.includes('jane@example.com'), true);
    // Neither the verifier nor the password can be read.
    assert.equal(/"?verifier"?/.test(stdout), false);
  });

  it('is refused with another key, or without one', async () => {
    const out = file('other-key.csv');
    await cli('export', from, '--key-file', keyFile, '--out', out);
    const to = await world.createPool(settings);
    const without = await cli('import', to, out);
    assert.equal(without.code, 1);
    assert.match(without.stdout, /Failed .* The passwords in the CSV file are sealed: name the file of their key\./);
    writeFileSync(file('other.key'), Buffer.alloc(32, 7).toString('base64'));
    const other = await cli('import', to, out, '--key-file', file('other.key'));
    assert.equal(other.code, 1);
    assert.match(other.stdout, /0 imported, 0 skipped, 4 failed/);
    const missing = await cli('import', to, out, '--key-file', file('nowhere.key'));
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /nowhere\.key: no such file or directory/);
    assert.equal((await usersOf(to)).length, 0);
  });
});

describe("Cognito's own files", () => {
  it('are imported, and the log tells what was not', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const from = file('cognito.csv');
    writeFileSync(
      from,
      csvOf([person('jane'), person('jane'), person('joe', { email_verified: '' }), person('jill'), person('jo')]),
    );
    const { code, stdout } = await cli('import', pool, from);
    assert.equal(code, 0, stdout);
    const id = /^(import-\w+)/.exec(stdout)?.[1] ?? '';
    const log = await cli('import', 'log', id);
    assert.equal(log.code, 0);
    assert.deepEqual(log.stdout.trim().split('\n').slice(2), [
      '[SKIPPED] Line Number 3 - The user already exists.',
      '[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
    ]);
    // A job like those of the API.
    const { UserImportJob } = await world.aws.describeUserImportJob({ UserPoolId: pool, JobId: id });
    assert.deepEqual([UserImportJob?.Status, UserImportJob?.ImportedUsers], ['Succeeded', 3]);
    assert.equal(UserImportJob?.JobName, 'cenote import cognito.csv');
  });

  it('with password hashes', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const client = await world.createClient(pool);
    const from = file('hashes.csv');
    const password_hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    const header = ['cognito:username', 'email', 'email_verified', 'password_hash'];
    writeFileSync(from, csvOf([person('jane', { password_hash })], header));
    assert.equal((await cli('import', pool, from, '--hashes', 'BCRYPT')).code, 0);
    await world.signIn(client, 'jane', 'U*U');
  });
});

describe('what goes wrong', { concurrency: true }, () => {
  const cases: [what: string, args: string[], said: RegExp][] = [
    ['a pool that does not exist', ['import', 'us-east-1_nopool', '-'], /User pool us-east-1_nopool does not exist\./],
    ['no key to seal with', ['export', 'us-east-1_nopool'], /--key-file/],
    [
      'an algorithm there is none of',
      ['import', 'us-east-1_nopool', '-', '--hashes', 'MD5'],
      /--hashes: expected one of BCRYPT/,
    ],
    ['the log of no job', ['import', 'log', 'import-nothing'], /there is no import job import-nothing/],
  ];
  for (const [what, args, said] of cases) {
    it(what, async () => {
      const { code, stderr } = await cli(...args);
      assert.equal(code, 1);
      assert.match(stderr, said);
    });
  }

  it('a file that is not there', async () => {
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const { code, stderr } = await cli('import', pool, file('nowhere.csv'));
    assert.equal(code, 1);
    assert.match(stderr, /nowhere\.csv: no such file or directory/);
    // No job was begun for it.
    const { UserImportJobs } = await world.aws.listUserImportJobs({ UserPoolId: pool, MaxResults: 1 });
    assert.deepEqual(UserImportJobs, []);
  });
});
