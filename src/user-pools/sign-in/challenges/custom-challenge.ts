/** CUSTOM_CHALLENGE: CreateAuthChallenge asks, VerifyAuthChallengeResponse judges the answer. */
import { AwsError, missingParameter } from '../../../contract/errors.ts';
import { invokeTrigger } from '../../triggers/invoke.ts';
import { sealAttempt } from '../attempt.ts';
import { withResult } from '../custom-auth.ts';
import { aboutUser, whoOf } from '../person.ts';
import type { Challenge } from './challenge.ts';

/** The longest Session that clients may send back. */
const longestSession = 2048;

export const customChallenge: Challenge = {
  guessable: true,

  async ask(call, attempt) {
    const created = await invokeTrigger(call, 'CreateAuthChallenge', {
      source: 'CreateAuthChallenge_Authentication',
      ...whoOf(call, attempt),
      request: { challengeName: 'CUSTOM_CHALLENGE', session: attempt.custom ?? [], ...aboutUser(call, attempt) },
    });
    const state = {
      private: JSON.stringify(created?.privateChallengeParameters ?? {}),
      ...(created?.challengeMetadata ? { metadata: created.challengeMetadata } : {}),
    };
    if (sealAttempt(call, attempt, 'CUSTOM_CHALLENGE', state).length > longestSession)
      throw new AwsError('InvalidLambdaResponseException', 'The private challenge parameters are too long.');
    return { parameters: { USERNAME: whoOf(call, attempt).userName, ...created?.publicChallengeParameters }, state };
  },

  /** A wrong answer is no error: DefineAuthChallenge hears of it and decides. */
  async check(call, attempt, { ANSWER }, { private: parameters = '{}', metadata }) {
    if (ANSWER === undefined) throw missingParameter('ANSWER');
    const verified = await invokeTrigger(call, 'VerifyAuthChallengeResponse', {
      source: 'VerifyAuthChallengeResponse_Authentication',
      ...whoOf(call, attempt),
      request: {
        privateChallengeParameters: JSON.parse(parameters),
        challengeAnswer: ANSWER,
        ...aboutUser(call, attempt),
      },
    });
    return withResult(attempt, {
      challengeName: 'CUSTOM_CHALLENGE',
      challengeResult: verified?.answerCorrect === true,
      ...(metadata === undefined ? {} : { challengeMetadata: metadata }),
    });
  },
};
