/** Messages that a newer one makes useless are found by their topic. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function outbox(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const key = engine === 'sqlite' ? 'text' : 'text collate "C"';
  await sql.raw(`alter table outbox add column topic ${key}`).execute(db);
  await sql`create index outbox_pool_id_sub_idx on outbox (pool_id, sub)`.execute(db);
}
