/** Authorization codes: single-use, and remembered for a while after it. Only a keyed hash of a code is kept. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** What a code stands for. */
export type CodeFacts = {
  redirectUri: string;
  scopes: string[];
  /** SHA-256 of the verifier that the client must show (RFC 7636); without it, the client must show none. */
  codeChallenge?: string | undefined;
  nonce?: string | undefined;
  resource?: string | undefined;
  /** Epoch seconds of the person's sign-in. */
  authTime: number;
  proven: string[];
  acr?: string | undefined;
  /** The single sign-on session that the code came through, and where the person's browser was. */
  ssoSessionId?: string | undefined;
  sourceIp: string;
  userAgent: string;
  /** Of the user when the code was made: whoever signs them out of everything ends it, too. */
  signedOutAt: number | null;
};

export type AuthorizationCode = {
  poolId: string;
  codeHash: string;
  clientId: string;
  sub: string;
  /** The family that its tokens form. */
  originJti: string;
  facts: CodeFacts;
  redeemedAt: number | null;
  expiresAt: number;
};

const toCode = (row: Selectable<Schema['authorization_codes']>): AuthorizationCode => ({
  poolId: row.pool_id,
  codeHash: row.code_hash,
  clientId: row.client_id,
  sub: row.sub,
  originJti: row.origin_jti,
  facts: JSON.parse(row.facts),
  redeemedAt: row.redeemed_at,
  expiresAt: row.expires_at,
});

export const insertAuthorizationCode = async (db: Db, code: AuthorizationCode): Promise<void> => {
  await db
    .insertInto('authorization_codes')
    .values({
      pool_id: code.poolId,
      code_hash: code.codeHash,
      client_id: code.clientId,
      sub: code.sub,
      origin_jti: code.originJti,
      facts: JSON.stringify(code.facts),
      redeemed_at: null,
      replayed_at: null,
      expires_at: code.expiresAt,
    })
    .execute();
};

/** @param codeHashes one for each master key */
export const findAuthorizationCode = async (
  db: Db,
  poolId: string,
  codeHashes: readonly string[],
): Promise<AuthorizationCode | undefined> => {
  const row = await db
    .selectFrom('authorization_codes')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('code_hash', 'in', codeHashes)
    .executeTakeFirst();
  return row && toCode(row);
};

type Key = Pick<AuthorizationCode, 'poolId' | 'codeHash'>;

/** @returns false when somebody has redeemed it before: of two racing callers one gets true */
export const redeemAuthorizationCode = async (db: Db, { poolId, codeHash }: Key, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('authorization_codes')
    .set({ redeemed_at: now })
    .where('pool_id', '=', poolId)
    .where('code_hash', '=', codeHash)
    .where('redeemed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Notes a second use, for whoever is redeeming the code at this moment. */
export const noteReplay = async (db: Db, { poolId, codeHash }: Key, now: number): Promise<void> => {
  await db
    .updateTable('authorization_codes')
    .set({ replayed_at: now })
    .where('pool_id', '=', poolId)
    .where('code_hash', '=', codeHash)
    .execute();
};

/** Whether the code was used a second time, or has gone together with its user. */
export const wasReplayed = async (db: Db, { poolId, codeHash }: Key): Promise<boolean> => {
  const row = await db
    .selectFrom('authorization_codes')
    .select('replayed_at')
    .where('pool_id', '=', poolId)
    .where('code_hash', '=', codeHash)
    .executeTakeFirst();
  return row?.replayed_at !== null;
};
