/** Master keys come from the setting, else from the file, which the first start makes. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadMasterKeys } from '../../src/lib/master-key.ts';

const one = Buffer.alloc(32, 1);
const two = Buffer.alloc(32, 0xfe);
let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cenote-keys-'));
});
after(() => rm(directory, { recursive: true }));

const absent = () => join(directory, 'never', 'master.key');

test('a setting in base64, base64url or hexadecimal is the key, and no file is made', async () => {
  for (const value of [
    two.toString('base64'),
    two.toString('base64url'),
    two.toString('hex'),
    ` ${two.toString('hex')}\n`,
  ]) {
    const [only, ...others] = await loadMasterKeys({ value, file: absent() });
    assert.deepEqual(only?.key, two);
    assert.match(only!.id, /^[0-9a-f]{8}$/);
    assert.equal(others.length, 0);
  }
  assert.deepEqual(await readdir(directory), []);
});

test('several keys keep their order, and an id depends on the key alone', async () => {
  const value = `${one.toString('hex')},${two.toString('base64')}`;
  const keys = await loadMasterKeys({ value, file: absent() });
  assert.deepEqual(
    keys.map(({ key }) => key),
    [one, two],
  );
  const [alone] = await loadMasterKeys({ value: two.toString('hex'), file: absent() });
  assert.equal(keys[1]!.id, alone!.id);
  assert.notEqual(keys[0]!.id, alone!.id);
});

test('an unusable setting says what to do and does not show the key', async () => {
  const secret = `${one.toString('hex')}0`;
  await assert.rejects(loadMasterKeys({ value: secret, file: absent() }), (error: Error) => {
    assert.match(error.message, /key 1 must be 32 bytes.*openssl rand -base64 32/);
    assert.ok(!error.message.includes('0101'));
    return true;
  });
  await assert.rejects(
    loadMasterKeys({ value: `${one.toString('hex')},${one.toString('base64')}`, file: absent() }),
    /twice/,
  );
  await assert.rejects(loadMasterKeys({ value: `${one.toString('hex')},short`, file: absent() }), /key 2/);
});

test('the first start makes the file, private and alone; the next start reads it', async () => {
  const file = join(directory, 'new', 'master.key');
  const [made] = await loadMasterKeys({ value: '', file });
  assert.equal(made!.key.length, 32);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(join(directory, 'new'))).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(join(directory, 'new')), ['master.key']);
  assert.equal(await readFile(file, 'utf8'), `${made!.key.toString('base64')}\n`);
  assert.deepEqual(await loadMasterKeys({ file }), [made]);
});

test('starts at the same time agree on one key', async () => {
  const file = join(directory, 'race', 'master.key');
  const all = await Promise.all(Array.from({ length: 8 }, () => loadMasterKeys({ file })));
  for (const keys of all) assert.deepEqual(keys, all[0]);
  assert.deepEqual(await readdir(join(directory, 'race')), ['master.key']);
});

test('a file may hold several keys, one a line; an empty or foreign one is refused and left alone', async () => {
  const file = join(directory, 'lines.key');
  await writeFile(file, `${two.toString('base64')}\n${one.toString('hex')}\n`);
  assert.deepEqual(
    (await loadMasterKeys({ file })).map(({ key }) => key),
    [two, one],
  );
  await writeFile(file, '\n');
  await assert.rejects(loadMasterKeys({ file }), /lines\.key is empty/);
  await writeFile(file, 'hello');
  await assert.rejects(loadMasterKeys({ file }), /lines\.key is not usable/);
  assert.equal(await readFile(file, 'utf8'), 'hello');
});

test('a place that cannot be read or written is named', async () => {
  await assert.rejects(loadMasterKeys({ file: directory }), /cannot be read/);
  await writeFile(join(directory, 'plain'), '');
  await assert.rejects(loadMasterKeys({ file: join(directory, 'plain', 'master.key') }), /cannot be (read|written)/);
});
