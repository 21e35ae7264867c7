/** Sign-in attempts in which something has been proven: each step is passed once, and tries are counted. */
import type { Db } from './schema.ts';

export type AttemptKey = { poolId: string; attemptId: string };

/** Records that `step` may come next. @returns false when the attempt was recorded before (a replay) */
export const openAttempt = async (
  db: Db,
  attempt: AttemptKey & { sub: string; step: number; expiresAt: number },
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sign_in_attempts')
    .values({
      pool_id: attempt.poolId,
      attempt_id: attempt.attemptId,
      sub: attempt.sub,
      step: attempt.step,
      tries: 0,
      expires_at: attempt.expiresAt,
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'attempt_id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** Passes from `step` to the next one. @returns false when that step has been passed already: of two racing answers one gets true */
export const advanceAttempt = async (
  db: Db,
  { poolId, attemptId, step, expiresAt }: AttemptKey & { step: number; expiresAt: number },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('sign_in_attempts')
    .set({ step: step + 1, tries: 0, expires_at: expiresAt })
    .where('pool_id', '=', poolId)
    .where('attempt_id', '=', attemptId)
    .where('step', '=', step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Counts a try at `step`. @returns its number, or undefined when the step has been passed or the attempt is unknown */
export const countTry = async (
  db: Db,
  { poolId, attemptId, step }: AttemptKey & { step: number },
): Promise<number | undefined> => {
  const row = await db
    .updateTable('sign_in_attempts')
    .set(eb => ({ tries: eb('tries', '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('attempt_id', '=', attemptId)
    .where('step', '=', step)
    .returning('tries')
    .executeTakeFirst();
  return row?.tries;
};
