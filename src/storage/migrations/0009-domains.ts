/** Domains of user pools: at most one prefix and one custom domain a pool, each name once on the whole server. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function domains(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  const table = `create table user_pool_domains (
    pool_id ${key} not null references user_pools on delete cascade,
    kind ${key} not null,
    domain ${key} not null unique,
    account_id ${key} not null,
    config text not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, kind)
  )${sqlite ? ' strict' : ''}`;
  await sql.raw(table).execute(db);
}
