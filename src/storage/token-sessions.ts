/** Token sessions: one row a sign-in, the family of its refresh tokens, of which only hashes are kept. */
import { type Selectable, sql } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** What a refresh repeats besides the user's own facts. */
export type GrantFacts = {
  scopes: string[];
  eventId: string;
  /** The device that the sign-in came from, or a new one. */
  deviceKey?: string | undefined;
  /** The group of a new device, until it is confirmed. */
  newDeviceGroupKey?: string | undefined;
  /** What was shown at the sign-in. */
  proven?: string[] | undefined;
  /** The level of authentication that its tokens tell. */
  acr?: string | undefined;
  /** Of a grant of the OAuth server: the resource that its access tokens are for, where it named one. */
  oauth?: { resource?: string | undefined } | undefined;
};

/** What session tracking keeps of a family. */
export type SessionRecord = {
  /** `tkn` and 25 lower-case letters or digits. */
  sessionId: string;
  /** The single sign-on session that it came through. */
  originSessionId: string | null;
  lastIp: string;
  deviceType: string;
};

/** Where a session was used last. */
export type Activity = Pick<SessionRecord, 'lastIp' | 'deviceType'>;

export type TokenSession = {
  poolId: string;
  /** Id of the family, claim `origin_jti` of all its tokens. */
  originJti: string;
  sub: string;
  clientId: string;
  refreshHash: string;
  /** Epoch seconds. */
  authTime: number;
  facts: GrantFacts;
  revokedAt: number | null;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  /** undefined: the pool did not track sessions at the sign-in. */
  record: SessionRecord | undefined;
};

const toRecord = (row: Selectable<Schema['token_sessions']>): SessionRecord | undefined =>
  row.session_id === null
    ? undefined
    : {
        sessionId: row.session_id,
        originSessionId: row.origin_session_id,
        lastIp: row.last_ip ?? '',
        deviceType: row.device_type ?? '',
      };

const toSession = (row: Selectable<Schema['token_sessions']>): TokenSession => ({
  poolId: row.pool_id,
  originJti: row.origin_jti,
  sub: row.sub,
  clientId: row.client_id,
  refreshHash: row.refresh_hash,
  authTime: row.auth_time,
  facts: JSON.parse(row.grant_facts),
  revokedAt: row.revoked_at,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  record: toRecord(row),
});

/**
 * Opens a family for a user as they were read when the sign-in began. The condition on the user and the lock keep whoever ends
 * all sessions at the same moment (see `storage/sign-out.ts`) from missing this one: either that change waits for this row
 * and ends it, or this statement waits and finds the user changed.
 * @returns false when nothing was opened: a family of this id exists, because the sign-in attempt that it is named after has
 * given tokens already; or the user has been disabled, signed out of everything or deleted since
 */
export const insertTokenSession = async (
  db: Db,
  session: TokenSession,
  user: { signedOutAt: number | null },
): Promise<boolean> => {
  const row = {
    pool_id: session.poolId,
    origin_jti: session.originJti,
    sub: session.sub,
    client_id: session.clientId,
    refresh_hash: session.refreshHash,
    auth_time: session.authTime,
    grant_facts: JSON.stringify(session.facts),
    revoked_at: session.revokedAt,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: session.expiresAt,
    session_id: session.record?.sessionId ?? null,
    origin_session_id: session.record?.originSessionId ?? null,
    last_ip: session.record?.lastIp ?? null,
    device_type: session.record?.deviceType ?? null,
  };
  const columns = Object.keys(row) as (keyof typeof row)[];
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('token_sessions')
    .columns(columns)
    .expression(eb =>
      eb
        .selectFrom('users')
        .select(columns.map(column => sql`${row[column]}`.as(column)))
        .where('pool_id', '=', session.poolId)
        .where('sub', '=', session.sub)
        .where('enabled', '=', 1)
        .where('signed_out_at', 'is not distinct from', user.signedOutAt)
        .forShare(),
    )
    .onConflict(conflict => conflict.columns(['pool_id', 'origin_jti']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

export const findTokenSession = async (
  db: Db,
  poolId: string,
  originJti: string,
): Promise<TokenSession | undefined> => {
  const row = await db
    .selectFrom('token_sessions')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('origin_jti', '=', originJti)
    .executeTakeFirst();
  return row && toSession(row);
};

/** The family whose newest refresh token has one of these hashes: one for each master key. */
export const findTokenSessionByRefreshHash = async (
  db: Db,
  poolId: string,
  refreshHashes: readonly string[],
): Promise<TokenSession | undefined> => {
  const row = await db
    .selectFrom('token_sessions')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('refresh_hash', 'in', refreshHashes)
    .executeTakeFirst();
  return row && toSession(row);
};

/** The family of a refresh token that rotation has replaced, and when it was replaced. */
export const findSuperseded = async (
  db: Db,
  poolId: string,
  refreshHashes: readonly string[],
): Promise<{ session: TokenSession; supersededAt: number } | undefined> => {
  const row = await db
    .selectFrom('superseded_refresh_tokens as old')
    .innerJoin('token_sessions as family', join =>
      join.onRef('family.pool_id', '=', 'old.pool_id').onRef('family.origin_jti', '=', 'old.origin_jti'),
    )
    .selectAll('family')
    .select('old.superseded_at')
    .where('old.pool_id', '=', poolId)
    .where('old.refresh_hash', 'in', refreshHashes)
    .executeTakeFirst();
  return row && { session: toSession(row), supersededAt: row.superseded_at };
};

/**
 * Replaces the family's current refresh token and remembers the old one; to be called in a transaction.
 * @returns false when somebody else has replaced or revoked it meanwhile
 */
export const rotateRefreshToken = async (
  db: Db,
  session: TokenSession,
  { refreshHash, activity, now }: { refreshHash: string; activity: Activity | undefined; now: number },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('token_sessions')
    .set({
      refresh_hash: refreshHash,
      last_used_at: now,
      ...(activity && { last_ip: activity.lastIp, device_type: activity.deviceType }),
    })
    .where('pool_id', '=', session.poolId)
    .where('origin_jti', '=', session.originJti)
    .where('refresh_hash', '=', session.refreshHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await db
    .insertInto('superseded_refresh_tokens')
    .values({
      pool_id: session.poolId,
      refresh_hash: session.refreshHash,
      origin_jti: session.originJti,
      superseded_at: now,
      expires_at: session.expiresAt,
    })
    .execute();
  return true;
};

/** @returns false when somebody else has changed them since `session` was read, or the family is gone: of two racing callers one gets true */
export const replaceGrantFacts = async (db: Db, session: TokenSession, facts: GrantFacts): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('token_sessions')
    .set({ grant_facts: JSON.stringify(facts) })
    .where('pool_id', '=', session.poolId)
    .where('origin_jti', '=', session.originJti)
    .where('grant_facts', '=', JSON.stringify(session.facts))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Ends one family: its refresh tokens and, for the token-authorised operations, its access tokens. */
export const revokeTokenSession = async (db: Db, poolId: string, originJti: string, now: number): Promise<void> => {
  await db
    .updateTable('token_sessions')
    .set({ revoked_at: now })
    .where('pool_id', '=', poolId)
    .where('origin_jti', '=', originJti)
    .where('revoked_at', 'is', null)
    .execute();
};

export { toSession };
