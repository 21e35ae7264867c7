/** What goes wrong on the command line ends with exit code 1 and one line that says what to do. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cenote, type RunningServer, run, serve, temporaryDirectory } from './program.ts';

const hint = '(cenote --help lists the commands)\n';

describe('cenote, wrongly used', { concurrency: 2 }, () => {
  const directory = temporaryDirectory();
  const dataDir = join(directory.path, 'data');
  const path = (name: string) => join(directory.path, name);
  const key = 'AKIAAAAAAAAAAAAAAAAA';
  before(async () => {
    writeFileSync(path('no-json'), '{');
    writeFileSync(path('no-policy'), '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}');
    const { code } = await cenote(['migrate'], { CENOTE_DATA_DIR: dataDir });
    assert.equal(code, 0);
  });
  after(directory.remove);

  const cases: { args: string[]; env?: Record<string, string>; says: string }[] = [
    { args: ['sevre'], says: `unknown command 'sevre'\n(Did you mean serve?)\n${hint}` },
    {
      args: ['serve', 'extra'],
      says: `too many arguments for 'serve'. Expected 0 arguments but got 1: extra.\n${hint}`,
    },
    { args: ['keys', 'create'], says: `missing required argument 'name'\n${hint}` },
    {
      args: ['keys', 'create', 'a', '--polcy', 'x'],
      says: `unknown option '--polcy'\n(Did you mean --policy?)\n${hint}`,
    },
    { args: ['keys', 'create', 'a b'], says: '"a b" is no name for a key: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -\n' },
    { args: ['keys', 'create', 'a', '--policy', path('none')], says: `${path('none')}: no such file or directory\n` },
    {
      args: ['keys', 'create', 'a', '--policy', path('.')],
      says: `${path('.')}: is a directory, a file is expected\n`,
    },
    { args: ['keys', 'create', 'a', '--policy', path('no-json')], says: 'Malformed policy document: it is not JSON\n' },
    {
      args: ['keys', 'create', 'a', '--policy', path('no-policy')],
      says: 'Malformed policy document: Effect of statement 1 must be Allow or Deny\n',
    },
    { args: ['keys', 'create', 'a', '--account', '1'], says: '--account: expected twelve digits, got "1"\n' },
    { args: ['keys', 'list', '--account', '1'], says: '--account: expected twelve digits, got "1"\n' },
    ...['disable', 'enable', 'delete'].map(verb => ({
      args: ['keys', verb, key],
      says: `there is no access key ${key} ("cenote keys list" shows those there are)\n`,
    })),
    { args: ['keys', 'rotate-signing', 'us-east-1_none'], says: 'User pool us-east-1_none does not exist.\n' },
    { args: ['outbox', 'show', 'none'], says: 'there is no message none ("cenote outbox" shows those there are)\n' },
    { args: ['outbox', 'retry', 'none'], says: 'there is no message none ("cenote outbox" shows those there are)\n' },
    { args: ['outbox', '--limit', '0'], says: '--limit: expected a number from 1 to 9999, got "0"\n' },
    { args: ['outbox', '--state', 'lost'], says: '--state: expected one of queued, sending, sent, failed, replaced\n' },
    {
      args: ['outbox'],
      env: { CENOTE_DATA_DIR: path('elsewhere') },
      says: `there is no database in ${path('elsewhere')}: name its directory in CENOTE_DATA_DIR, or make one with "cenote serve" or "cenote migrate"\n`,
    },
    {
      args: ['serve'],
      env: { CENOTE_PORT: '99999', CENOTE_TLS: 'yes', CENOTE_PROT: '1' },
      says: `Configuration:
  CENOTE_PORT: expected a whole number from 0 to 65535, got "99999"
  CENOTE_TLS: expected one of off, files, development, got "yes"
  CENOTE_PROT: no such setting (see docs/configuration.md)
`,
    },
    {
      args: ['serve'],
      env: { CENOTE_HOST: '192.0.2.1' },
      says: 'this machine has no address 192.0.2.1 to listen on; see CENOTE_HOST\n',
    },
    {
      args: ['serve'],
      env: { CENOTE_TLS: 'files', CENOTE_TLS_CERT: path('cert.pem'), CENOTE_TLS_KEY: path('no-json') },
      says: `${path('cert.pem')}: no such file or directory\n`,
    },
    {
      args: ['migrate'],
      env: { CENOTE_DATABASE_URL: 'postgres://cenote@127.0.0.1:1/cenote' },
      says: 'nothing answers at 127.0.0.1:1\n',
    },
    {
      args: ['migrate'],
      env: { CENOTE_DATABASE_URL: 'mysql://127.0.0.1/cenote' },
      says: 'The database URL must start with postgres:// (without one, SQLite is used)\n',
    },
    {
      args: ['migrate'],
      env: { CENOTE_DATA_DIR: path('no-json/below') },
      says: `${path('no-json/below')}: a part of the path is not a directory\n`,
    },
  ];
  for (const { args, env, says } of cases) {
    it(`cenote ${args.join(' ').replace(directory.path, '')} ${Object.keys(env ?? {}).join(' ')}`, async () => {
      const { code, stdout, stderr } = await cenote(args, { CENOTE_DATA_DIR: dataDir, ...env });
      assert.deepEqual({ code, stdout, stderr }, { code: 1, stdout: '', stderr: `cenote: ${says}` });
    });
  }

  it('a database that is none', async () => {
    const spoilt = temporaryDirectory();
    writeFileSync(join(spoilt.path, 'cenote.db'), 'not a database, but long enough to be looked at'.repeat(100));
    const { code, stderr } = await cenote(['keys', 'list'], { CENOTE_DATA_DIR: spoilt.path });
    spoilt.remove();
    assert.deepEqual([code, stderr], [1, 'cenote: the database cannot be used: file is not a database\n']);
  });
});

describe('a server that cannot start', () => {
  const directory = temporaryDirectory();
  let first: RunningServer;
  before(async () => {
    first = await serve({ CENOTE_DATA_DIR: directory.path });
  });
  after(async () => {
    await first.stop();
    directory.remove();
  });

  it('says so when another server uses its data directory', async () => {
    const { code, stdout, stderr } = await cenote(['serve'], { CENOTE_DATA_DIR: directory.path, CENOTE_PORT: '0' });
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 1, stdout: '', stderr: `cenote: Another Cenote server is using the data directory ${directory.path}\n` },
    );
  });

  it('says so when its port is in use, and lets go of the data directory', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const own = temporaryDirectory();
    const { code, stderr } = await cenote(['serve'], { CENOTE_DATA_DIR: own.path, CENOTE_PORT: String(port) });
    other.close();
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `cenote: port ${port} on 127.0.0.1 is in use by another program; choose another with CENOTE_PORT (0 picks a free one)\n`,
    );
    const second = await serve({ CENOTE_DATA_DIR: own.path });
    assert.equal((await second.stop()).code, 0);
    own.remove();
  });

  it('refuses a master key that did not seal its data', async () => {
    const own = temporaryDirectory();
    await (await serve({ CENOTE_DATA_DIR: own.path })).stop();
    const foreign = { CENOTE_DATA_DIR: own.path, CENOTE_PORT: '0', CENOTE_MASTER_KEY: '00'.repeat(32) };
    const { code, stderr } = await cenote(['serve'], foreign);
    own.remove();
    assert.equal(code, 1);
    assert.match(stderr, /^cenote: .*master key.*\n$/);
  });
});

it('a reader that stops early is no error', async () => {
  const script = `"${process.execPath}" src/main.ts settings | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run('bash', ['-c', script]);
  assert.deepEqual([stdout, stderr], ['0\n', '']);
});
