/** IAM roles: the record and its repository. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type RoleRow = Selectable<Schema['roles']>;
export type RoleChange = Partial<
  Pick<RoleRow, 'description' | 'trust_policy' | 'policies' | 'max_session_seconds' | 'tags'>
>;

/** @returns false when the account has a role of that name */
export const insertRole = async (db: Db, row: RoleRow): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('roles')
    .values(row)
    .onConflict(conflict => conflict.columns(['account_id', 'name_key']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** @param name in any case */
export const findRole = (db: Db, accountId: string, name: string): Promise<RoleRow | undefined> =>
  db
    .selectFrom('roles')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name_key', '=', name.toLowerCase())
    .executeTakeFirst();

/** The roles of an account, by name. */
export const listRoles = (db: Db, accountId: string): Promise<RoleRow[]> =>
  db.selectFrom('roles').selectAll().where('account_id', '=', accountId).orderBy('name_key').execute();

/**
 * Changes a role as it is at that moment: nobody's change in between is lost.
 * @param change what becomes of the record; it may throw
 * @returns false when there is no such role
 */
export const changeRole = (
  db: Db,
  key: { accountId: string; name: string },
  now: number,
  change: (row: RoleRow) => RoleChange,
): Promise<boolean> =>
  db.transaction().execute(async tx => {
    // A write comes first: on either engine the row is this transaction's from here on.
    const own = await tx
      .updateTable('roles')
      .set({ modified_at: now })
      .where('account_id', '=', key.accountId)
      .where('name_key', '=', key.name.toLowerCase())
      .returningAll()
      .executeTakeFirst();
    if (own === undefined) return false;
    await tx
      .updateTable('roles')
      .set(change(own))
      .where('account_id', '=', key.accountId)
      .where('name_key', '=', own.name_key)
      .execute();
    return true;
  });

/** @returns false when there is no such role */
export const deleteRole = async (db: Db, accountId: string, name: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('roles')
    .where('account_id', '=', accountId)
    .where('name_key', '=', name.toLowerCase())
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
