/** Token sessions: one row a sign-in, the family of its refresh tokens, of which only hashes are kept. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** What a refresh repeats besides the user's own facts. */
export type GrantFacts = { scopes: string[]; eventId: string; deviceKey?: string };

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
});

/**
 * Opens a family.
 * @returns false when a family of this id exists: the sign-in attempt that it is named after has given tokens already
 */
export const insertTokenSession = async (db: Db, session: TokenSession): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('token_sessions')
    .values({
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
    })
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
  refreshHash: string,
  now: number,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('token_sessions')
    .set({ refresh_hash: refreshHash, last_used_at: now })
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

/** Ends every family of the user. */
export const revokeAllTokenSessions = async (db: Db, poolId: string, sub: string, now: number): Promise<void> => {
  await db
    .updateTable('token_sessions')
    .set({ revoked_at: now })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('revoked_at', 'is', null)
    .execute();
};
