/** The OpenID Connect and SAML providers that an account trusts, as IAM keeps them. */
import type { Db } from './schema.ts';

export type OidcProvider = {
  accountId: string;
  /** Host and path, as in the ARN. */ url: string;
  clientIds: string[];
  createdAt: number;
};
export type SamlProvider = { accountId: string; name: string; metadata: string; createdAt: number };

/** Registers the provider, or changes what it was registered with. */
export const saveOidcProvider = async (db: Db, provider: OidcProvider): Promise<void> => {
  const client_ids = JSON.stringify(provider.clientIds);
  await db
    .insertInto('oidc_providers')
    .values({ account_id: provider.accountId, url: provider.url, client_ids, created_at: provider.createdAt })
    .onConflict(conflict => conflict.columns(['account_id', 'url']).doUpdateSet({ client_ids }))
    .execute();
};

export const listOidcProviders = async (db: Db, accountId: string): Promise<OidcProvider[]> => {
  const rows = await db
    .selectFrom('oidc_providers')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('url')
    .execute();
  return rows.map(row => ({
    accountId: row.account_id,
    url: row.url,
    clientIds: JSON.parse(row.client_ids),
    createdAt: row.created_at,
  }));
};

/** @returns false when there was none */
export const deleteOidcProvider = async (db: Db, accountId: string, url: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('oidc_providers')
    .where('account_id', '=', accountId)
    .where('url', '=', url)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** Registers the provider, or changes its metadata. */
export const saveSamlProvider = async (db: Db, provider: SamlProvider): Promise<void> => {
  const { accountId: account_id, name, metadata, createdAt: created_at } = provider;
  await db
    .insertInto('saml_providers')
    .values({ account_id, name, metadata, created_at })
    .onConflict(conflict => conflict.columns(['account_id', 'name']).doUpdateSet({ metadata }))
    .execute();
};

export const listSamlProviders = async (db: Db, accountId: string): Promise<SamlProvider[]> => {
  const rows = await db
    .selectFrom('saml_providers')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('name')
    .execute();
  return rows.map(row => ({
    accountId: row.account_id,
    name: row.name,
    metadata: row.metadata,
    createdAt: row.created_at,
  }));
};

/** @returns false when there was none */
export const deleteSamlProvider = async (db: Db, accountId: string, name: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('saml_providers')
    .where('account_id', '=', accountId)
    .where('name', '=', name)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
