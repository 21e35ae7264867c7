/** Access keys on both database engines, and the credentials file. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createAccessKeys } from '../../src/iam/access-keys.ts';
import { writeCredentialsFile } from '../../src/iam/credentials-file.ts';
import { createSealer } from '../../src/lib/seal.ts';
import type { Db } from '../../src/storage/schema.ts';
import { eachEngine } from '../support/databases.ts';

const sealer = createSealer([{ id: 'a', key: randomBytes(32) }]);
const policy = '{"Statement":{"Effect":"Allow","Action":"cognito-idp:List*","Resource":"*"}}';
const accounts = (function* () {
  for (let number = 100_000_000_000; ; number += 1) yield String(number);
})();
const newAccount = () => accounts.next().value as string;

eachEngine('access keys', database => {
  const open = (db: Db = database.db) => {
    const clock = { at: 1_000_000, now: () => clock.at };
    return { clock, keys: createAccessKeys({ db, sealer, clock }) };
  };

  test('a created key is found with its secret, its account and its policy', async () => {
    const { keys } = open();
    const accountId = newAccount();
    const { accessKeyId, secret } = await keys.create({ accountId, name: 'ci', policy });
    assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
    assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
    const found = (await keys.findKey(accessKeyId))!;
    assert.equal(found.secret, secret);
    assert.equal(found.principal.arn, `arn:aws:iam::${accountId}:user/ci`);
    assert.equal(found.principal.accountId, accountId);
    assert.equal(found.principal.isRoot, false);
    assert.deepEqual(found.principal.policy?.statements[0]?.actions, {
      patterns: ['cognito-idp:list*'],
      negated: false,
    });
    assert.equal(await keys.findKey('AKIAAAAAAAAAAAAAAAAA'), undefined);
    for (const nonsense of ['', 'x', "' or 1=1 --", 'A'.repeat(5000), '__proto__'])
      assert.equal(await keys.findKey(nonsense), undefined);
  });

  test('the secret is sealed at rest, bound to its key', async () => {
    const { keys } = open();
    const accountId = newAccount();
    const [one, two] = [
      await keys.create({ accountId, name: 'one', policy: null }),
      await keys.create({ accountId, name: 'two', policy: null }),
    ];
    const rows = await database.db.selectFrom('access_keys').selectAll().where('account_id', '=', accountId).execute();
    assert.equal(rows.length, 2);
    assert.ok(!JSON.stringify(rows).includes(one.secret));
    const stolen = rows.find(row => row.access_key_id === one.accessKeyId)!.secret;
    await database.db
      .updateTable('access_keys')
      .set({ secret: stolen })
      .where('access_key_id', '=', two.accessKeyId)
      .execute();
    await assert.rejects(keys.findKey(two.accessKeyId), /cannot be opened/);
  });

  test('lists the keys of one account, oldest first, without secrets', async () => {
    const { keys, clock } = open();
    const accountId = newAccount();
    const first = await keys.create({ accountId, name: 'first', policy: null });
    clock.at += 1;
    const second = await keys.create({ accountId, name: 'second', policy });
    await keys.create({ accountId: newAccount(), name: 'elsewhere', policy });
    await keys.disable(first.accessKeyId);
    assert.deepEqual(await keys.list(accountId), [
      {
        accessKeyId: first.accessKeyId,
        accountId,
        name: 'first',
        status: 'Inactive',
        isRoot: false,
        policy: null,
        createdAt: 1_000_000,
      },
      {
        accessKeyId: second.accessKeyId,
        accountId,
        name: 'second',
        status: 'Active',
        isRoot: false,
        policy,
        createdAt: 1_000_001,
      },
    ]);
  });

  test('refuses malformed names and policies', async () => {
    const { keys } = open();
    const accountId = newAccount();
    for (const name of ['', 'a b', 'x'.repeat(65), 'a/b', 'a\nb'])
      await assert.rejects(keys.create({ accountId, name, policy: null }), /is no name for a key/);
    await assert.rejects(keys.create({ accountId, name: 'x', policy: '{}' }), /Malformed policy document/);
    assert.deepEqual(await keys.list(accountId), []);
  });

  test('this process sees its own writes at once', async () => {
    const { keys } = open();
    const { accessKeyId } = await keys.create({ accountId: newAccount(), name: 'x', policy: null });
    assert.ok(await keys.findKey(accessKeyId));
    assert.equal(await keys.disable(accessKeyId), true);
    assert.equal(await keys.findKey(accessKeyId), undefined);
    assert.equal(await keys.enable(accessKeyId), true);
    assert.ok(await keys.findKey(accessKeyId));
    assert.equal(await keys.remove(accessKeyId), true);
    assert.equal(await keys.findKey(accessKeyId), undefined);
    assert.equal(await keys.remove(accessKeyId), false);
    assert.equal(await keys.disable(accessKeyId), false);
  });

  test("another process's writes are seen within a second", async () => {
    const here = open();
    const there = open((await database.connect()).db);
    const accountId = newAccount();
    const { accessKeyId } = await there.keys.create({ accountId, name: 'x', policy: null });
    assert.ok(await here.keys.findKey(accessKeyId));
    await there.keys.disable(accessKeyId);
    here.clock.at += 1000;
    assert.equal(await here.keys.findKey(accessKeyId), undefined);
    await there.keys.enable(accessKeyId);
    here.clock.at += 1000;
    assert.ok(await here.keys.findKey(accessKeyId));
  });

  test('the root key is made once, by however many replicas start at once', async () => {
    const accountId = newAccount();
    const other = (await database.connect()).db;
    const made = await Promise.all(
      [open().keys, open().keys, open(other).keys].map(keys => keys.ensureRootKey(accountId)),
    );
    assert.equal(new Set(made.map(key => `${key?.accessKeyId} ${key?.secret}`)).size, 1);
    const { keys } = open();
    assert.deepEqual(await keys.ensureRootKey(accountId), made[0]);
    assert.equal((await keys.list(accountId)).length, 1);
    const { principal } = (await keys.findKey(made[0]!.accessKeyId))!;
    assert.equal(principal.isRoot, true);
    assert.equal(principal.policy, null);
    assert.equal(principal.arn, `arn:aws:iam::${accountId}:root`);
    assert.notEqual((await keys.ensureRootKey(newAccount()))?.accessKeyId, made[0]!.accessKeyId);
  });

  test('a root key that was disabled or removed stays so', async () => {
    const { keys } = open();
    const accountId = newAccount();
    const root = (await keys.ensureRootKey(accountId))!;
    await keys.create({ accountId, name: 'deputy', policy: null });
    await keys.disable(root.accessKeyId);
    assert.equal(await keys.ensureRootKey(accountId), undefined);
    await keys.remove(root.accessKeyId);
    assert.equal(await keys.ensureRootKey(accountId), undefined);
    assert.equal((await keys.list(accountId)).length, 1);
  });
});

describe('the credentials file', () => {
  const key = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secret: 'a/b+c', region: 'eu-west-1' };

  test('is what AWS tools read, and private', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cenote-credentials-'));
    const path = join(directory, 'credentials');
    try {
      await writeFile(path, 'old');
      await chmod(path, 0o644);
      await writeCredentialsFile(path, key);
      assert.equal(
        await readFile(path, 'utf8'),
        '[cenote]\naws_access_key_id=AKIAAAAAAAAAAAAAAAAA\naws_secret_access_key=a/b+c\nregion=eu-west-1\n',
      );
      assert.equal((await stat(path)).mode & 0o777, 0o600);
      assert.deepEqual(await readdir(directory), ['credentials']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('leaves nothing behind when it cannot be written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cenote-credentials-'));
    try {
      await assert.rejects(writeCredentialsFile(join(directory, 'missing', 'credentials'), key), { code: 'ENOENT' });
      await mkdir(join(directory, 'taken'));
      await assert.rejects(writeCredentialsFile(join(directory, 'taken'), key));
      assert.deepEqual(await readdir(directory), ['taken']);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
