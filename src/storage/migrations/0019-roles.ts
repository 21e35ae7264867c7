/** IAM roles: whom they trust, and what whoever assumes them may do. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

export async function roles(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const [key, time, strict] = engine === 'sqlite' ? ['text', 'integer', ' strict'] : ['text collate "C"', 'bigint', ''];
  await sql
    .raw(`create table roles (
      account_id ${key} not null,
      name ${key} not null,
      name_key ${key} not null,
      role_id ${key} not null,
      path ${key} not null,
      description text not null,
      trust_policy text not null,
      policies text not null,
      max_session_seconds ${time} not null,
      tags text not null,
      created_at ${time} not null,
      modified_at ${time} not null,
      primary key (account_id, name_key))${strict}`)
    .execute(db);
}
