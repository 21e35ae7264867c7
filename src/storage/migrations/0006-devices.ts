/** Devices of users. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const columns = (key: string, time: string): string => `
    pool_id ${key} not null,
    sub ${key} not null,
    device_key ${key} not null,
    group_key text not null,
    name text,
    verifier text,
    remembered integer not null,
    last_ip text not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    authenticated_at ${time} not null,
    primary key (pool_id, sub, device_key),
    foreign key (pool_id, sub) references users on delete cascade`;

export async function devices(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key = '', time = ''] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  await sql.raw(`create table devices (${columns(key, time)})${sqlite ? ' strict' : ''}`).execute(db);
  await sql`create index devices_user_idx on devices (pool_id, sub, created_at, device_key)`.execute(db);
}
