/** Kysely's PostgreSQL dialect over a `pg` pool, with our time limits, number types and prepared statements. */
import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';

const INT8 = 20;

/** `url`: `postgres://user:password@host:port/database?sslmode=…`. */
export function postgresDialect(url: string, poolSize: number): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'cenote',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    types: {
      // Our 64-bit integers are times in milliseconds: they fit a number, as on SQLite.
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)) as never,
    },
  });
  // A connection that breaks fails its query, and is replaced at the next one. Without listeners, of the pool for idle
  // connections and of each connection in use, the event would end the process.
  pool.on('error', () => undefined);
  const prepared = preparedQueries();
  pool.on('connect', client => {
    client.on('error', () => undefined);
    client.query = prepared(client.query.bind(client) as Query) as typeof client.query;
  });
  return new PostgresDialect({ pool });
}

type Query = (query: string | pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>;

/** Each connection keeps its prepared statements until it ends, so texts made on the fly must not pile up. */
const PREPARED_STATEMENTS = 500;
const FEATURE_NOT_SUPPORTED = '0A000';

/** Gives statements with parameters a name, so that the server parses and plans each once a connection: half a point read's time. */
function preparedQueries(): (query: Query) => Query {
  const names = new Map<string, string>();
  let named = 0;
  const nameOf = (text: string) => {
    if (!names.has(text) && names.size < PREPARED_STATEMENTS) names.set(text, `cenote_${++named}`);
    return names.get(text);
  };
  return query => async (text, values) => {
    const name = typeof text === 'string' && values?.length ? nameOf(text) : undefined;
    if (typeof text !== 'string' || !name) return query(text, values);
    return query({ name, text, values: values! }).catch(error => {
      if (error.code !== FEATURE_NOT_SUPPORTED) throw error;
      // "cached plan must not change result type": a newer replica has migrated. Prepare anew, and try once without.
      names.delete(text);
      return query(text, values).catch(() => Promise.reject(error));
    });
  };
}
