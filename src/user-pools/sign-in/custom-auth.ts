/** CUSTOM_AUTH: the pool's own triggers decide what is asked next and whether an answer is right. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { incorrectCredentials, invalidParameter } from '../../contract/errors.ts';
import type { ClientCall } from '../call/call.ts';
import { askableFactors } from '../factors/second-factors.ts';
import type { ChallengeResult } from '../triggers/catalog.ts';
import { invokeTrigger } from '../triggers/invoke.ts';
import { unrecognizable } from '../triggers/responses.ts';
import type { Attempt } from './attempt.ts';
import { aboutUser, whoOf } from './person.ts';

export const withResult = (attempt: Attempt, result: ChallengeResult): Attempt => ({
  ...attempt,
  custom: [...(attempt.custom ?? []), result],
});

/** @throws InvalidParameterException when the pool lacks a trigger that the flow needs */
export const requireCustomAuth = ({ pool: { config } }: ClientCall): void => {
  const { DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse } = config.LambdaConfig ?? {};
  if (!DefineAuthChallenge || !CreateAuthChallenge || !VerifyAuthChallengeResponse)
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
};

/** What a function may ask for: its own challenge, the password, a second factor that the user has; a new password after the old one. */
const mayAsk = ({ pool }: ClientCall, { user, proven }: Attempt): ChallengeNameType[] => [
  'CUSTOM_CHALLENGE',
  'PASSWORD_VERIFIER',
  ...(user ? askableFactors(pool, user) : []),
  ...(proven.includes('PASSWORD') ? (['NEW_PASSWORD_REQUIRED'] as const) : []),
];

/**
 * Asks DefineAuthChallenge what comes next.
 * @returns the next challenge, or that tokens may be issued
 * @throws NotAuthorizedException when the function ends the sign-in, or says nothing
 */
export const defineNext = async (call: ClientCall, attempt: Attempt): Promise<ChallengeNameType | 'tokens'> => {
  const answer = await invokeTrigger(call, 'DefineAuthChallenge', {
    source: 'DefineAuthChallenge_Authentication',
    ...whoOf(call, attempt),
    request: { session: attempt.custom ?? [], ...aboutUser(call, attempt) },
  });
  if (answer === undefined || answer.failAuthentication) throw incorrectCredentials();
  if (answer.issueTokens) return 'tokens';
  if (!answer.challengeName) throw incorrectCredentials();
  const next = mayAsk(call, attempt).find(name => name === answer.challengeName);
  if (next === undefined) throw unrecognizable();
  return next;
};
