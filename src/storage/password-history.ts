/** The passwords a user had before, newest first, for pools that forbid to repeat them. */
import type { Db, Sealed } from './schema.ts';

export const listPasswordHistory = async (
  db: Db,
  poolId: string,
  sub: string,
  limit: number,
): Promise<{ password: Sealed; setAt: number }[]> => {
  const rows = await db
    .selectFrom('password_history')
    .select(['password', 'set_at'])
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .orderBy('set_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(row => ({ password: row.password, setAt: row.set_at }));
};

/** Remembers a replaced password and forgets all but the newest `keep`. */
export const addToPasswordHistory = async (
  db: Db,
  entry: { poolId: string; sub: string; password: Sealed; setAt: number },
  keep: number,
): Promise<void> => {
  await db
    .insertInto('password_history')
    .values({ pool_id: entry.poolId, sub: entry.sub, set_at: entry.setAt, password: entry.password })
    .onConflict(conflict => conflict.doNothing())
    .execute();
  const [oldest] = await db
    .selectFrom('password_history')
    .select('set_at')
    .where('pool_id', '=', entry.poolId)
    .where('sub', '=', entry.sub)
    .orderBy('set_at', 'desc')
    .offset(keep)
    .limit(1)
    .execute();
  if (oldest === undefined) return;
  await db
    .deleteFrom('password_history')
    .where('pool_id', '=', entry.poolId)
    .where('sub', '=', entry.sub)
    .where('set_at', '<=', oldest.set_at)
    .execute();
};
