/** Who is in which group. */
import { groupNotFound, invalidParameter, userNotFound } from '../../contract/errors.ts';
import {
  deleteMember,
  insertMember,
  listMembers,
  listGroupsOf as listRecordsOf,
  membershipsOf,
} from '../../storage/group-members.ts';
import { findGroup, type Group } from '../../storage/groups.ts';
import type { Db } from '../../storage/schema.ts';
import { lockUser } from '../../storage/users.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool, onUser } from '../doors/in-pool.ts';
import { describeUser } from './describe.ts';
import { describeGroup } from './groups.ts';

/** Cognito's quota, which keeps tokens small enough for a header. */
const maxGroupsOfUser = 100;

const pageSize = 60;

const groupNamed = async (db: Db, poolId: string, name: string): Promise<Group> => {
  const group = await findGroup(db, poolId, name);
  if (group === undefined) throw groupNotFound();
  return group;
};

export const adminAddUserToGroup = onUser<'AdminAddUserToGroup'>(async ({ db, pool, user }, { GroupName }) => {
  await db.transaction().execute(async tx => {
    // Held, so that additions at the same time count each other, and nobody deletes the user meanwhile.
    if ((await lockUser(tx, pool.id, user.sub)) === undefined) throw userNotFound();
    await insertMember(tx, await groupNamed(tx, pool.id, GroupName), user.sub);
    if ((await membershipsOf(tx, user)).length > maxGroupsOfUser)
      throw invalidParameter(`A user can be in at most ${maxGroupsOfUser} groups.`);
  });
  return {};
});

export const adminRemoveUserFromGroup = onUser<'AdminRemoveUserFromGroup'>(
  async ({ db, pool, user }, { GroupName }) => {
    await deleteMember(db, await groupNamed(db, pool.id, GroupName), user.sub);
    return {};
  },
);

export const adminListGroupsForUser = onUser<'AdminListGroupsForUser'>(async (call, { Limit, NextToken }) => {
  const list = `AdminListGroupsForUser/${call.pool.id}/${call.user.sub}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const limit = Limit || pageSize;
  const groups = await listRecordsOf(call.db, call.user, { after, limit: limit + 1 });
  const { items, next } = cutPage(call, list, groups, limit, ({ name }) => [name]);
  return { Groups: items.map(describeGroup), NextToken: next };
});

export const listUsersInGroup = inPool<'ListUsersInGroup'>(async (call, { GroupName, Limit, NextToken }) => {
  const group = await groupNamed(call.db, call.pool.id, GroupName);
  const list = `ListUsersInGroup/${call.pool.id}/${group.id}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const limit = Limit || pageSize;
  const members = await listMembers(call.db, group, { after, limit: limit + 1 });
  const { items, next } = cutPage(call, list, members, limit, ({ sub }) => [sub]);
  return { Users: items.map(describeUser), NextToken: next };
});
