/** Certificates that sign a pool's SAML requests, and the request rates that accounts have provisioned. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  saml_certificates: `
    pool_id ${key} primary key references user_pools on delete cascade,
    certificate text not null,
    private_key text not null,
    created_at ${time} not null`,

  provisioned_limits: `
    account_id ${key} not null,
    region ${key} not null,
    category ${key} not null,
    value integer not null,
    primary key (account_id, region, category)`,
});

export async function poolDocuments(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const [key = '', time = '', storage] =
    engine === 'sqlite' ? ['text', 'integer', ' strict'] : ['text collate "C"', 'bigint', ''];
  for (const [name, columns] of Object.entries(tables(key, time)))
    await sql.raw(`create table ${name} (${columns})${storage}`).execute(db);
}
