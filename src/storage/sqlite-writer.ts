/** Who writes to an SQLite file: single statements and transactions, over the one connection that may. */
import { createCheckpoints } from './sqlite-checkpoints.ts';
import type { SqliteConnection, SqliteResult } from './sqlite-connection.ts';
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

/** A writer in the thread of its caller. `transactionTimeout`: milliseconds until an unfinished transaction is undone. */
export const createSqliteWriter = (connection: SqliteConnection, transactionTimeout?: number): SqliteWriter => {
  // From here on the queue waits for other processes, without blocking the thread.
  connection.database.exec('pragma busy_timeout = 0');
  const queue = createWriteQueue(connection.database, transactionTimeout);
  const checkpoints = createCheckpoints(connection.database);
  return {
    write: (sql, parameters) => queue.write(() => connection.run(sql, parameters)),
    async begin() {
      const transaction = await queue.begin();
      let rows = 0;
      return {
        async run(sql, parameters) {
          transaction.assertOpen();
          const result = connection.run(sql, parameters);
          rows += result.affected;
          return result;
        },
        commit() {
          checkpoints.beforeCommit(rows);
          return transaction.commit();
        },
        async rollback() {
          transaction.rollback();
        },
      };
    },
    async close() {
      await queue.idle();
      checkpoints.stop();
      connection.close();
    },
  };
};
