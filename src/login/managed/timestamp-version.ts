/** The version of what is served on a domain, as Cognito numbers it: the date of the last change, 14 digits in UTC. Pure. */

/** @param time epoch milliseconds */
export const timestampVersion = (time: number): string => new Date(time).toISOString().replace(/\D/g, '').slice(0, 14);
