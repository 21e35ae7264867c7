/** Identity pools, the identities in them and their logins, the keys of their tokens, and the providers that accounts trust. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  identity_pools: `
    identity_pool_id ${key} not null primary key,
    account_id ${key} not null,
    region ${key} not null,
    name text not null,
    config text not null,
    settings text not null,
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    deleted_at ${time}`,

  identities: `
    identity_pool_id ${key} not null references identity_pools on delete cascade,
    identity_id ${key} not null unique,
    authenticated integer not null,
    disabled_at ${time},
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (identity_pool_id, identity_id)`,

  // What a provider says of somebody leads to one identity at most.
  identity_logins: `
    identity_pool_id ${key} not null,
    provider ${key} not null,
    subject_key ${key} not null,
    subject text not null,
    identity_id ${key} not null,
    is_developer integer not null,
    created_at ${time} not null,
    primary key (identity_pool_id, provider, subject_key),
    foreign key (identity_pool_id, identity_id) references identities on delete cascade`,

  identity_keys: `
    region ${key} not null,
    number integer not null,
    private_key text not null,
    public_jwk text not null,
    created_at ${time} not null,
    retires_at ${time},
    primary key (region, number)`,

  oidc_providers: `
    account_id ${key} not null,
    url ${key} not null,
    client_ids text not null,
    created_at ${time} not null,
    primary key (account_id, url)`,

  saml_providers: `
    account_id ${key} not null,
    name ${key} not null,
    metadata text not null,
    created_at ${time} not null,
    primary key (account_id, name)`,
});

const indexes = [
  'create index identity_pools_account_idx on identity_pools (account_id, region, identity_pool_id)',
  'create index identity_logins_identity_idx on identity_logins (identity_pool_id, identity_id, provider, subject_key)',
  // One account of each public provider; any number of the developer's own users.
  'create unique index identity_logins_public_idx on identity_logins (identity_pool_id, identity_id, provider) where is_developer = 0',
];

export async function identityPools(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key!, time!))) {
    await sql.raw(`create table ${name} (${columns})${sqlite ? ' strict, without rowid' : ''}`).execute(db);
  }
  for (const index of indexes) await sql.raw(index).execute(db);
}
