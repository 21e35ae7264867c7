/** Single sign-on sessions of the login pages: one a browser that has signed in. An ended one is deleted. */
import { type Selectable, sql } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type SsoSession = {
  poolId: string;
  /** `sso` and 25 lower-case letters or digits. */
  sessionId: string;
  sub: string;
  clientId: string;
  lastIp: string;
  deviceType: string;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  /** How the browser signed in, and the keyed hash of its cookie. */
  browser?: { cookieHash: string /** Epoch seconds. */; authTime: number; proven: string[] } | undefined;
};

const toSession = (row: Selectable<Schema['sso_sessions']>): SsoSession => ({
  poolId: row.pool_id,
  sessionId: row.session_id,
  sub: row.sub,
  clientId: row.client_id,
  lastIp: row.last_ip,
  deviceType: row.device_type,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  browser:
    row.cookie_hash === null || row.auth_time === null
      ? undefined
      : { cookieHash: row.cookie_hash, authTime: row.auth_time, proven: JSON.parse(row.proven ?? '[]') },
});

/** Place of a session in a list of the newest first. */
export type SessionPosition = { createdAt: number; sessionId: string };

/** Behind this place in the list. */
export const isAfter = ({ createdAt, sessionId }: SessionPosition) =>
  sql<boolean>`(created_at, session_id) < (${createdAt}, ${sessionId})`;

export const insertSsoSession = async (db: Db, session: SsoSession): Promise<void> => {
  await db
    .insertInto('sso_sessions')
    .values({
      pool_id: session.poolId,
      session_id: session.sessionId,
      sub: session.sub,
      client_id: session.clientId,
      last_ip: session.lastIp,
      device_type: session.deviceType,
      created_at: session.createdAt,
      last_used_at: session.lastUsedAt,
      expires_at: session.expiresAt,
      cookie_hash: session.browser?.cookieHash ?? null,
      auth_time: session.browser?.authTime ?? null,
      proven: session.browser === undefined ? null : JSON.stringify(session.browser.proven),
    })
    .execute();
};

/** The living session of a cookie. @param cookieHashes one for each master key */
export const findSsoSessionByCookie = async (
  db: Db,
  { poolId, now }: { poolId: string; now: number },
  cookieHashes: readonly string[],
): Promise<SsoSession | undefined> => {
  const row = await db
    .selectFrom('sso_sessions')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('cookie_hash', 'in', cookieHashes)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && toSession(row);
};

/** Notes that the session was used, and from where. */
export const noteSsoActivity = async (
  db: Db,
  { poolId, sessionId }: Pick<SsoSession, 'poolId' | 'sessionId'>,
  { lastIp, deviceType, now }: { lastIp: string; deviceType: string; now: number },
): Promise<void> => {
  await db
    .updateTable('sso_sessions')
    .set({ last_used_at: now, last_ip: lastIp, device_type: deviceType })
    .where('pool_id', '=', poolId)
    .where('session_id', '=', sessionId)
    .execute();
};

/** A page of the user's living sessions, the newest first. @param after the last session of the page before */
export const listSsoSessions = async (
  db: Db,
  { poolId, sub, now }: { poolId: string; sub: string; now: number },
  { limit, after }: { limit: number; after: SessionPosition | undefined },
): Promise<SsoSession[]> => {
  const rows = await db
    .selectFrom('sso_sessions')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('expires_at', '>', now)
    .$if(after !== undefined, query => query.where(isAfter(after as SessionPosition)))
    .orderBy('created_at', 'desc')
    .orderBy('session_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSession);
};

/** @returns false when the user has no such session any more */
export const deleteSsoSession = async (
  db: Db,
  { poolId, sub, now }: { poolId: string; sub: string; now: number },
  sessionId: string,
): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('sso_sessions')
    .where('pool_id', '=', poolId)
    .where('session_id', '=', sessionId)
    .where('sub', '=', sub)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** Ends every one of the user's. */
export const deleteSsoSessions = async (db: Db, poolId: string, sub: string): Promise<void> => {
  await db.deleteFrom('sso_sessions').where('pool_id', '=', poolId).where('sub', '=', sub).execute();
};
