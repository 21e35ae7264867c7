/** Terms documents of app clients: the record and its repository. */
import type { TermsType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable, Transaction } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type TermsConfig = Pick<TermsType, 'TermsSource' | 'Enforcement' | 'Links'>;

export type Terms = {
  poolId: string;
  id: string;
  clientId: string;
  name: string;
  config: TermsConfig;
  createdAt: number;
  modifiedAt: number;
};

const toTerms = (row: Selectable<Schema['terms']>): Terms => ({
  poolId: row.pool_id,
  id: row.terms_id,
  clientId: row.client_id,
  name: row.name,
  config: JSON.parse(row.config),
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** @returns false when the client has a document of this name */
export const insertTerms = async (db: Db, terms: Terms): Promise<boolean> => {
  const result = await db
    .insertInto('terms')
    .values({
      pool_id: terms.poolId,
      terms_id: terms.id,
      client_id: terms.clientId,
      name: terms.name,
      config: JSON.stringify(terms.config),
      version: 1,
      created_at: terms.createdAt,
      modified_at: terms.modifiedAt,
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'client_id', 'name']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
};

/** The newest record, and the right to change it until the transaction ends: see `holdPool`. */
export const holdTerms = async (tx: Transaction<Schema>, poolId: string, id: string): Promise<Terms | undefined> => {
  const row = await tx
    .updateTable('terms')
    .set(({ eb, ref }) => ({ version: eb(ref('version'), '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('terms_id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && toTerms(row);
};

/**
 * Saves a document that this transaction holds.
 * @param renamed the name is a new one: the row then moves, since only an insertion can yield to a name that is taken
 * @returns false when the client has another document of this name; the transaction is then to be rolled back
 */
export const saveTerms = async (tx: Transaction<Schema>, terms: Terms, renamed: boolean): Promise<boolean> => {
  if (renamed) return (await deleteTerms(tx, terms.poolId, terms.id)) && insertTerms(tx, terms);
  await tx
    .updateTable('terms')
    .set({ config: JSON.stringify(terms.config), modified_at: terms.modifiedAt })
    .where('pool_id', '=', terms.poolId)
    .where('terms_id', '=', terms.id)
    .execute();
  return true;
};

/** @returns false when there was no such document */
export const deleteTerms = async (db: Db, poolId: string, id: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('terms')
    .where('pool_id', '=', poolId)
    .where('terms_id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
};

export const findTerms = async (db: Db, poolId: string, id: string): Promise<Terms | undefined> => {
  const row = await db
    .selectFrom('terms')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('terms_id', '=', id)
    .executeTakeFirst();
  return row && toTerms(row);
};

/** @param name terms-of-use or privacy-policy */
export const findTermsOfClient = async (
  db: Db,
  poolId: string,
  clientId: string,
  name: string,
): Promise<Terms | undefined> => {
  const row = await db
    .selectFrom('terms')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toTerms(row);
};

/** A page of a pool's documents in the order of their ids. */
export const listTerms = async (db: Db, page: { poolId: string; after: string; limit: number }): Promise<Terms[]> => {
  const rows = await db
    .selectFrom('terms')
    .selectAll()
    .where('pool_id', '=', page.poolId)
    .where('terms_id', '>', page.after)
    .orderBy('terms_id')
    .limit(page.limit)
    .execute();
  return rows.map(toTerms);
};
