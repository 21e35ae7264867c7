/** ListUsers. */
import { invalidParameter } from '../../contract/errors.ts';
import { searchUsers } from '../../storage/user-search.ts';
import { findAttribute } from '../attributes/schema.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { describeUser } from './describe.ts';
import { parseFilter } from './filter.ts';

const pageSize = 60;

export const listUsers = inPool<'ListUsers'>(async (call, { Filter, AttributesToGet, Limit, PaginationToken }) => {
  const { pool, db } = call;
  const unknown = AttributesToGet?.some(name => findAttribute(pool, name) === undefined);
  if (unknown) throw invalidParameter('One or more requested attributes do not exist in user pool.');
  const list = `ListUsers/${pool.id}/${Filter ?? ''}`;
  const [value, sub] = pagePosition(call, list, PaginationToken) ?? [];
  const after = value === undefined || sub === undefined ? undefined : ([value, sub] as const);
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = Limit || pageSize;
  const found = await searchUsers(db, { poolId: pool.id, after, limit: limit + 1 }, parseFilter(pool, Filter));
  const { items, next } = cutPage(call, list, found, limit, ({ position }) => position);
  const users = items.map(({ user }) => describeUser(user));
  const wanted = AttributesToGet && new Set(AttributesToGet);
  return {
    Users: wanted
      ? users.map(user => ({ ...user, Attributes: user.Attributes?.filter(({ Name }) => wanted.has(Name ?? '')) }))
      : users,
    PaginationToken: next,
  };
});
