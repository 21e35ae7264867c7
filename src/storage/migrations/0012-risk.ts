/** Risk configurations of pools and app clients, and what users have done: the events of threat protection. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  // `scope` is the client's id, or empty for the pool itself; `client_id` is null there, so that nothing is referred to.
  risk_configurations: `
    pool_id ${key} not null references user_pools on delete cascade,
    scope ${key} not null,
    client_id ${key},
    config text not null,
    modified_at ${time} not null,
    primary key (pool_id, scope),
    foreign key (pool_id, client_id) references user_pool_clients on delete cascade`,

  auth_events: `
    pool_id ${key} not null,
    sub ${key} not null,
    event_id ${key} not null,
    type text not null,
    response text not null,
    risk text not null,
    password_result text,
    mfa_result text,
    context text not null,
    client_id ${key},
    feedback text,
    created_at ${time} not null,
    expires_at ${time} not null,
    primary key (pool_id, sub, event_id),
    foreign key (pool_id, sub) references users on delete cascade`,
});

const INDEXES = [
  'auth_events (pool_id, sub, created_at)',
  'auth_events (expires_at)',
  'risk_configurations (pool_id, client_id)',
];

export async function risk(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key!, time!))) {
    await sql.raw(`create table ${name} (${columns})${sqlite ? ' strict' : ''}`).execute(db);
  }
  for (const index of INDEXES) {
    const name = `${index.replace(/\).*/, '').replace(/[^a-z_]+/g, '_')}_idx`;
    await sql.raw(`create index ${name} on ${index}`).execute(db);
  }
}
