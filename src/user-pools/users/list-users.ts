/** ListUsers. */
import type { UserType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import { searchUsers } from '../../storage/user-search.ts';
import { findAttribute } from '../attributes/schema.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { describeUser } from './describe.ts';
import { parseFilter } from './filter.ts';

const pageSize = 60;

const noSuchAttribute = () => invalidParameter('One or more requested attributes do not exist in user pool.');

/** Cognito refuses to list somebody who lacks an attribute that is asked for; the sentence is the same as for an unknown one. */
const restricted = (user: UserType, wanted: ReadonlySet<string>): UserType => {
  const Attributes = user.Attributes?.filter(({ Name }) => wanted.has(Name ?? '')) ?? [];
  if (Attributes.length < wanted.size) throw noSuchAttribute();
  return { ...user, Attributes };
};

export const listUsers = inPool<'ListUsers'>(async (call, { Filter, AttributesToGet, Limit, PaginationToken }) => {
  const { pool, db } = call;
  const wanted = AttributesToGet && new Set(AttributesToGet);
  if ([...(wanted ?? [])].some(name => findAttribute(pool, name) === undefined)) throw noSuchAttribute();
  const list = `ListUsers/${pool.id}/${Filter ?? ''}`;
  const [value, sub] = pagePosition(call, list, PaginationToken) ?? [];
  const after = value === undefined || sub === undefined ? undefined : ([value, sub] as const);
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = Limit || pageSize;
  const found = await searchUsers(db, { poolId: pool.id, after, limit: limit + 1 }, parseFilter(pool, Filter));
  const { items, next } = cutPage(call, list, found, limit, ({ position }) => position);
  const users = items.map(({ user }) => describeUser(user));
  return { Users: wanted ? users.map(user => restricted(user, wanted)) : users, PaginationToken: next };
});
