/** SELECT_CHALLENGE, SELECT_MFA_TYPE and PASSWORD_SRP: nothing is proven, but the person says what comes next. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter, missingParameter } from '../../../contract/errors.ts';
import { factsOf } from '../facts.ts';
import { choicesOf } from '../policy.ts';
import type { Challenge, Question } from './challenge.ts';

/** The guide's prose also speaks of EMAIL_MFA. */
const aliases: Record<string, ChallengeNameType> = { EMAIL_MFA: 'EMAIL_OTP' };

const choose = (answer: string | undefined, offered: readonly ChallengeNameType[]): ChallengeNameType => {
  if (!answer) throw missingParameter('ANSWER');
  const chosen = offered.find(name => name === (aliases[answer] ?? answer));
  if (chosen === undefined) throw invalidParameter(`The challenge ${answer} is not available for this user.`);
  return chosen;
};

const check: Challenge['check'] = async (call, attempt, { ANSWER }) => ({
  ...attempt,
  chosen: choose(ANSWER, choicesOf(await factsOf(call, attempt))),
});

export const selectChallenge: Challenge = {
  /** InitiateAuth lists the choices beside its answer, RespondToAuthChallenge nowhere: a page has to show them in any case. */
  async ask(call, attempt): Promise<Question> {
    if (!call.onPages) return { parameters: {} };
    return { parameters: { AVAILABLE_CHALLENGES: JSON.stringify(choicesOf(await factsOf(call, attempt))) } };
  },
  check,
};

export const selectMfaType: Challenge = {
  async ask(call, attempt) {
    return {
      parameters: {
        MFAS_CAN_CHOOSE: JSON.stringify(choicesOf(await factsOf(call, attempt))),
        USER_ID_FOR_SRP: attempt.user?.username ?? '',
      },
    };
  },
  check,
};

/** The first leg of SRP within USER_AUTH: with SRP_A it goes on to the proof. */
export const passwordSrp: Challenge = {
  answeredBy: 'SRP_A',
  async ask() {
    return { parameters: {} };
  },
  async check(_call, attempt, { SRP_A }) {
    if (!SRP_A) throw missingParameter('SRP_A');
    return { ...attempt, chosen: 'PASSWORD_VERIFIER' };
  },
};
