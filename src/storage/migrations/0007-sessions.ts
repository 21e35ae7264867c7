/** Records of user sessions (session tracking): what is kept of token sessions, and single sign-on sessions. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function sessions(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const [key, time, strict] = engine === 'sqlite' ? ['text', 'integer', ' strict'] : ['text collate "C"', 'bigint', ''];
  const statements = [
    ...[`session_id ${key}`, `origin_session_id ${key}`, 'last_ip text', 'device_type text'].map(
      column => `alter table token_sessions add column ${column}`,
    ),
    // Only what is tracked and alive: however often somebody has signed in, it holds no more than a few of their rows.
    // Without the time of the last use, so that writing this one touches no index.
    `create index token_sessions_tracked_idx on token_sessions (pool_id, sub)
      where session_id is not null and revoked_at is null`,
    `create table sso_sessions (
      pool_id ${key} not null,
      session_id ${key} not null,
      sub ${key} not null,
      client_id ${key} not null,
      last_ip text not null,
      device_type text not null,
      created_at ${time} not null,
      last_used_at ${time} not null,
      expires_at ${time} not null,
      primary key (pool_id, session_id),
      foreign key (pool_id, sub) references users on delete cascade)${strict}`,
    'create index sso_sessions_pool_id_sub_idx on sso_sessions (pool_id, sub)',
    'create index sso_sessions_expires_at_idx on sso_sessions (expires_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
