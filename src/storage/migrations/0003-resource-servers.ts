/** Resource servers of a pool, each with its scopes. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function resourceServers(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const [key, storage] = engine === 'sqlite' ? ['text', ' strict'] : ['text collate "C"', ''];
  await sql
    .raw(
      `create table resource_servers (
        pool_id ${key} not null references user_pools on delete cascade,
        identifier ${key} not null,
        name text not null,
        scopes text not null,
        primary key (pool_id, identifier)
      )${storage}`,
    )
    .execute(db);
}
