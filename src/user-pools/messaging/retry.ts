/** When a message that could not be sent is tried again, and when it is given up. */

const firstDelay = 1000;
const longestDelay = 10 * 60_000;
/** About a day of tries, as long as a code lives at most. */
export const maxTries = 150;

/**
 * Milliseconds to wait after the given number of tries: doubling from a second to ten minutes.
 * @param chance 0 to 1; takes away up to half of the delay, so that what failed together is not tried together
 */
export const retryDelay = (tries: number, chance: number): number =>
  Math.round(Math.min(firstDelay * 2 ** (tries - 1), longestDelay) * (1 - chance / 2));

/** @returns when to try again (epoch milliseconds), or undefined: give up */
export const nextTry = (
  message: { tries: number; expiresAt: number },
  { now, permanent, chance }: { now: number; permanent: boolean; chance: number },
): number | undefined => {
  const at = now + retryDelay(message.tries, chance);
  return permanent || message.tries >= maxTries || at >= message.expiresAt ? undefined : at;
};
