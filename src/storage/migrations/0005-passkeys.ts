/** Passkeys of users, and the registrations of passkeys that are under way. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  // Authenticators choose the ids: within a pool no two users have the same.
  webauthn_credentials: `
    pool_id ${key} not null,
    credential_id ${key} not null,
    sub ${key} not null,
    public_key text not null,
    sign_count ${time} not null,
    relying_party_id text not null,
    name text not null,
    attachment text,
    transports text not null,
    created_at ${time} not null,
    primary key (pool_id, credential_id),
    foreign key (pool_id, sub) references users on delete cascade`,

  // One a user: who begins anew has given the one before up.
  webauthn_registrations: `
    pool_id ${key} not null,
    sub ${key} not null,
    challenge text not null,
    client_id ${key} not null,
    relying_party_id text not null,
    expires_at ${time} not null,
    primary key (pool_id, sub),
    foreign key (pool_id, sub) references users on delete cascade`,
});

export async function passkeys(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key = '', time = ''] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key, time))) {
    const storage = sqlite ? (name === 'webauthn_registrations' ? ' strict, without rowid' : ' strict') : '';
    await sql.raw(`create table ${name} (${columns})${storage}`).execute(db);
  }
  await sql`create index webauthn_credentials_user_idx
    on webauthn_credentials (pool_id, sub, created_at, credential_id)`.execute(db);
  await sql`create index webauthn_registrations_expiry_idx on webauthn_registrations (expires_at)`.execute(db);
}
