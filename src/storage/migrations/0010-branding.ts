/** How login pages look and what they link to: customization of the classic pages, styles of managed login, terms documents. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string, bytes: string): Record<string, string> => ({
  // `scope` is a client id, or ALL: then no client is referred to.
  ui_customizations: `
    pool_id ${key} not null references user_pools on delete cascade,
    scope ${key} not null,
    client_id ${key},
    css text,
    image ${bytes},
    image_type text,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, scope),
    foreign key (pool_id, client_id) references user_pool_clients on delete cascade`,

  managed_login_brandings: `
    pool_id ${key} not null,
    branding_id ${key} not null,
    client_id ${key} not null,
    use_cognito_provided_values integer not null,
    settings text,
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, branding_id),
    unique (pool_id, client_id),
    foreign key (pool_id, client_id) references user_pool_clients on delete cascade`,

  managed_login_assets: `
    pool_id ${key} not null,
    branding_id ${key} not null,
    category ${key} not null,
    color_mode ${key} not null,
    icon_of ${key} not null,
    extension text not null,
    resource_id text,
    bytes ${bytes} not null,
    primary key (pool_id, branding_id, category, color_mode, icon_of),
    foreign key (pool_id, branding_id) references managed_login_brandings on delete cascade`,

  terms: `
    pool_id ${key} not null,
    terms_id ${key} not null,
    client_id ${key} not null,
    name ${key} not null,
    config text not null,
    version integer not null,
    created_at ${time} not null,
    modified_at ${time} not null,
    primary key (pool_id, terms_id),
    unique (pool_id, client_id, name),
    foreign key (pool_id, client_id) references user_pool_clients on delete cascade`,
});

export async function branding(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time, bytes] = sqlite ? ['text', 'integer', 'blob'] : ['text collate "C"', 'bigint', 'bytea'];
  for (const [name, columns] of Object.entries(tables(key!, time!, bytes!))) {
    await sql.raw(`create table ${name} (${columns})${sqlite ? ' strict' : ''}`).execute(db);
  }
  // Deleting a client looks for its rows by this key.
  await sql`create index ui_customizations_client_idx on ui_customizations (pool_id, client_id)`.execute(db);
}
