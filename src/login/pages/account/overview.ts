/** `/account`: what somebody can look after here, and the end of their session in this browser. */
import { html } from '../../../lib/html.ts';
import { shownName } from '../../../user-pools/call/sign-in-names.ts';
import { endBrowserSession } from '../../browser-session.ts';
import { signInFirst } from '../own-page.ts';
import { linkTo } from '../visit.ts';
import { accountPage, buttonForm, titleOf } from './account-page.ts';
import { rows } from './rows.ts';
import { pathOf, sectionNames, sections } from './sections.ts';

export const { show, submit } = accountPage({
  show(visit) {
    const { say, call } = visit;
    const { user } = call.signedIn;
    const offered = sectionNames.filter(name => sections[name].isFor(call.pool, user));
    const list = offered.map(name => ({
      title: html`<a href="${linkTo(visit, pathOf(name))}">${say(titleOf(name))}</a>`,
      details: [say(`account.${name}.about`)],
    }));
    return {
      title: say('account.title'),
      lead: say('account.lead', { name: shownName(call.pool, user) }),
      content: html`${rows(list)}${buttonForm(visit, {
        label: say('account.signOut'),
        action: 'sign-out',
        kind: 'secondary',
      })}`,
    };
  },

  actions: {
    'sign-out': async ({ call, request, reply }) => {
      await endBrowserSession(call, request, reply);
      return signInFirst('account', call.client);
    },
  },
});
