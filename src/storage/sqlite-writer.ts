/** Who writes to an SQLite file: single statements and transactions, over the one connection that may. */
import { openSqlite, type SqliteResult } from './sqlite-connection.ts';
import { createWriteQueue } from './sqlite-write-queue.ts';

export type SqliteWriter = {
  /** Runs a statement by itself. Resolves once it is durable; its error concerns nobody else. */
  write(sql: string, parameters: readonly unknown[]): Promise<SqliteResult>;
  /** Waits for its turn and opens a transaction. */
  begin(): Promise<SqliteTransaction>;
  /** Waits for what is queued, then closes the connection. */
  close(): Promise<void>;
};

export type SqliteTransaction = {
  run(sql: string, parameters: readonly unknown[]): Promise<SqliteResult>;
  /** Resolves once the transaction is durable. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
};

type Options = {
  /** Milliseconds until an unfinished transaction is undone. */
  transactionTimeout?: number | undefined;
  role?: 'writer' | 'bulk writer';
};

/** A writer in the thread of its caller. */
export const openSqliteWriter = (file: string, { transactionTimeout, role = 'writer' }: Options): SqliteWriter => {
  const connection = openSqlite(file, role);
  const { database } = connection;
  // From here on the queue waits for other connections, without blocking the thread.
  database.exec('pragma busy_timeout = 0');
  const queue = createWriteQueue(database, transactionTimeout);
  return {
    write: (sql, parameters) => queue.write(() => connection.run(sql, parameters)),
    async begin() {
      const transaction = await queue.begin();
      return {
        async run(sql, parameters) {
          transaction.assertOpen();
          return connection.run(sql, parameters);
        },
        commit: transaction.commit,
        async rollback() {
          transaction.rollback();
        },
      };
    },
    async close() {
      await queue.idle();
      connection.close();
    },
  };
};
