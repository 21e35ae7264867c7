/** Access keys: the record and its repository. Secrets arrive here sealed. */
import type { Insertable, Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type AccessKeyRow = Selectable<Schema['access_keys']>;

/** @returns false when a key with that id exists already, which is left as it is */
export const insertAccessKey = async (db: Db, row: Insertable<Schema['access_keys']>): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('access_keys')
    .values(row)
    .onConflict(conflict => conflict.column('access_key_id').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

export const findAccessKey = (db: Db, accessKeyId: string): Promise<AccessKeyRow | undefined> =>
  db.selectFrom('access_keys').selectAll().where('access_key_id', '=', accessKeyId).executeTakeFirst();

/** The keys of an account, oldest first. */
export const listAccessKeys = (db: Db, accountId: string): Promise<AccessKeyRow[]> =>
  db
    .selectFrom('access_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('access_key_id')
    .execute();

/** @returns false when there is no such key */
export const setAccessKeyStatus = async (
  db: Db,
  accessKeyId: string,
  status: AccessKeyRow['status'],
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('access_keys')
    .set({ status })
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** @returns false when there is no such key */
export const deleteAccessKey = async (db: Db, accessKeyId: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('access_keys')
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
