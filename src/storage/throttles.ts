/** Counts tries, for rate limits and for the lockout after wrong passwords; each count is one atomic statement. */
import { sql } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** `subject`: a user's sub, or the keyed hash of a name that nobody has. `now`: epoch milliseconds. */
export type Throttle = { poolId: string; kind: string; subject: string; now: number };
export type Failures = { count: number; lastAt: number };

/** Failures are forgotten this long after the last one. */
export const FAILURE_MEMORY = 15 * 60 * 1000;

const row = ({ poolId, kind, subject, now }: Throttle, lifetime: number): Schema['throttles'] => ({
  pool_id: poolId,
  kind,
  subject,
  count: 1,
  last_at: now,
  expires_at: now + lifetime,
});

const expired = sql<boolean>`throttles.expires_at <= excluded.last_at`;
const nextCount = sql<number>`case when ${expired} then 1 else throttles.count + 1 end`;

/**
 * Takes one of `limit` tries; false when none is left. The window lasts `windowMs` from its first try, and tries that
 * are refused neither lengthen it nor write anything.
 */
export async function consume(
  db: Db,
  { limit, windowMs, ...throttle }: Throttle & { limit: number; windowMs: number },
): Promise<boolean> {
  if (limit < 1) return false;
  const counted = await db
    .insertInto('throttles')
    .values(row(throttle, windowMs))
    .onConflict(conflict =>
      conflict
        .columns(['pool_id', 'kind', 'subject'])
        .doUpdateSet({
          count: nextCount,
          last_at: eb => eb.ref('excluded.last_at'),
          expires_at: sql`case when ${expired} then excluded.expires_at else throttles.expires_at end`,
        })
        .where(eb => eb.or([expired, eb('throttles.count', '<', limit)])),
    )
    .returning('count')
    .executeTakeFirst();
  return counted !== undefined;
}

/** The failures that still count; none: `{ count: 0, lastAt: 0 }`. */
export async function failures(db: Db, { poolId, kind, subject, now }: Throttle): Promise<Failures> {
  const found = await db
    .selectFrom('throttles')
    .select(['count', 'last_at as lastAt'])
    .where('pool_id', '=', poolId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return found ?? { count: 0, lastAt: 0 };
}

/** Counts one failure and keeps the count for another `FAILURE_MEMORY`; returns how many there are now. */
export async function recordFailure(db: Db, throttle: Throttle): Promise<number> {
  const { count } = await db
    .insertInto('throttles')
    .values(row(throttle, FAILURE_MEMORY))
    .onConflict(conflict =>
      conflict.columns(['pool_id', 'kind', 'subject']).doUpdateSet({
        count: nextCount,
        last_at: eb => eb.ref('excluded.last_at'),
        expires_at: eb => eb.ref('excluded.expires_at'),
      }),
    )
    .returning('count')
    .executeTakeFirstOrThrow();
  return count;
}

/** Notes that something has happened, for `lifetime` milliseconds from now. */
export async function note(db: Db, throttle: Throttle, lifetime: number): Promise<void> {
  const { count: _, ...columns } = row(throttle, lifetime);
  await db
    .insertInto('throttles')
    .values({ ...columns, count: 1 })
    .onConflict(conflict => conflict.columns(['pool_id', 'kind', 'subject']).doUpdateSet(columns))
    .execute();
}

/** Whether it was noted, and its time is not over. */
export const isNoted = async (db: Db, throttle: Throttle): Promise<boolean> => (await failures(db, throttle)).count > 0;

/** Forgets the tries, as after a success. */
export async function clear(db: Db, { poolId, kind, subject }: Omit<Throttle, 'now'>): Promise<void> {
  await db
    .deleteFrom('throttles')
    .where('pool_id', '=', poolId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .execute();
}
