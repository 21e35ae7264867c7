/**
 * Kysely's dialect for `node:sqlite`: a writer and a reader on one file. Reads outside a transaction run on the reader at
 * once and see what is committed; writes and transactions go to the writer; a transaction reads there as well.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { openSqliteWriter, type SqliteTransaction, type SqliteWriter } from './sqlite-writer.ts';
import { startSqliteWriter } from './sqlite-writer-thread.ts';

/** Kysely's idea of a connection: here only the memory of whether it is in a transaction. */
type Connection = DatabaseConnection & { transaction?: SqliteTransaction | undefined };

class Adapter extends SqliteAdapter {
  override get supportsMultipleConnections() {
    return true;
  }
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** Locks of rows go without saying here: nobody else writes while a statement or a transaction of the writer runs. */
class QueryCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForShare' && node.modifier !== 'ForUpdate') super.visitSelectModifier(node);
  }
}

type Options = {
  /** Milliseconds until an unfinished transaction is undone. */
  transactionTimeout?: number;
  /** The writer has a thread of its own: dearer for one statement, free for the event loop. */
  inThread?: boolean;
};

/** `file`: path of the database, or `:memory:`, which cannot be written `inThread`. */
export function sqliteDialect(file: string, options: Options = {}): Dialect {
  return {
    createDriver: () => createDriver(file, options),
    createQueryCompiler: () => new QueryCompiler(),
    createAdapter: () => new Adapter(),
    createIntrospector: db => new SqliteIntrospector(db),
  };
}

function createDriver(file: string, { transactionTimeout, inThread = false }: Options): Driver {
  let writer: SqliteWriter;
  let reader: SqliteConnection | undefined;

  const execute = async <R>(connection: Connection, query: CompiledQuery): Promise<QueryResult<R>> => {
    const { sql, parameters } = query;
    if (connection.transaction) return toResult(query, await connection.transaction.run(sql, parameters));
    // A database in memory has one connection, whose reads must wait for transactions like writes do.
    if (reader && onlyReads(query)) return toResult(query, reader.run(sql, parameters));
    return toResult(query, await writer.write(sql, parameters));
  };

  const newConnection = (): Connection => {
    const connection: Connection = {
      executeQuery: query => execute(connection, query),
      // Not really a stream: an open cursor would hold the reader to an old state of the database.
      async *streamQuery(query) {
        yield await execute(connection, query);
      },
    };
    return connection;
  };

  return {
    async init() {
      const inMemory = file === ':memory:';
      writer = inThread ? startSqliteWriter(file, transactionTimeout) : openSqliteWriter(file, { transactionTimeout });
      // The writer makes the file, so the reader comes second.
      if (inThread) await writer.write('select 1', []);
      reader = inMemory ? undefined : openSqlite(file, 'reader');
    },
    acquireConnection: async () => newConnection(),
    async beginTransaction(connection: Connection) {
      connection.transaction = await writer.begin();
    },
    async commitTransaction(connection: Connection) {
      await connection.transaction?.commit();
      connection.transaction = undefined;
    },
    async rollbackTransaction(connection: Connection) {
      await connection.transaction?.rollback();
      connection.transaction = undefined;
    },
    async releaseConnection(connection: Connection) {
      await connection.transaction?.rollback();
      connection.transaction = undefined;
    },
    async destroy() {
      reader?.close();
      await writer.close();
    },
  };
}

// Other raw statements count as writes; the reader is opened read-only, so a mistake here is an error and not a lost write.
const onlyReads = ({ query, sql }: CompiledQuery) =>
  query.kind === 'SelectQueryNode' || (query.kind === 'RawNode' && /^\s*select\b/i.test(sql));

const toResult = <R>({ query }: CompiledQuery, { rows, affected }: ReturnType<SqliteConnection['run']>) => ({
  rows: rows as R[],
  ...(query.kind !== 'SelectQueryNode' && { numAffectedRows: BigInt(affected) }),
});
