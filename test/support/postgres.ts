/** Starts the PostgreSQL of a test run when somebody asks for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { connect } from '../../src/storage/connect.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { stockSigningPairs } from './signing-pairs.ts';

const SHARED = 'CENOTE_TEST_POSTGRES';
const TEMPLATE = 'CENOTE_TEST_TEMPLATE';

let started: Promise<string> | undefined;

/** URL of a server on which databases may be made: the test run's, or (a file run by itself) one of this process. */
export function postgresUrl(): Promise<string> {
  started ??= process.env[SHARED] ? Promise.resolve(process.env[SHARED]) : startPostgres();
  return started;
}

/** Starts a server that ends with this process, and does not keep it from ending. */
async function startPostgres(): Promise<string> {
  const server = spawn(process.execPath, [new URL('postgres-server.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(server.stdout);
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => line as string),
    once(server, 'exit').then(() => undefined),
  ]);
  if (!url) throw new Error('PostgreSQL did not start');
  server.unref();
  (server.stdin as { unref?(): void }).unref?.();
  (server.stdout as { unref?(): void }).unref?.();
  return url;
}

/** The name of a database that has all tables, and may be copied; undefined: there is none (a file run by itself). */
export const template = (): string | undefined => process.env[TEMPLATE];

/** Migrating anew takes many times as long as a copy. */
async function makeTemplate(server: string): Promise<string> {
  const name = 'with_tables';
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const storage = await connect({ url: server.replace('/postgres?', `/${name}?`), dataDir: '' });
  await migrate(storage).finally(() => storage.close());
  return name;
}

/** Where there is room, the files of the tests are kept in memory: their databases wait for the disk thousands of times. */
const memory = '/dev/shm';
const room = 2 * 1024 ** 3;
let inMemory: string | undefined;

const directoryInMemory = (): string | undefined => {
  if (!existsSync(memory)) return undefined;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize < room ? undefined : mkdtempSync(join(memory, 'cenote-run-'));
};

/**
 * `node --test --test-global-setup=test/support/postgres.ts`: what the files of a run share. One server, a database to copy, a
 * stock of signing keys, modules that are compiled once, and a place for files.
 */
export async function globalSetup(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'cenote-test-modules');
  process.env[SHARED] ??= await startPostgres();
  process.env[TEMPLATE] ??= await makeTemplate(process.env[SHARED]);
  await stockSigningPairs();
  if (process.env.TMPDIR === undefined) inMemory = directoryInMemory();
  if (inMemory !== undefined) process.env.TMPDIR = inMemory;
}

export function globalTeardown(): void {
  if (inMemory !== undefined) rmSync(inMemory, { recursive: true, force: true });
}
