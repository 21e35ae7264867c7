/** The end of all sessions of a user, those of sign-ins under way included. */
import { sql } from 'kysely';
import type { Db } from './schema.ts';

/**
 * Ends every family of the user, and forbids sign-ins that read the user before to open one afterwards (see
 * `insertTokenSession`): the mark rises even when the clock has not moved. To be called in a transaction; the user's row comes
 * first, since the wait for it lets families that are being opened become visible to the second statement.
 * @returns false when the user is gone
 */
export const endAllSessions = async (
  tx: Db,
  { poolId, sub, now }: { poolId: string; sub: string; now: number },
): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({
      signed_out_at: sql<number>`case when signed_out_at >= ${now} then signed_out_at + 1 else ${now} end`,
      version: sql<number>`version + 1`,
    })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await tx
    .updateTable('token_sessions')
    .set({ revoked_at: now })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('revoked_at', 'is', null)
    .execute();
  return true;
};
