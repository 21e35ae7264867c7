/** Groups of users: the record and its repository. Who is in them: `group-members.ts`. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Group = {
  poolId: string;
  id: string;
  /** Unique in the pool, case-sensitive. */
  name: string;
  description: string | null;
  roleArn: string | null;
  /** 0 comes first; null after every number. */
  precedence: number | null;
  createdAt: number;
  modifiedAt: number;
};

export const toGroup = (row: Selectable<Schema['user_groups']>): Group => ({
  poolId: row.pool_id,
  id: row.group_id,
  name: row.name,
  description: row.description,
  roleArn: row.role_arn,
  precedence: row.precedence,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** @returns false when the pool has a group of this name */
export const insertGroup = async (db: Db, group: Group): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('user_groups')
    .values({
      pool_id: group.poolId,
      group_id: group.id,
      name: group.name,
      description: group.description,
      role_arn: group.roleArn,
      precedence: group.precedence,
      created_at: group.createdAt,
      modified_at: group.modifiedAt,
      deleted_at: null,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

export const findGroup = async (db: Db, poolId: string, name: string): Promise<Group | undefined> => {
  const row = await db
    .selectFrom('user_groups')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row && toGroup(row);
};

/** How many groups the pool has. Counts rows, of which there are at most ten thousand: only for creating a group. */
export const countGroups = async (db: Db, poolId: string): Promise<number> => {
  const { count } = await db
    .selectFrom('user_groups')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('pool_id', '=', poolId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
};

/** Changes the members that are given. @returns the group as it is now; undefined when there is none of this name */
export const updateGroup = async (
  db: Db,
  poolId: string,
  name: string,
  changes: { description?: string; roleArn?: string; precedence?: number; modifiedAt: number },
): Promise<Group | undefined> => {
  const row = await db
    .updateTable('user_groups')
    .set({
      description: changes.description,
      role_arn: changes.roleArn,
      precedence: changes.precedence,
      modified_at: changes.modifiedAt,
    })
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && toGroup(row);
};

/**
 * Gone for every caller from now on, its name free again; the sweeper removes the members, who may be a million.
 * @returns false when there is no such group
 */
export const markGroupDeleted = async (db: Db, poolId: string, name: string, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('user_groups')
    .set({ deleted_at: now })
    .where('pool_id', '=', poolId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** A page of a pool's groups in the order of their names. */
export const listGroups = async (db: Db, page: { poolId: string; after: string; limit: number }): Promise<Group[]> => {
  const rows = await db
    .selectFrom('user_groups')
    .selectAll()
    .where('pool_id', '=', page.poolId)
    .where('name', '>', page.after)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .limit(page.limit)
    .execute();
  return rows.map(toGroup);
};
