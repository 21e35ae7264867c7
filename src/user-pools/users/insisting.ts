/** Tries again what somebody else was quicker at. */
import { tooManyRequests } from '../../contract/errors.ts';
import { lostToAnother } from '../../storage/users.ts';

/** Rolls the transaction back to try again with the newest record. */
export class Stale extends Error {}

/** Each time somebody else came through, so that a crowd of this size gets its turn. */
const mostTries = 30;

/**
 * Runs `attempt` again when somebody else was quicker, in the record or in the order of locks.
 * @throws TooManyRequestsException, which clients repeat by themselves, when there is no end to it
 */
export const insisting = async <T>(attempt: (tries: number) => Promise<T>): Promise<T> => {
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      return await attempt(tries);
    } catch (error) {
      if (!(error instanceof Stale) && !lostToAnother(error)) throw error;
    }
  }
  throw tooManyRequests();
};
