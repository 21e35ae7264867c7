/** What the OAuth server keeps: sign-in sessions of browsers, authorization codes, pushed requests, devices that wait for approval. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function oauth(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const [key, time, strict] = engine === 'sqlite' ? ['text', 'integer', ' strict'] : ['text collate "C"', 'bigint', ''];
  const ofUser = 'foreign key (pool_id, sub) references users on delete cascade';
  const ofPool = 'foreign key (pool_id) references user_pools on delete cascade';
  const statements = [
    ...[`cookie_hash ${key}`, `auth_time ${time}`, 'proven text'].map(
      column => `alter table sso_sessions add column ${column}`,
    ),
    'create unique index sso_sessions_cookie_idx on sso_sessions (pool_id, cookie_hash) where cookie_hash is not null',
    `create table authorization_codes (
      pool_id ${key} not null,
      code_hash ${key} not null,
      client_id ${key} not null,
      sub ${key} not null,
      origin_jti ${key} not null,
      facts text not null,
      redeemed_at ${time},
      replayed_at ${time},
      expires_at ${time} not null,
      primary key (pool_id, code_hash),
      ${ofUser})${strict}`,
    'create index authorization_codes_pool_id_sub_idx on authorization_codes (pool_id, sub)',
    'create index authorization_codes_expires_at_idx on authorization_codes (expires_at)',
    `create table pushed_requests (
      pool_id ${key} not null,
      request_hash ${key} not null,
      client_id ${key} not null,
      parameters text not null,
      expires_at ${time} not null,
      primary key (pool_id, request_hash),
      ${ofPool})${strict}`,
    'create index pushed_requests_expires_at_idx on pushed_requests (expires_at)',
    `create table device_grants (
      pool_id ${key} not null,
      device_hash ${key} not null,
      user_hash ${key} not null,
      client_id ${key} not null,
      scopes text not null,
      state ${key} not null,
      sub ${key},
      facts text,
      polled_at ${time},
      wait_ms ${time} not null,
      expires_at ${time} not null,
      primary key (pool_id, device_hash),
      unique (pool_id, user_hash),
      ${ofPool},
      ${ofUser})${strict}`,
    'create index device_grants_pool_id_sub_idx on device_grants (pool_id, sub)',
    'create index device_grants_expires_at_idx on device_grants (expires_at)',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
