/** How long an import job waits to be started. */

/** Milliseconds; Cognito lets a job expire within 24 to 48 hours. */
export const startWithin = 24 * 60 * 60 * 1000;

export const expiredMessage = 'The user import job has expired.';
