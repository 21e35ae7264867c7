/** Developer-authenticated identities: the developer's own backend says who somebody is. */
import { invalidParameter } from '../contract/errors.ts';
import {
  developerUserMismatch,
  developerUserNotFound,
  identityNotFound,
  loginsConflict,
  unsupportedProvider,
} from '../contract/identity-errors.ts';
import { disableIdentity, findIdentity, holdIdentity, type Identity } from '../storage/identities.ts';
import {
  deleteLogin,
  findLoginOwner,
  findLogins,
  type IdentityLogin,
  listDeveloperUsers,
  moveLogins,
} from '../storage/identity-logins.ts';
import { cutPage, pagePosition } from '../user-pools/call/page-token.ts';
import type { IdentityPoolCall } from './call.ts';
import { inPool } from './doors.ts';
import { insisting, overtaken } from './linking.ts';

const mostLogins = 20;
const usualPage = 60;

/** The developer's provider of the pool. @throws NotAuthorizedException when it has none, or one of another name */
export const developerProvider = ({ pool }: Pick<IdentityPoolCall, 'pool'>, named?: string): string => {
  const { DeveloperProviderName } = pool.config;
  if (DeveloperProviderName === undefined || (named !== undefined && named !== DeveloperProviderName))
    throw unsupportedProvider();
  return DeveloperProviderName;
};

/** @throws ResourceNotFoundException for one that is not in this pool */
export const findIdentityIn = async ({ db, pool }: IdentityPoolCall, id: string): Promise<Identity> => {
  const identity = await findIdentity(db, id);
  if (identity?.poolId !== pool.id) throw identityNotFound(id);
  return identity;
};

const ownerOf = async (call: IdentityPoolCall, provider: string, user: string): Promise<string> => {
  const owner = await findLoginOwner(call.db, call.pool.id, { provider, subject: user });
  if (owner === undefined) throw developerUserNotFound(user);
  return owner;
};

type Asked = { IdentityId?: string | undefined; DeveloperUserIdentifier?: string | undefined };

/** Whose users are asked for. */
const identityAsked = async (call: IdentityPoolCall, provider: string, asked: Asked): Promise<string> => {
  const { IdentityId: id, DeveloperUserIdentifier: user } = asked;
  if (id === undefined && user === undefined)
    throw invalidParameter('Either IdentityId or DeveloperUserIdentifier is required.');
  if (id !== undefined) await findIdentityIn(call, id);
  const owner = user === undefined ? undefined : await ownerOf(call, provider, user);
  if (id !== undefined && owner !== undefined && owner !== id) throw developerUserMismatch();
  return (owner ?? id)!;
};

/** By one of the two the other; given both, whether they belong together. */
export const lookupDeveloperIdentity = inPool<'LookupDeveloperIdentity'>(async (call, input) => {
  const provider = developerProvider(call);
  const identityId = await identityAsked(call, provider, input);
  const { IdentityId, DeveloperUserIdentifier: user, MaxResults = usualPage, NextToken } = input;
  if (IdentityId !== undefined && user !== undefined)
    return { IdentityId: identityId, DeveloperUserIdentifierList: [user] };
  const list = `LookupDeveloperIdentity/${identityId}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const page = { poolId: call.pool.id, identityId, provider, after, limit: MaxResults + 1 };
  const { items, next } = cutPage(call, list, await listDeveloperUsers(call.db, page), MaxResults, ({ key }) => [key]);
  return {
    IdentityId: identityId,
    DeveloperUserIdentifierList: items.map(({ subject }) => subject),
    NextToken: next,
  };
});

/** Two different accounts of one public provider cannot be one person's. */
const checkMerge = (logins: readonly IdentityLogin[], from: string, to: string): void => {
  if (logins.length > mostLogins) throw loginsConflict();
  const publicOf = (id: string) =>
    logins.filter(each => each.identityId === id && !each.developer).map(({ provider }) => provider);
  const others = publicOf(to);
  if (publicOf(from).some(provider => others.includes(provider))) throw loginsConflict();
};

/** Everything of the source becomes the destination's; the source is disabled. */
export const mergeDeveloperIdentities = inPool<'MergeDeveloperIdentities'>(async (call, input) => {
  const { db, clock, pool } = call;
  const provider = developerProvider(call, input.DeveloperProviderName);
  return insisting(async () => {
    const from = await ownerOf(call, provider, input.SourceUserIdentifier);
    const to = await ownerOf(call, provider, input.DestinationUserIdentifier);
    if (from === to) return { IdentityId: to };
    const now = clock.now();
    await db.transaction().execute(async tx => {
      // In one order: two merges never wait for each other.
      for (const id of [from, to].sort())
        if (!(await holdIdentity(tx, { poolId: pool.id, id }, now, { authenticated: true }))) throw overtaken;
      checkMerge(await findLogins(tx, pool.id, [from, to]), from, to);
      await moveLogins(tx, pool.id, { from, to });
      await disableIdentity(tx, { poolId: pool.id, id: from }, now, { guest: false });
    });
    return { IdentityId: to };
  });
});

export const unlinkDeveloperIdentity = inPool<'UnlinkDeveloperIdentity'>(async (call, input) => {
  const { IdentityId: identityId, DeveloperUserIdentifier: subject } = input;
  const provider = developerProvider(call, input.DeveloperProviderName);
  await findIdentityIn(call, identityId);
  if ((await ownerOf(call, provider, subject)) !== identityId) throw developerUserMismatch();
  await deleteLogin(call.db, call.pool.id, { provider, subject, identityId });
  return {};
});
