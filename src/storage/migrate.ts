/** Brings the tables up to date at start: forward only, in order, all or nothing. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Engine, Storage } from './connect.ts';
import { migrations } from './migrations/index.ts';

/** Executes the statements of one step; never changed once released. */
export type Migration = (db: Transaction<unknown>, engine: Engine) => Promise<void>;

type Applied = { schema_migrations: { name: string } };

// Any number will do that nothing else in the database uses for an advisory lock.
const LOCK = 6_027_251_884;

/**
 * Applies what is missing in one transaction and returns the names of it. Safe to run from several processes at
 * once: the others wait and then find nothing to do. Throws when the database is of a newer version.
 */
export async function migrate(
  { db, engine }: Pick<Storage, 'db' | 'engine'>,
  all: Record<string, Migration> = migrations,
): Promise<string[]> {
  return (db as unknown as Kysely<Applied>).transaction().execute(async trx => {
    // SQLite's transactions exclude each other from their beginning.
    if (engine === 'postgres') {
      await sql`set local statement_timeout = 0`.execute(trx);
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx);
    }
    await sql`create table if not exists schema_migrations (
      name text primary key,
      applied_at text not null default (cast(current_timestamp as text))
    )`.execute(trx);

    const applied = new Set((await trx.selectFrom('schema_migrations').select('name').execute()).map(row => row.name));
    const unknown = [...applied].filter(name => !(name in all));
    if (unknown.length > 0) throw new Error(`The database is of a newer version of Cenote (${unknown.join(', ')})`);

    const pending = Object.keys(all).filter(name => !applied.has(name));
    for (const name of pending) {
      await all[name]!(trx as unknown as Transaction<unknown>, engine);
      await trx.insertInto('schema_migrations').values({ name }).execute();
    }
    return pending;
  });
}
