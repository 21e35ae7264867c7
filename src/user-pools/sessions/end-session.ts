/** Ends one session and, where that is asked for (RevokeAssociatedSessions), those that are linked to it. */
import type { RevokeAssociatedSessionsType } from '@aws-sdk/client-cognito-identity-provider';
import { deleteSsoSession } from '../../storage/sso-sessions.ts';
import { revokeTokenSession, type TokenSession } from '../../storage/token-sessions.ts';
import { revokeTokenSessionsOf } from '../../storage/tracked-sessions.ts';
import type { PoolCall } from '../call/call.ts';
import { tracksSessions } from '../tokens/session-tracking.ts';

type Ending = Pick<PoolCall, 'db' | 'pool' | 'clock'>;
type Associated = RevokeAssociatedSessionsType | undefined;

/** LINKED also ends the single sign-on session that the token session came through, but none of its other token sessions. */
export const endTokenSession = (
  { db, pool, clock }: Ending,
  { sub, originJti, record }: TokenSession,
  associated: Associated,
): Promise<void> => {
  const now = clock.now();
  const parent = associated === 'LINKED' && tracksSessions(pool) ? record?.originSessionId : undefined;
  if (!parent) return revokeTokenSession(db, pool.id, originJti, now);
  return db.transaction().execute(async tx => {
    await revokeTokenSession(tx, pool.id, originJti, now);
    await deleteSsoSession(tx, { poolId: pool.id, sub, now }, parent);
  });
};

/**
 * LINKED also ends the token sessions that came through the single sign-on session.
 * @returns false when the user has no such session
 */
export const endSsoSession = (
  { db, pool, clock }: Ending,
  { sub, sessionId }: { sub: string; sessionId: string },
  associated: Associated,
): Promise<boolean> => {
  const user = { poolId: pool.id, sub, now: clock.now() };
  return db.transaction().execute(async tx => {
    if (!(await deleteSsoSession(tx, user, sessionId))) return false;
    if (associated === 'LINKED') await revokeTokenSessionsOf(tx, user, sessionId);
    return true;
  });
};
