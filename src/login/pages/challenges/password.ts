/** PASSWORD: of somebody whose name is known already. */
import { html } from '../../../lib/html.ts';
import { isAdminOnly } from '../../../user-pools/factors/contacts.ts';
import { button, field } from '../form.ts';
import { linkTo } from '../visit.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

export const passwordPage: ChallengePage = {
  show(visit, step, problem) {
    const { say, call } = visit;
    const { username } = step;
    // Read by password managers, which keep name and password together.
    const name = html`<input type="text" name="username" value="${username}" autocomplete="username" readonly hidden>`;
    const password = field({
      name: 'password',
      id: 'signInFormPassword',
      type: 'password',
      label: say('field.password'),
      autocomplete: 'current-password',
      autofocus: true,
    });
    const forgot =
      !isAdminOnly(call.pool) &&
      html`<p class="aside redirect-customizable"><a href="${linkTo(visit, '/forgotPassword')}">${say('signIn.forgot')}</a></p>`;
    return {
      title: say('password.title'),
      lead: say('choose.lead', { name: username }),
      problem,
      graphic: 'PASSWORD',
      content: html`${stepForm(visit, step, html`${name}${password}${forgot}${button({ label: say('signIn.submit') })}`)}${waysOut(visit, step)}`,
    };
  },
  read: (_, { password = '' }) => ({ PASSWORD: password }),
};
