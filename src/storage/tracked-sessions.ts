/** Token sessions as session tracking sees them: activity, the cap for each user, lists. Their rows are those of `token-sessions.ts`. */
import type { Db } from './schema.ts';
import { isAfter, type SessionPosition } from './sso-sessions.ts';
import { type Activity, type TokenSession, toSession } from './token-sessions.ts';
import { lostToAnother } from './users.ts';

/** Between two writes of a session's activity, in milliseconds: a refresh costs no write before that. */
export const ACTIVITY_RESOLUTION = 60_000;

/** Notes that the family was refreshed, and from where; does nothing when the last note is not a minute old. */
export const noteActivity = async (
  db: Db,
  { poolId, originJti }: Pick<TokenSession, 'poolId' | 'originJti'>,
  { lastIp, deviceType }: Activity,
  now: number,
): Promise<void> => {
  await db
    .updateTable('token_sessions')
    .set({ last_used_at: now, last_ip: lastIp, device_type: deviceType })
    .where('pool_id', '=', poolId)
    .where('origin_jti', '=', originJti)
    .where('revoked_at', 'is', null)
    .where('last_used_at', '<=', now - ACTIVITY_RESOLUTION)
    .execute();
};

/** The tracked and living families of a user: what the index `token_sessions_tracked_idx` holds, without the expired. */
const tracked = (db: Db, { poolId, sub, now }: { poolId: string; sub: string; now: number }) =>
  db
    .selectFrom('token_sessions')
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('session_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now);

/** More than a user can have too many at once; an `offset` needs a `limit` beside it. */
const EVICTED_AT_MOST = 1000;

/**
 * Ends the user's least recently used tracked families, until `keep` are left; to be called after a family has been opened
 * and committed. Of sign-ins at the same time each sees at least those that were committed before its own, and all agree on
 * the order, so that the last one leaves no more than `keep`: no lock is needed.
 */
export const evictTokenSessions = async (
  db: Db,
  user: { poolId: string; sub: string },
  { keep, now }: { keep: number; now: number },
): Promise<void> => {
  const surplus = tracked(db, { ...user, now })
    .select('origin_jti')
    .orderBy('last_used_at', 'desc')
    .orderBy('origin_jti', 'desc')
    .limit(EVICTED_AT_MOST)
    .offset(keep);
  const eviction = db
    .updateTable('token_sessions')
    .set({ revoked_at: now })
    .where('pool_id', '=', user.poolId)
    .where('origin_jti', 'in', surplus)
    .where('revoked_at', 'is', null);
  try {
    await eviction.execute();
  } catch (error) {
    // Two that end several of the same rows may wait for each other; the second try finds what the other one has left.
    if (!lostToAnother(error)) throw error;
    await eviction.execute();
  }
};

/** A tracked and living family of the user, by the id of the session. */
export const findTracked = async (
  db: Db,
  user: { poolId: string; sub: string; now: number },
  sessionId: string,
): Promise<TokenSession | undefined> => {
  const row = await tracked(db, user).selectAll().where('session_id', '=', sessionId).executeTakeFirst();
  return row && toSession(row);
};

/** A page of the user's tracked and living families, the newest first. @param after the last session of the page before */
export const listTracked = async (
  db: Db,
  user: { poolId: string; sub: string; now: number },
  { limit, after }: { limit: number; after: SessionPosition | undefined },
): Promise<TokenSession[]> => {
  const rows = await tracked(db, user)
    .selectAll()
    .$if(after !== undefined, query => query.where(isAfter(after as SessionPosition)))
    .orderBy('created_at', 'desc')
    .orderBy('session_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSession);
};

/** Ends the tracked families that came through a single sign-on session. */
export const revokeTokenSessionsOf = async (
  db: Db,
  user: { poolId: string; sub: string; now: number },
  originSessionId: string,
): Promise<void> => {
  await db
    .updateTable('token_sessions')
    .set({ revoked_at: user.now })
    .where('pool_id', '=', user.poolId)
    .where('sub', '=', user.sub)
    .where('session_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .where('origin_session_id', '=', originSessionId)
    .execute();
};
