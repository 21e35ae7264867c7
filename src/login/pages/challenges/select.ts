/** SELECT_CHALLENGE and SELECT_MFA_TYPE: the person says how to go on. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { type Html, html } from '../../../lib/html.ts';
import { button } from '../form.ts';
import type { TextId } from '../texts/en.ts';
import type { ErrandVisit } from '../visit.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

const firstFactors: Partial<Record<ChallengeNameType, TextId>> = {
  WEB_AUTHN: 'choose.WEB_AUTHN',
  PASSWORD: 'choose.PASSWORD',
  EMAIL_OTP: 'choose.EMAIL_OTP',
  SMS_OTP: 'choose.SMS_OTP',
};

const secondFactors: Partial<Record<ChallengeNameType, TextId>> = {
  SOFTWARE_TOKEN_MFA: 'selectMfa.SOFTWARE_TOKEN_MFA',
  SMS_MFA: 'selectMfa.SMS_MFA',
  EMAIL_OTP: 'selectMfa.EMAIL_OTP',
  WEB_AUTHN: 'choose.WEB_AUTHN',
  SMS_OTP: 'choose.SMS_OTP',
  PASSWORD: 'choose.PASSWORD',
};

const buttons = (
  { say }: ErrandVisit,
  texts: Partial<Record<ChallengeNameType, TextId>>,
  offered: readonly string[],
): Html => {
  const known = Object.entries(texts).filter(([name]) => offered.includes(name));
  return html`<div class="choices">${known.map(([value, id]) => button({ label: say(id), name: 'answer', value, kind: 'secondary' }))}</div>`;
};

const read: ChallengePage['read'] = (_, { answer = '' }) => ({ ANSWER: answer });

export const selectChallengePage: ChallengePage = {
  show(visit, step, problem) {
    const { say } = visit;
    return {
      title: say('choose.title'),
      lead: say('choose.lead', { name: step.username }),
      problem,
      content: html`${stepForm(visit, step, buttons(visit, firstFactors, step.available ?? []))}${waysOut(visit, { ...step, available: [] })}`,
    };
  },
  read,
};

export const selectMfaPage: ChallengePage = {
  show(visit, step, problem) {
    const { say } = visit;
    const offered: string[] = JSON.parse(step.parameters.MFAS_CAN_CHOOSE ?? '[]');
    return {
      title: say('selectMfa.title'),
      lead: say('selectMfa.lead'),
      problem,
      content: html`${stepForm(visit, step, buttons(visit, secondFactors, offered))}${waysOut(visit, step)}`,
    };
  },
  read,
};
