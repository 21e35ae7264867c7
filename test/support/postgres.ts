/** Starts the PostgreSQL of a test run when somebody asks for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const SHARED = 'CENOTE_TEST_POSTGRES';

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

/** `node --test --test-global-setup=test/support/postgres.ts`: one server for all files of the run. */
export async function globalSetup(): Promise<void> {
  process.env[SHARED] ??= await startPostgres();
}
