/** The page on which a new account is confirmed by the code that was sent. */
import { html } from '../../lib/html.ts';
import { button, codeField, form, hidden } from './form.ts';
import { nameField } from './names.ts';
import type { Problem } from './refusals.ts';
import { type ErrandVisit, linkTo, type Page } from './visit.ts';

/** What the sign-up leaves behind for the sign-in after it; both are sealed. */
export type SignUpTrace = {
  /** The Session of SignUp. */ sign_up?: string | undefined /** See `sealSignUpProof`. */;
  proof?: string | undefined;
};

type State = {
  username?: string | undefined;
  /** Where the code has gone, masked. */
  destination?: string | undefined;
  trace?: SignUpTrace | undefined;
  problem?: Problem | undefined;
  notice?: string | undefined;
};

export const confirmPage = (visit: ErrandVisit, state: State = {}): Page => {
  const { say } = visit;
  const { username, destination, trace = {}, problem, notice } = state;
  const name = username === undefined ? nameField(visit, { error: problem?.fields?.username }) : hidden({ username });
  const code = codeField({
    id: 'verification_code',
    label: say('field.code'),
    maxlength: 2048,
    autofocus: username !== undefined,
    error: problem?.fields?.code,
  });
  const confirming = form(visit, {
    action: '/confirm',
    content: html`${name}${hidden(trace)}${code}${button({ label: say('confirm.submit'), name: 'confirm' })}`,
  });
  const resending =
    username !== undefined &&
    form(visit, {
      action: '/resendcode',
      content: html`${hidden({ username, ...trace })}<p>${say('confirm.none')} ${button({ label: say('confirm.resend'), name: 'resend', kind: 'link' })}</p>`,
    });
  return {
    title: say('confirm.title'),
    lead: destination === undefined ? say('confirm.lead') : say('confirm.sent', { destination }),
    problem,
    notice,
    content: html`${confirming}<div class="links">${resending}<p><a href="${linkTo(visit, '/login')}">${say('signIn.again')}</a></p></div>`,
  };
};
