/** The passkeys that a user can sign in with: those that were made for the pool's present relying party. */
import type { User } from '../../storage/users.ts';
import { listPasskeys, type Passkey } from '../../storage/webauthn-credentials.ts';
import type { PoolCall } from '../call/call.ts';
import { relyingPartyOf } from './relying-party.ts';

/** As many as a user can have. */
export const mostPasskeys = 20;

type Asking = Pick<PoolCall, 'db' | 'pool' | 'publicUrl'>;

/** None also where the pool has no relying party any more. */
export const usablePasskeys = async (call: Asking, { sub }: Pick<User, 'sub'>): Promise<Passkey[]> => {
  const relyingPartyId = await relyingPartyOf(call);
  if (relyingPartyId === undefined) return [];
  return listPasskeys(call.db, { poolId: call.pool.id, sub }, { limit: mostPasskeys, relyingPartyId });
};

export const hasPasskey = async (call: Asking, user: Pick<User, 'sub'>): Promise<boolean> =>
  (await usablePasskeys(call, user)).length > 0;
