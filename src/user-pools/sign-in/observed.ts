/** Records how the steps of sign-ins end, from what goes into the engine and what comes out of it. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, incorrectCredentials } from '../../contract/errors.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { type GivenContext, recordAuthEvent } from '../threat-protection/events.ts';
import { peekAttempt } from './attempt.ts';
import type { Answers } from './challenges/challenge.ts';
import { challengeNamed } from './challenges/index.ts';
import { toSession } from './engine.ts';
import type { Outcome } from './outcome.ts';

/** The two kinds of answers that Cognito's events know. */
const kinds: Partial<Record<ChallengeNameType, 'password' | 'mfa'>> = {
  PASSWORD: 'password',
  PASSWORD_VERIFIER: 'password',
  ADMIN_NO_SRP_AUTH: 'password',
  SMS_MFA: 'mfa',
  SOFTWARE_TOKEN_MFA: 'mfa',
  EMAIL_OTP: 'mfa',
  SMS_OTP: 'mfa',
};

export type Step = {
  /** The challenge that is answered, if one is. */
  answers: Answers;
  challenge: ChallengeNameType | undefined;
  session: string | undefined;
  context: GivenContext;
};

const kindOf = ({ challenge, answers }: Step) =>
  answers.PASSWORD === undefined ? challenge && kinds[challenge] : ('password' as const);

/** A refusal for the account's state or by a limit is none: nothing was tried, and a stranger can cause it at any rate. */
const isWrongAnswer = (error: unknown): boolean =>
  error instanceof AwsError &&
  (['CodeMismatchException', 'ExpiredCodeException'].includes(error.name) ||
    error.message === incorrectCredentials().message);

const subOf = async (call: ClientCall, { challenge, session, answers }: Step): Promise<string | null | undefined> => {
  const { attemptIn } = (challenge && challengeNamed(challenge)) ?? {};
  const sealed = attemptIn ? toSession(answers[attemptIn]) : session;
  if (sealed !== undefined) return peekAttempt(call, sealed)?.sub;
  return answers.USERNAME === undefined ? undefined : (await lookUpUser(call, call.pool, answers.USERNAME))?.sub;
};

/** The claims of a token that was issued a moment ago. */
const claimsOf = (token = ''): { sub: string; event_id: string } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

/** The attempt and its user, once something has been proven; tokens bear the attempt's id as `event_id`. */
const progressOf = (call: ClientCall, { AuthenticationResult, Session, signedIn }: Outcome) => {
  if (signedIn !== undefined) return { sub: signedIn.user.sub, id: signedIn.id, response: 'Pass' as const };
  if (AuthenticationResult !== undefined) {
    const { sub, event_id: id } = claimsOf(AuthenticationResult.AccessToken);
    return { sub, id, response: 'Pass' as const };
  }
  const attempt = Session === undefined ? undefined : peekAttempt(call, Session);
  return attempt?.sub && attempt.proven.length > 0
    ? { sub: attempt.sub, id: attempt.id, response: 'InProgress' as const }
    : undefined;
};

/** Takes a step of a sign-in and records it. A wrong answer is an event of its own, so that none covers another. */
export const observed = async (call: ClientCall, step: Step, take: () => Promise<Outcome>): Promise<Outcome> => {
  const kind = kindOf(step);
  const event = { type: 'SignIn' as const, context: step.context };
  try {
    const outcome = await take();
    const progress = progressOf(call, outcome);
    if (progress) recordAuthEvent(call, { ...event, ...progress, ...(kind ? { [kind]: 'Success' } : {}) });
    return outcome;
  } catch (error) {
    const sub = isWrongAnswer(error) ? await subOf(call, step) : undefined;
    if (sub) recordAuthEvent(call, { ...event, sub, response: 'Fail', ...(kind ? { [kind]: 'Failure' } : {}) });
    throw error;
  }
};
