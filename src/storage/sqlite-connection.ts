/** One `node:sqlite` connection with its settings and a bounded cache of prepared statements. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';

export type SqliteValue = null | number | bigint | string | Uint8Array;
export type SqliteResult = { rows: Record<string, unknown>[]; affected: number };

export type SqliteConnection = {
  database: DatabaseSync;
  /** Runs one statement. Integers come back as numbers; rows are plain objects, as from `pg`. */
  run(sql: string, parameters: readonly unknown[]): SqliteResult;
  close(): void;
};

type Prepared = { statement: StatementSync; returnsRows: boolean };

// Preparing costs about as much as a point read; SQL texts come from code, so a few hundred cover all of them.
const PREPARED_STATEMENTS = 256;

/** How long opening a connection, or a read, waits for another process (a checkpoint, a recovery), in milliseconds. */
const BUSY_TIMEOUT = 5_000;

// FULL syncs the log at each commit: what was acknowledged survives power loss. The limit lets a log that grew shrink again.
const LOGGED = 'pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 67108864;';
const SETTINGS = 'pragma cache_size = -16000; pragma temp_store = memory;';

const settings = {
  writer: LOGGED + SETTINGS,
  // A bulk load changes the same pages again and again: with a log of 64 MiB a checkpoint writes many of them once only. Elsewhere
  // the commit that has to make the checkpoint would wait too long for it.
  'bulk writer': `${LOGGED + SETTINGS} pragma wal_autocheckpoint = 16384;`,
  reader: SETTINGS,
};

/** Opens `file` (or `:memory:`). The writer comes first: it makes the file and turns the write-ahead log on. */
export function openSqlite(file: string, role: keyof typeof settings): SqliteConnection {
  const database = new DatabaseSync(file, {
    readOnly: role === 'reader',
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT,
  });
  try {
    database.exec(settings[role]);
  } catch (error) {
    database.close();
    throw error;
  }

  const prepared = new LRUCache<string, Prepared>({ max: PREPARED_STATEMENTS });
  const prepare = (sql: string): Prepared => {
    const statement = database.prepare(sql);
    const entry = { statement, returnsRows: statement.columns().length > 0 };
    prepared.set(sql, entry);
    return entry;
  };

  return {
    database,
    run(sql, parameters) {
      const { statement, returnsRows } = prepared.get(sql) ?? prepare(sql);
      const values = parameters as SqliteValue[];
      if (!returnsRows) return { rows: [], affected: Number(statement.run(...values).changes) };
      // node:sqlite's rows have no prototype; callers (and strict comparisons) expect what `pg` gives.
      const rows = statement.all(...values).map(row => ({ ...row }));
      return { rows, affected: rows.length };
    },
    close() {
      prepared.clear();
      database.close();
    },
  };
}
