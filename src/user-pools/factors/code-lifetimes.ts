/** What a code is good for, and how long. */

const hour = 3_600_000;

/** Milliseconds. */
export const codeLifetimes = {
  'sign-up': 24 * hour,
  'forgot-password': hour,
  'verify:email': 24 * hour,
  'verify:phone_number': 24 * hour,
} as const;
export type CodePurpose = keyof typeof codeLifetimes;
