/** SMS_MFA, EMAIL_OTP, SMS_OTP and SOFTWARE_TOKEN_MFA: a code that was sent, or that an app shows. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { html } from '../../../lib/html.ts';
import { button, checkbox, codeField } from '../form.ts';
import type { Say } from '../language.ts';
import type { Graphic } from '../layout.ts';
import { asksToRemember } from '../remembered-device.ts';
import type { Step } from '../step.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

const lead = (say: Say, { challenge, parameters }: Step): string => {
  const { FRIENDLY_DEVICE_NAME: device, CODE_DELIVERY_DESTINATION: destination = '' } = parameters;
  if (challenge === 'SOFTWARE_TOKEN_MFA') return device ? say('code.appNamed', { device }) : say('code.app');
  const byEmail = parameters.CODE_DELIVERY_DELIVERY_MEDIUM === 'EMAIL';
  return say(byEmail ? 'code.sentEmail' : 'code.sentSms', { destination });
};

const graphics: Partial<Record<ChallengeNameType, Graphic>> = {
  EMAIL_OTP: 'EMAIL',
  SMS_MFA: 'SMS',
  SMS_OTP: 'SMS',
  SOFTWARE_TOKEN_MFA: 'AUTH_APP',
};

/** @param answer the parameter of the ChallengeResponses */
export const codePage = (answer: string): ChallengePage => ({
  fields: { code: 'code' },

  show(visit, step, problem) {
    const { say, call } = visit;
    const code = codeField({
      label: say('field.code'),
      autofocus: true,
      error: problem?.fields?.code,
    });
    const remember =
      asksToRemember(call, step) &&
      checkbox({
        name: 'remember',
        label: say('code.remember'),
        hint: say('code.rememberHint'),
        checked: step.notes.remember ?? false,
      });
    return {
      title: say('code.title'),
      lead: lead(say, step),
      graphic: graphics[step.challenge],
      problem,
      content: html`${stepForm(visit, step, html`${code}${remember}${button({ label: say('code.submit') })}`)}${waysOut(visit, step)}`,
    };
  },

  // However somebody has typed or pasted it.
  read: (_, { code = '' }) => ({ [answer]: code.replace(/\s/g, '') }),
});
