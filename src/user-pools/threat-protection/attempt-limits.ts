/** How often something guessable or costly may be tried for one user in an hour (Cognito's quotas; risk-based ones at a fixed value). */
import { attemptLimitExceeded, tooManyRequests } from '../../contract/errors.ts';
import { consume } from '../../storage/throttles.ts';
import type { PoolCall } from '../call/call.ts';
import { nameKey } from '../call/sign-in-names.ts';

const perHour = {
  ConfirmSignUp: 15,
  ResendConfirmationCode: 5,
  ForgotPassword: 20,
  ConfirmForgotPassword: 10,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  VerifyUserAttribute: 15,
};

/** A name nobody has is counted like a user's, folded like one, under a keyed hash: limits must not tell who exists. */
export const subjectOf = (
  { sealer, pool }: Pick<PoolCall, 'sealer' | 'pool'>,
  who: { sub: string } | { unknownName: string },
): string => ('sub' in who ? who.sub : sealer.mac('throttle-subject', `${pool.id}/${nameKey(pool, who.unknownName)}`));

/** Counts a try. @throws LimitExceededException when the hour's tries are used up */
export const limitAttempts = async (call: PoolCall, kind: keyof typeof perHour, subject: string): Promise<void> => {
  const allowed = await consume(call.db, {
    poolId: call.pool.id,
    kind,
    subject,
    limit: perHour[kind],
    windowMs: 3_600_000,
    now: call.clock.now(),
  });
  if (!allowed) throw attemptLimitExceeded();
};

/** Codes that may be sent to one person in an hour to sign in with: somebody else could be asking for them. */
const signInMessagesPerHour = 60;

/** Counts a message. @throws TooManyRequestsException */
export const limitMessages = async (call: PoolCall, subject: string): Promise<void> => {
  const key = { poolId: call.pool.id, kind: 'SignInMessage', subject, now: call.clock.now() };
  if (!(await consume(call.db, { ...key, limit: signInMessagesPerHour, windowMs: 3_600_000 }))) throw tooManyRequests();
};
