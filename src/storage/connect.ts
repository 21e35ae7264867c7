/** Opens the database that the settings name: SQLite in the data directory, or PostgreSQL by URL. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Dialect, Kysely, sql } from 'kysely';
import { holdDataDirectory } from './data-directory.ts';
import type { Db, Schema } from './schema.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

export type Engine = 'sqlite' | 'postgres';

export type Storage = {
  db: Db;
  /** The same database for bulk loads, which would hold up the event loop: their writer has a thread of its own where that helps. */
  bulk: Db;
  engine: Engine;
  /** Waits for what is under way, then closes. */
  close(): Promise<void>;
  /** Whether the database answers. */
  ready(): Promise<boolean>;
};

export type ConnectOptions = {
  /** `postgres://…`, or `:memory:` for an SQLite database that is gone when closed; otherwise SQLite in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  /** PostgreSQL connections of this process. */
  poolSize?: number | undefined;
  /**
   * Takes the SQLite data directory for this process, as a server does, and throws when another server has it.
   * Commands that run beside a server leave this out: SQLite itself lets several processes take turns to write.
   */
  exclusive?: boolean | undefined;
};

/** Connects; the tables are `migrate`'s business. */
export async function connect({ url, dataDir, poolSize = 10, exclusive = false }: ConnectOptions): Promise<Storage> {
  if (url && /^postgres(ql)?:/.test(url)) {
    // Imported only here: who runs on SQLite does not pay for loading it.
    const { postgresDialect } = await import('./postgres-dialect.ts');
    return open('postgres', { dialect: postgresDialect(url, poolSize) });
  }
  if (url === ':memory:') return open('sqlite', { dialect: sqliteDialect(url) });
  if (url) throw new Error('The database URL must start with postgres:// (without one, SQLite is used)');

  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const release = exclusive ? holdDataDirectory(dataDir) : undefined;
  try {
    const file = privateFile(join(dataDir, 'cenote.db'));
    return await open('sqlite', {
      dialect: sqliteDialect(file),
      bulk: sqliteDialect(file, { inThread: true }),
      release,
    });
  } catch (error) {
    release?.();
    throw error;
  }
}

type Opening = { dialect: Dialect; bulk?: Dialect; release?: (() => void) | undefined };

async function open(engine: Engine, { dialect, bulk: bulkDialect, release }: Opening): Promise<Storage> {
  const db = new Kysely<Schema>({ dialect });
  // Opens nothing before it is used.
  const bulk = bulkDialect === undefined ? db : new Kysely<Schema>({ dialect: bulkDialect });
  const ping = () => sql`select 1`.execute(db);
  const close = async () => {
    await bulk.destroy();
    await db.destroy();
    release?.();
  };
  try {
    await ping();
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
  return { db, bulk, engine, close, ready: () => ping().then(always(true), always(false)) };
}

const always = (value: boolean) => () => value;

/** Makes the file readable by its owner alone; SQLite gives its log the same mode. */
function privateFile(file: string): string {
  try {
    // Only a new file is opened: closing a second handle of one in use would drop this process's SQLite locks.
    closeSync(openSync(file, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(file, 0o600);
  }
  return file;
}
