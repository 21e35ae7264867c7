/** What administrators see and do of identities: DescribeIdentity, ListIdentities, DeleteIdentities, and UnlinkIdentity, which their owners do. */
import type { UnprocessedIdentityId } from '@aws-sdk/client-cognito-identity';
import { AwsError } from '../contract/errors.ts';
import { identityForbidden, loginsDoNotMatch } from '../contract/identity-errors.ts';
import { deleteIdentity, type Identity, listIdentities as listPage } from '../storage/identities.ts';
import { deleteLogins, findLoginOwner, findLogins, type IdentityLogin } from '../storage/identity-logins.ts';
import { cutPage, pagePosition } from '../user-pools/call/page-token.ts';
import type { IdentityCall, Operation } from './call.ts';
import { findIdentityCall, findOwnIdentity, inPool } from './doors.ts';
import { userPoolName } from './logins/user-pool.ts';
import { verifyLogins } from './logins/verify.ts';

/** Each provider once, however many users of the developer's the identity has. */
const describe = (identity: Identity, logins: readonly IdentityLogin[]) => {
  const providers = new Set(logins.filter(({ identityId }) => identityId === identity.id).map(each => each.provider));
  return {
    IdentityId: identity.id,
    ...(providers.size > 0 && { Logins: [...providers] }),
    CreationDate: new Date(identity.createdAt),
    LastModifiedDate: new Date(identity.modifiedAt),
  };
};

export const describeIdentity: Operation<'DescribeIdentity'> = async (call, { IdentityId }) => {
  const { db, identity } = await findOwnIdentity(call, IdentityId);
  return describe(identity, await findLogins(db, identity.poolId, [identity.id]));
};

export const listIdentities = inPool<'ListIdentities'>(async (call, { MaxResults, NextToken, HideDisabled }) => {
  const { db, pool } = call;
  const hideDisabled = HideDisabled ?? false;
  const list = `ListIdentities/${pool.id}/${hideDisabled}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const identities = await listPage(db, { poolId: pool.id, after, limit: MaxResults + 1, hideDisabled });
  const { items, next } = cutPage(call, list, identities, MaxResults, ({ id }) => [id]);
  const logins = await findLogins(
    db,
    pool.id,
    items.map(({ id }) => id),
  );
  return { IdentityPoolId: pool.id, Identities: items.map(each => describe(each, logins)), NextToken: next };
});

const tryToDelete = async (call: IdentityCall, id: string): Promise<UnprocessedIdentityId[]> => {
  try {
    const { identity } = await findOwnIdentity(call, id);
    await deleteIdentity(call.db, identity);
    return [];
  } catch (error) {
    // Whether it is somebody else's or nobody's, is nobody's business.
    if (error instanceof AwsError) return [{ IdentityId: id, ErrorCode: 'AccessDenied' }];
    throw error;
  }
};

export const deleteIdentities: Operation<'DeleteIdentities'> = async (call, { IdentityIdsToDelete }) => {
  const unprocessed: UnprocessedIdentityId[] = [];
  for (const id of IdentityIdsToDelete) unprocessed.push(...(await tryToDelete(call, id)));
  return { UnprocessedIdentityIds: unprocessed };
};

/**
 * Whoever proves one login of the identity may take logins from it. Those that it does not have are passed over; without any,
 * nobody reaches it any more.
 */
export const unlinkIdentity: Operation<'UnlinkIdentity'> = async (caller, { IdentityId, Logins, LoginsToRemove }) => {
  const { identity, ...call } = await findIdentityCall(caller, IdentityId);
  if (identity.disabledAt !== null) throw identityForbidden(IdentityId);
  const logins = await verifyLogins(call, Logins);
  const owners = await Promise.all(logins.map(login => findLoginOwner(call.db, call.pool.id, login)));
  if (owners.length === 0 || owners.some(owner => owner !== IdentityId)) throw loginsDoNotMatch();
  const names = await Promise.all(LoginsToRemove.map(async name => (await userPoolName(call, name)) ?? name));
  await deleteLogins(call.db, call.pool.id, IdentityId, names);
  return {};
};
