/** Groups of users: create, read, update, delete, list. Who is in them: `group-members.ts`. */
import type { GroupType } from '@aws-sdk/client-cognito-identity-provider';
import {
  groupExists,
  groupNotFound,
  invalidParameter,
  limitExceeded,
  userPoolNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import {
  countGroups,
  findGroup,
  type Group,
  insertGroup,
  listGroups as listRecords,
  markGroupDeleted,
  updateGroup as updateRecord,
} from '../../storage/groups.ts';
import { holdPool } from '../../storage/pools.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';

/** Cognito's quota. */
const maxGroups = 10_000;

/** AWS documents this bound, but its service model does not have it. */
const maxPrecedence = 2 ** 31 - 1;

const pageSize = 60;

export const describeGroup = (group: Group): GroupType => ({
  GroupName: group.name,
  UserPoolId: group.poolId,
  Description: group.description ?? undefined,
  RoleArn: group.roleArn ?? undefined,
  Precedence: group.precedence ?? undefined,
  LastModifiedDate: new Date(group.modifiedAt),
  CreationDate: new Date(group.createdAt),
});

const checkPrecedence = (precedence: number | undefined) => {
  if (precedence !== undefined && precedence > maxPrecedence)
    throw invalidParameter(`Precedence must be at most ${maxPrecedence}.`);
};

export const createGroup = inPool<'CreateGroup'>(async ({ db, pool, clock }, input) => {
  checkPrecedence(input.Precedence);
  const now = clock.now();
  const group: Group = {
    poolId: pool.id,
    id: uuid(),
    name: input.GroupName,
    description: input.Description ?? null,
    roleArn: input.RoleArn ?? null,
    precedence: input.Precedence ?? null,
    createdAt: now,
    modifiedAt: now,
  };
  await db.transaction().execute(async tx => {
    if ((await holdPool(tx, pool.id)) === undefined) throw userPoolNotFound(pool.id);
    if (!(await insertGroup(tx, group))) throw groupExists();
    if ((await countGroups(tx, pool.id)) > maxGroups)
      throw limitExceeded(`The limit of ${maxGroups} groups in a user pool has been reached.`);
  });
  return { Group: describeGroup(group) };
});

export const getGroup = inPool<'GetGroup'>(async ({ db, pool }, { GroupName }) => {
  const group = await findGroup(db, pool.id, GroupName);
  if (group === undefined) throw groupNotFound();
  return { Group: describeGroup(group) };
});

/** Changes what is given and keeps the rest. */
export const updateGroup = inPool<'UpdateGroup'>(async ({ db, pool, clock }, input) => {
  checkPrecedence(input.Precedence);
  const group = await updateRecord(db, pool.id, input.GroupName, {
    description: input.Description,
    roleArn: input.RoleArn,
    precedence: input.Precedence,
    modifiedAt: clock.now(),
  });
  if (group === undefined) throw groupNotFound();
  return { Group: describeGroup(group) };
});

/** Removes the group; its members stay users of the pool. */
export const deleteGroup = inPool<'DeleteGroup'>(async ({ db, pool, clock }, { GroupName }) => {
  if (!(await markGroupDeleted(db, pool.id, GroupName, clock.now()))) throw groupNotFound();
  return {};
});

export const listGroups = inPool<'ListGroups'>(async (call, { Limit, NextToken }) => {
  const list = `ListGroups/${call.pool.id}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = Limit || pageSize;
  const groups = await listRecords(call.db, { poolId: call.pool.id, after, limit: limit + 1 });
  const { items, next } = cutPage(call, list, groups, limit, ({ name }) => [name]);
  return { Groups: items.map(describeGroup), NextToken: next };
});
