/** The identities of identity pools: guests, and people with logins. */
import type { Selectable, Transaction } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Identity = {
  poolId: string;
  id: string;
  /** Has or had a login. */
  authenticated: boolean;
  /** Since when it has been merged into another one. */
  disabledAt: number | null;
  createdAt: number;
  modifiedAt: number;
};

const toIdentity = (row: Selectable<Schema['identities']>): Identity => ({
  poolId: row.identity_pool_id,
  id: row.identity_id,
  authenticated: row.authenticated === 1,
  disabledAt: row.disabled_at,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

export const insertIdentity = async (db: Db, identity: Identity): Promise<void> => {
  await db
    .insertInto('identities')
    .values({
      identity_pool_id: identity.poolId,
      identity_id: identity.id,
      authenticated: identity.authenticated ? 1 : 0,
      disabled_at: identity.disabledAt,
      created_at: identity.createdAt,
      modified_at: identity.modifiedAt,
    })
    .execute();
};

/** By its id alone: those that are called with it do not name the pool. */
export const findIdentity = async (db: Db, id: string): Promise<Identity | undefined> => {
  const row = await db.selectFrom('identities').selectAll().where('identity_id', '=', id).executeTakeFirst();
  return row && toIdentity(row);
};

/**
 * The right to change the logins of a living identity until the transaction ends; it is marked as changed, and as having a login.
 * @param expected whether it must (not) have had one; whichever, where it is left out
 * @returns false when it is gone, disabled, or not as expected any more
 */
export const holdIdentity = async (
  tx: Transaction<Schema>,
  { poolId, id }: Pick<Identity, 'poolId' | 'id'>,
  now: number,
  { authenticated: expected }: { authenticated?: boolean } = {},
): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('identities')
    .set({ modified_at: now, authenticated: 1 })
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', '=', id)
    .where('disabled_at', 'is', null)
    .$if(expected !== undefined, query => query.where('authenticated', '=', expected ? 1 : 0))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** @param guest only a guest; one that has got a login meanwhile stays. @returns false when there was none to disable */
export const disableIdentity = async (
  tx: Transaction<Schema>,
  { poolId, id }: Pick<Identity, 'poolId' | 'id'>,
  now: number,
  { guest }: { guest: boolean },
): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('identities')
    .set({ disabled_at: now, modified_at: now })
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', '=', id)
    .where('disabled_at', 'is', null)
    .where('authenticated', '=', guest ? 0 : 1)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** A page of a pool's identities, in the order of their ids. */
export const listIdentities = async (
  db: Db,
  page: { poolId: string; after: string; limit: number; hideDisabled: boolean },
): Promise<Identity[]> => {
  const rows = await db
    .selectFrom('identities')
    .selectAll()
    .where('identity_pool_id', '=', page.poolId)
    .where('identity_id', '>', page.after)
    .$if(page.hideDisabled, query => query.where('disabled_at', 'is', null))
    .orderBy('identity_id')
    .limit(page.limit)
    .execute();
  return rows.map(toIdentity);
};

/** With its logins. */
export const deleteIdentity = async (db: Db, { poolId, id }: Pick<Identity, 'poolId' | 'id'>): Promise<void> => {
  await db.deleteFrom('identities').where('identity_pool_id', '=', poolId).where('identity_id', '=', id).execute();
};
