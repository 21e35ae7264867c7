/** The database of a run: SQLite in the server's data directory, or a PostgreSQL that is thrown away afterwards. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Engine } from '../src/storage/connect.ts';
import { postgresUrl } from '../test/support/postgres.ts';

export type Place = { dataDir: string; compileCache: string; databaseUrl: string | undefined; remove(): void };

/** An empty database on the PostgreSQL that the test suites use: it ends with this process, and does not wait for its disk. */
const emptyPostgres = async (): Promise<string> => {
  const server = await postgresUrl();
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(server);
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  // The host in the query, a socket, is the one that counts; settings want one in its place as well.
  return server.replace('@/postgres?', `@localhost/${name}?`);
};

/** Everything that a server writes goes here; nothing of it remains after `remove`. */
export const createPlace = async (engine: Engine): Promise<Place> => {
  const root = await mkdtemp(join(tmpdir(), 'cenote-bench-'));
  const remove = () => {
    process.off('exit', remove);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  };
  // An interrupted run leaves nothing behind either.
  process.once('exit', remove);
  return {
    dataDir: join(root, 'data'),
    compileCache: join(root, 'compiled'),
    databaseUrl: engine === 'postgres' ? await emptyPostgres() : undefined,
    remove,
  };
};
