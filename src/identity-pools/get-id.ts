/** GetId: the identity of somebody's logins, or a new guest. */
import { guestsNotSupported } from '../contract/identity-errors.ts';
import { uuid } from '../lib/random.ts';
import { insertIdentity } from '../storage/identities.ts';
import type { IdentityPoolCall, Operation } from './call.ts';
import { findPool } from './doors.ts';
import { openIdentity } from './linking.ts';
import { verifyLogins } from './logins/verify.ts';

/** A new one at each call: clients keep it. */
const newGuest = async ({ db, clock, pool }: IdentityPoolCall): Promise<string> => {
  if (!pool.config.AllowUnauthenticatedIdentities) throw guestsNotSupported();
  const now = clock.now();
  const id = `${pool.region}:${uuid()}`;
  await insertIdentity(db, {
    poolId: pool.id,
    id,
    authenticated: false,
    disabledAt: null,
    createdAt: now,
    modifiedAt: now,
  });
  return id;
};

export const getId: Operation<'GetId'> = async (call, { IdentityPoolId, Logins = {} }) => {
  const pool = await findPool(call, IdentityPoolId);
  const poolCall = { ...call, pool };
  const logins = await verifyLogins(poolCall, Logins);
  return {
    IdentityId: logins.length === 0 ? await newGuest(poolCall) : await openIdentity(poolCall, undefined, logins),
  };
};
