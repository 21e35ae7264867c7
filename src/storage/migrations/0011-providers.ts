/** Identity providers of pools, the identifiers they are found by, and the identities that are linked to users. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  identity_providers: `
    pool_id ${key} not null references user_pools on delete cascade,
    name ${key} not null,
    type text not null,
    config text not null,
    details text not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, name)`,

  provider_identifiers: `
    pool_id ${key} not null,
    identifier ${key} not null,
    provider_name ${key} not null,
    primary key (pool_id, identifier),
    foreign key (pool_id, provider_name) references identity_providers on delete cascade`,

  // The key is what makes an identity one person's: what a provider says of somebody leads to one user at most.
  linked_identities: `
    pool_id ${key} not null,
    provider_name ${key} not null,
    attribute ${key} not null,
    value_key ${key} not null,
    sub ${key} not null,
    is_primary integer not null,
    disabled_at ${time},
    created_at ${time} not null,
    primary key (pool_id, provider_name, attribute, value_key),
    foreign key (pool_id, sub) references users on delete cascade`,
});

const INDEXES = ['provider_identifiers (pool_id, provider_name)', 'linked_identities (pool_id, sub)'];

export async function providers(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key!, time!))) {
    await sql.raw(`create table ${name} (${columns})${sqlite ? ' strict, without rowid' : ''}`).execute(db);
  }
  for (const index of INDEXES) {
    const name = `${index.replace(/\).*/, '').replace(/[^a-z_]+/g, '_')}_idx`;
    await sql.raw(`create index ${name} on ${index}`).execute(db);
  }
}
