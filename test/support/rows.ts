/** Rows with something in every column, for tests of the storage itself. */
import type { Insertable } from 'kysely';
import type { Schema } from '../../src/storage/schema.ts';

export const poolRow = (
  pool_id: string,
  more: Partial<Insertable<Schema['user_pools']>> = {},
): Insertable<Schema['user_pools']> => ({
  pool_id,
  account_id: '000000000000',
  region: 'us-east-1',
  name: 'test',
  config: '{}',
  version: 1,
  created_at: 1,
  modified_at: 1,
  deleted_at: null,
  ...more,
});

export const userRow = (pool_id: string, sub: string): Insertable<Schema['users']> => ({
  pool_id,
  sub,
  username: sub,
  status: 'CONFIRMED',
  enabled: 1,
  attributes: '{}',
  password: null,
  password_set_at: null,
  signed_out_at: null,
  version: 1,
  created_at: 1,
  modified_at: 1,
});

export const sessionRow = (
  pool_id: string,
  sub: string,
  origin_jti: string,
  expires_at: number,
): Insertable<Schema['token_sessions']> => ({
  pool_id,
  sub,
  origin_jti,
  client_id: 'client',
  refresh_hash: `hash of ${origin_jti}`,
  auth_time: 1,
  grant_facts: '{}',
  revoked_at: null,
  created_at: 1,
  last_used_at: 1,
  expires_at,
});
