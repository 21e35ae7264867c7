/** NEW_PASSWORD_REQUIRED: a password of one's own in place of a temporary one, and the attributes that are missing. */
import { html } from '../../../lib/html.ts';
import { attributeField, attributeFields, readAttributeFields } from '../attribute-fields.ts';
import { button } from '../form.ts';
import { newPasswordFields, newPasswordNames, readNewPassword } from '../password-fields.ts';
import type { Step } from '../step.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

const prefix = 'userAttributes.';

const missing = ({ parameters }: Step): string[] =>
  (JSON.parse(parameters.requiredAttributes ?? '[]') as string[]).map(name => name.slice(prefix.length));

export const newPasswordPage: ChallengePage = {
  fields: { password: newPasswordNames.password, attribute: attributeField },

  show(visit, step, problem) {
    const { say } = visit;
    const password = newPasswordFields(visit, { problem, autofocus: problem?.fields === undefined });
    const attributes = attributeFields(visit, missing(step), { values: visit.form, errors: problem?.fields });
    return {
      title: say('newPassword.title'),
      lead: say('newPassword.lead'),
      problem,
      content: html`${stepForm(visit, step, html`${password}${attributes}${button({ label: say('newPassword.submit') })}`)}${waysOut(visit, step)}`,
    };
  },

  read({ say }, form, step) {
    const password = readNewPassword(say, form);
    if (typeof password !== 'string') return password;
    const given = Object.entries(readAttributeFields(form, missing(step)));
    return { NEW_PASSWORD: password, ...Object.fromEntries(given.map(([name, value]) => [prefix + name, value])) };
  },
};
