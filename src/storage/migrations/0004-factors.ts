/** Second factors of users, and settings of pools and clients that have operations of their own. */
import { sql, type Transaction } from 'kysely';

export async function factors(db: Transaction<unknown>): Promise<void> {
  await sql`alter table user_pools add column settings text not null default '{}'`.execute(db);
  await sql`alter table user_pool_clients add column settings text not null default '{}'`.execute(db);
  await sql`alter table users add column factors text not null default '{}'`.execute(db);
}
