/** The page on which a forgotten password is replaced, with the code that was sent. */
import { html } from '../../lib/html.ts';
import { button, codeField, form, hidden } from './form.ts';
import { nameField } from './names.ts';
import { newPasswordFields } from './password-fields.ts';
import type { Problem } from './refusals.ts';
import { type ErrandVisit, linkTo, type Page } from './visit.ts';

type State = {
  username?: string | undefined;
  /** Where the code has gone, masked. */
  delivery?: { medium: string | undefined; destination: string } | undefined;
  problem?: Problem | undefined;
};

export const resetPage = (visit: ErrandVisit, { username, delivery, problem }: State = {}): Page => {
  const { say } = visit;
  const name = username === undefined ? nameField(visit, { error: problem?.fields?.username }) : hidden({ username });
  const code = codeField({
    id: 'forgot_password_code',
    label: say('field.code'),
    maxlength: 2048,
    autofocus: username !== undefined && problem?.fields === undefined,
    error: problem?.fields?.code,
  });
  const setting = form(visit, {
    action: '/confirmforgotPassword',
    content: html`${name}${code}${newPasswordFields(visit, { problem })}${button({ label: say('reset.submit'), name: 'reset_password' })}`,
  });
  const again =
    username !== undefined &&
    form(visit, {
      action: '/forgotPassword',
      content: html`${hidden({ username })}<p>${say('confirm.none')} ${button({ label: say('confirm.resend'), kind: 'link' })}</p>`,
    });
  const sent =
    delivery &&
    say(delivery.medium === 'SMS' ? 'code.sentSms' : 'code.sentEmail', { destination: delivery.destination });
  return {
    title: say('reset.title'),
    lead: sent ?? say('confirm.lead'),
    problem,
    content: html`${setting}<div class="links">${again}<p><a href="${linkTo(visit, '/login')}">${say('signIn.again')}</a></p></div>`,
  };
};
