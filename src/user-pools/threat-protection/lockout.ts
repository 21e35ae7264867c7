/** The lockout after wrong passwords and, counted apart, wrong codes of a sign-in: five are free, then each doubles the wait, up to a quarter of an hour. */
import { passwordAttemptsExceeded } from '../../contract/errors.ts';
import { clear, type Failures, failures, recordFailure } from '../../storage/throttles.ts';
import type { PoolCall } from '../call/call.ts';

const freeTries = 5;
const longestLock = 15 * 60 * 1000;

/** Until when (epoch milliseconds) tries are refused after these failures: 1 s after the fifth, 2 s after the sixth, … */
export const lockedUntil = ({ count, lastAt }: Failures): number =>
  count < freeTries ? 0 : lastAt + Math.min(longestLock, 1000 * 2 ** (count - freeTries));

/**
 * Runs a check of something guessable unless the subject is locked out, and counts its failure. Checks of one subject take turns, so that
 * guesses sent at once do not all pass before the first failure is counted. A refused try does not count.
 * @returns what `check` returns
 * @throws NotAuthorizedException `Password attempts exceeded`
 */
export const guarded = (
  call: PoolCall,
  subject: string,
  check: () => Promise<boolean>,
  kind: 'password' | 'code' = 'password',
): Promise<boolean> => {
  const { db, clock, pool, turns } = call;
  const key = { poolId: pool.id, kind, subject };
  return turns.take(`${pool.id}/${subject}`, async () => {
    const before = await failures(db, { ...key, now: clock.now() });
    if (clock.now() < lockedUntil(before)) throw passwordAttemptsExceeded();
    const right = await check();
    if (!right) await recordFailure(db, { ...key, now: clock.now() });
    else if (before.count > 0) await clear(db, key);
    return right;
  });
};
