/** SELECT_CHALLENGE, SELECT_MFA_TYPE and PASSWORD_SRP: nothing is proven, but the person says what comes next. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter, missingParameter } from '../../../contract/errors.ts';
import { askableFactors } from '../../factors/second-factors.ts';
import { offeredFirstFactors } from '../facts.ts';
import type { Challenge } from './challenge.ts';

/** The guide's prose also speaks of EMAIL_MFA. */
const aliases: Record<string, ChallengeNameType> = { EMAIL_MFA: 'EMAIL_OTP' };

const choose = (answer: string | undefined, offered: readonly ChallengeNameType[]): ChallengeNameType => {
  if (!answer) throw missingParameter('ANSWER');
  const chosen = offered.find(name => name === (aliases[answer] ?? answer));
  if (chosen === undefined) throw invalidParameter(`The challenge ${answer} is not available for this user.`);
  return chosen;
};

export const selectChallenge: Challenge = {
  async ask() {
    return { parameters: {} };
  },
  async check(call, attempt, { ANSWER }) {
    return { ...attempt, chosen: choose(ANSWER, await offeredFirstFactors(call, attempt)) };
  },
};

export const selectMfaType: Challenge = {
  async ask({ pool }, { user }) {
    return {
      parameters: {
        MFAS_CAN_CHOOSE: JSON.stringify(user ? askableFactors(pool, user) : []),
        USER_ID_FOR_SRP: user?.username ?? '',
      },
    };
  },
  async check({ pool }, attempt, { ANSWER }) {
    return { ...attempt, chosen: choose(ANSWER, attempt.user ? askableFactors(pool, attempt.user) : []) };
  },
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
