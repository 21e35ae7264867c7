/** Who is in which group: the repository. */
import { type Kysely, sql } from 'kysely';
import { type Group, toGroup } from './groups.ts';
import type { Db, Schema } from './schema.ts';
import { toUser, type User } from './users.ts';

type Person = Pick<User, 'poolId' | 'sub'>;

/** Puts the user into the group; nothing happens where they are in it already. */
export const insertMember = async (db: Db, { poolId, id }: Group, sub: string): Promise<void> => {
  await db
    .insertInto('group_members')
    .values({ pool_id: poolId, sub, group_id: id })
    .onConflict(conflict => conflict.doNothing())
    .execute();
};

export const deleteMember = async (db: Db, { poolId, id }: Group, sub: string): Promise<void> => {
  await db
    .deleteFrom('group_members')
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('group_id', '=', id)
    .execute();
};

const groupsOf = (db: Kysely<Schema>, { poolId, sub }: Person) =>
  db
    .selectFrom('group_members as member')
    .innerJoin('user_groups as joined', join =>
      join.onRef('joined.pool_id', '=', 'member.pool_id').onRef('joined.group_id', '=', 'member.group_id'),
    )
    .where('member.pool_id', '=', poolId)
    .where('member.sub', '=', sub)
    .where('joined.deleted_at', 'is', null);

/** A page of the groups that the user is in, in the order of their names. */
export const listGroupsOf = async (db: Db, user: Person, page: { after: string; limit: number }): Promise<Group[]> => {
  const rows = await groupsOf(db, user)
    .selectAll('joined')
    .where('joined.name', '>', page.after)
    .orderBy('joined.name')
    .limit(page.limit)
    .execute();
  return rows.map(toGroup);
};

/** A group as tokens speak of it. */
export type Membership = Pick<Group, 'name' | 'roleArn' | 'precedence'>;

/** Every group that the user is in, the one with the best precedence first, then by name. */
export const membershipsOf = async (db: Db, user: Person): Promise<Membership[]> =>
  groupsOf(db, user)
    .select(['joined.name', 'joined.role_arn as roleArn', 'joined.precedence'])
    .orderBy(sql`joined.precedence is null`)
    .orderBy('joined.precedence')
    .orderBy('joined.name')
    .execute();

/** A page of a group's members in the order of their subs. */
export const listMembers = async (
  db: Db,
  { poolId, id }: Group,
  page: { after: string; limit: number },
): Promise<User[]> => {
  const rows = await db
    .selectFrom('group_members as member')
    .innerJoin('users', join =>
      join.onRef('users.pool_id', '=', 'member.pool_id').onRef('users.sub', '=', 'member.sub'),
    )
    .selectAll('users')
    .where('member.pool_id', '=', poolId)
    .where('member.group_id', '=', id)
    .where('member.sub', '>', page.after)
    .orderBy('member.sub')
    .limit(page.limit)
    .execute();
  return rows.map(toUser);
};
