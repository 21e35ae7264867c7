/** The one source of the current time, so that tests can set it. */

/** `now()` returns the time in milliseconds since the epoch. */
export type Clock = { now(): number };

export const systemClock: Clock = { now: () => Date.now() };
