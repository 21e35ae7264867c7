/** The first tables: pools, clients, keys, users, sessions, throttles and the outbox. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

/** Columns and constraints of each table. `key`: text compared byte by byte; `time`: epoch milliseconds. */
const tables = (key: string, time: string): Record<string, string> => ({
  access_keys: `
    access_key_id ${key} primary key,
    account_id ${key} not null,
    name text not null,
    secret text not null,
    policy text,
    status text not null,
    is_root integer not null,
    created_at ${time} not null`,

  user_pools: `
    pool_id ${key} primary key,
    account_id ${key} not null,
    region ${key} not null,
    name text not null,
    config text not null,
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    deleted_at ${time}`,

  signing_keys: `
    pool_id ${key} not null references user_pools on delete cascade,
    kid ${key} not null,
    token_use text not null,
    private_key text not null,
    public_jwk text not null,
    created_at ${time} not null,
    active_at ${time} not null,
    retires_at ${time},
    primary key (pool_id, kid)`,

  user_pool_clients: `
    pool_id ${key} not null references user_pools on delete cascade,
    client_id ${key} not null unique,
    name text not null,
    config text not null,
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, client_id)`,

  client_secrets: `
    pool_id ${key} not null,
    client_id ${key} not null,
    secret_id ${key} not null,
    secret text not null,
    created_at ${time} not null,
    primary key (pool_id, client_id, secret_id),
    foreign key (pool_id, client_id) references user_pool_clients on delete cascade`,

  users: `
    pool_id ${key} not null references user_pools on delete cascade,
    sub ${key} not null,
    username ${key} not null,
    status ${key} not null,
    enabled integer not null,
    attributes text not null,
    password text,
    password_set_at ${time},
    signed_out_at ${time},
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, sub)`,

  user_counts: `
    pool_id ${key} not null references user_pools on delete cascade,
    shard integer not null,
    count integer not null,
    primary key (pool_id, shard)`,

  // Without the kind in the key: no two users share a name, not even one as username and the other as e-mail address.
  user_names: `
    pool_id ${key} not null,
    name_key ${key} not null,
    kind text not null,
    sub ${key} not null,
    primary key (pool_id, name_key),
    foreign key (pool_id, sub) references users on delete cascade`,

  user_attributes: `
    pool_id ${key} not null,
    name ${key} not null,
    value_key ${key} not null,
    sub ${key} not null,
    primary key (pool_id, name, value_key, sub),
    foreign key (pool_id, sub) references users on delete cascade`,

  password_history: `
    pool_id ${key} not null,
    sub ${key} not null,
    set_at ${time} not null,
    password text not null,
    primary key (pool_id, sub, set_at),
    foreign key (pool_id, sub) references users on delete cascade`,

  codes: `
    pool_id ${key} not null,
    sub ${key} not null,
    purpose ${key} not null,
    code_hash text not null,
    attribute text not null,
    value text not null,
    created_at ${time} not null,
    expires_at ${time} not null,
    primary key (pool_id, sub, purpose),
    foreign key (pool_id, sub) references users on delete cascade`,

  token_sessions: `
    pool_id ${key} not null,
    origin_jti ${key} not null,
    sub ${key} not null,
    client_id ${key} not null,
    refresh_hash ${key} not null,
    auth_time ${time} not null,
    grant_facts text not null,
    revoked_at ${time},
    created_at ${time} not null,
    last_used_at ${time} not null,
    expires_at ${time} not null,
    primary key (pool_id, origin_jti),
    unique (pool_id, refresh_hash),
    foreign key (pool_id, sub) references users on delete cascade`,

  superseded_refresh_tokens: `
    pool_id ${key} not null,
    refresh_hash ${key} not null,
    origin_jti ${key} not null,
    superseded_at ${time} not null,
    expires_at ${time} not null,
    primary key (pool_id, refresh_hash),
    foreign key (pool_id, origin_jti) references token_sessions on delete cascade`,

  sign_in_attempts: `
    pool_id ${key} not null,
    attempt_id ${key} not null,
    sub ${key} not null,
    step integer not null,
    tries integer not null,
    expires_at ${time} not null,
    primary key (pool_id, attempt_id),
    foreign key (pool_id, sub) references users on delete cascade`,

  throttles: `
    pool_id ${key} not null,
    kind ${key} not null,
    subject ${key} not null,
    count integer not null,
    last_at ${time} not null,
    expires_at ${time} not null,
    primary key (pool_id, kind, subject)`,

  outbox: `
    message_id ${key} primary key,
    pool_id ${key} not null,
    sub ${key} not null,
    medium text not null,
    destination text not null,
    purpose text not null,
    content text,
    state ${key} not null,
    tries integer not null,
    last_error text,
    next_try_at ${time} not null,
    created_at ${time} not null,
    sent_at ${time},
    expires_at ${time} not null`,
});

const INDEXES = [
  'user_pools (account_id, region, pool_id)',
  'user_pools (deleted_at) where deleted_at is not null',
  'users (pool_id, status, sub)',
  'users (pool_id, enabled, sub)',
  'users (pool_id, username, sub)',
  'user_names (pool_id, sub)',
  'user_attributes (pool_id, sub)',
  'codes (expires_at)',
  'token_sessions (pool_id, sub)',
  'token_sessions (expires_at)',
  'superseded_refresh_tokens (pool_id, origin_jti)',
  'superseded_refresh_tokens (expires_at)',
  'sign_in_attempts (pool_id, sub)',
  'sign_in_attempts (expires_at)',
  'throttles (expires_at)',
  'outbox (medium, state, next_try_at)',
  'outbox (expires_at)',
];

/** Rows that are little more than their key: SQLite then keeps them in the key's own tree, one look-up instead of two. */
const KEYED = new Set([
  'user_names',
  'user_attributes',
  'codes',
  'sign_in_attempts',
  'throttles',
  'superseded_refresh_tokens',
]);

export async function foundation(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key!, time!))) {
    const storage = sqlite ? (KEYED.has(name) ? ' strict, without rowid' : ' strict') : '';
    await sql.raw(`create table ${name} (${columns})${storage}`).execute(db);
  }
  for (const index of INDEXES) {
    const name = `${index.replace(/\).*/, '').replace(/[^a-z_]+/g, '_')}_idx`;
    await sql.raw(`create index ${name} on ${index}`).execute(db);
  }
}
