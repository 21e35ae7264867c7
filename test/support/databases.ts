/** Runs a suite on each database engine, on a fresh database of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import pg from 'pg';
import { type ConnectOptions, connect, type Engine, type Storage } from '../../src/storage/connect.ts';
import { migrate } from '../../src/storage/migrate.ts';
import type { Db } from '../../src/storage/schema.ts';
import { postgresUrl, template } from './postgres.ts';

export const engines: readonly Engine[] = ['sqlite', 'postgres'];

/** The database of a suite; `storage` and `db` are there when its tests and hooks run. */
export type SuiteDatabase = {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly db: Db;
  /** A further connection to the same database, as another process has it; closed after the suite. */
  connect(): Promise<Storage>;
};

/**
 * Makes a database without rows: how to connect to it, and how to get rid of it.
 * @param empty without tables, too; otherwise it may have them or not
 */
export async function createDatabase(
  engine: Engine,
  { empty = false } = {},
): Promise<{ options: ConnectOptions; drop(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cenote-test-'));
  const removeDirectory = () => rmSync(dataDir, { recursive: true, force: true });
  if (engine === 'sqlite') return { options: { dataDir }, drop: async () => removeDirectory() };

  const server = await postgresUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const copied = empty ? undefined : template();
  await command(server, `create database ${name} ${copied === undefined ? '' : `template ${copied}`}`);
  const url = server.replace('/postgres?', `/${name}?`);
  const drop = async () => {
    removeDirectory();
    await command(server, `drop database ${name} with (force)`);
  };
  return { options: { url, dataDir }, drop };
}

async function command(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Declares `suite` once an engine, with the tables in place unless `migrated` is false. */
export function eachEngine(
  name: string,
  suite: (database: SuiteDatabase) => void,
  { migrated = true }: { migrated?: boolean } = {},
): void {
  for (const engine of engines) {
    describe(`${name} (${engine})`, () => {
      let database: Awaited<ReturnType<typeof createDatabase>> | undefined;
      const connections: Storage[] = [];
      const open = async () => {
        const storage = await connect(database!.options);
        connections.push(storage);
        return storage;
      };
      before(async () => {
        database = await createDatabase(engine, { empty: !migrated });
        const storage = await open();
        if (migrated) await migrate(storage);
      });
      after(async () => {
        try {
          await Promise.all(connections.map(connection => connection.close()));
        } finally {
          await database?.drop();
        }
      });
      suite({
        engine,
        get storage() {
          return connections[0]!;
        },
        get db() {
          return connections[0]!.db;
        },
        connect: open,
      });
    });
  }
}
