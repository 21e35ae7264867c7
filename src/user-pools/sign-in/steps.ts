/** The steps of an attempt: each recorded one is passed once, and tries at it are counted. */
import { invalidSession, sessionUsed } from '../../contract/errors.ts';
import { advanceAttempt, countTry, openAttempt as recordAttempt } from '../../storage/sign-in-attempts.ts';
import { consume } from '../../storage/throttles.ts';
import type { ClientCall } from '../call/call.ts';
import { writeFor } from '../tokens/issue.ts';
import { type Attempt, stepLifetime } from './attempt.ts';
import { hasFirstFactor } from './policy.ts';

/** Wrong answers to one challenge before the attempt is over. */
const maxTries = 10;

/** Nobody's attempts have no row: what would stand in it is counted here, so that both are refused in the same way. */
const counted = ({ db, pool, clock, client }: ClientCall, { id, step }: Attempt, kind: string, limit: number) => {
  // Longer than the step may be answered, or there would be more tries at its end.
  const windowMs = 2 * stepLifetime({ client });
  return consume(db, { poolId: pool.id, kind, subject: `${id}/${step}`, limit, windowMs, now: clock.now() });
};

const pass = async (call: ClientCall, attempt: Attempt): Promise<Attempt> => {
  if (!(await counted(call, attempt, 'sign-in-step', 1))) throw sessionUsed();
  return { ...attempt, step: attempt.step + 1 };
};

/** Counts a try at the present step. @throws NotAuthorizedException when it has been passed, or tried too often */
export const limitTries = async (call: ClientCall, attempt: Attempt): Promise<void> => {
  const { id: attemptId, step, user } = attempt;
  if (step === 0) return;
  if (user === undefined) {
    if (!(await counted(call, attempt, 'sign-in-tries', maxTries))) throw invalidSession();
    return;
  }
  const tries = await countTry(call.db, { poolId: call.pool.id, attemptId, step });
  if (tries === undefined) throw sessionUsed();
  if (tries > maxTries) throw invalidSession();
};

/** From the first proof, or the first thing to guess, the attempt has a row; a replay finds it there. */
export const record = async (call: ClientCall, attempt: Attempt): Promise<Attempt> => {
  if (attempt.step > 0) return attempt;
  if (attempt.user === undefined) return pass(call, attempt);
  const expiresAt = call.clock.now() + stepLifetime(call);
  const person = { poolId: call.pool.id, sub: attempt.user.sub };
  const row = { ...person, attemptId: attempt.id, step: 1, expiresAt };
  if (!(await writeFor(call, person, () => recordAttempt(call.db, row)))) throw sessionUsed();
  return { ...attempt, step: 1 };
};

/**
 * Leaves the step behind. What ends in tokens needs no such mark: the family that the attempt opens is its own. A challenge that
 * has moved the attempt on itself, in the transaction of its effect, is not moved again.
 */
export const advance = async (call: ClientCall, attempt: Attempt): Promise<Attempt> => {
  if (attempt.step === 0) return hasFirstFactor(attempt.proven) ? record(call, attempt) : attempt;
  if (attempt.moved) return { ...attempt, moved: false };
  if (attempt.user === undefined) return pass(call, attempt);
  const { id: attemptId, step } = attempt;
  const expiresAt = call.clock.now() + stepLifetime(call);
  if (!(await advanceAttempt(call.db, { poolId: call.pool.id, attemptId, step, expiresAt }))) throw sessionUsed();
  return { ...attempt, step: step + 1 };
};
