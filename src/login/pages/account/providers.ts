/** `/account/providers`: with which accounts elsewhere somebody can sign in. Only administrators link and unlink them, as in the API. */
import { html } from '../../../lib/html.ts';
import { identitiesOf } from '../../../user-pools/attributes/identities.ts';
import { accountPage } from './account-page.ts';
import { rows, time } from './rows.ts';

export const { show, submit } = accountPage({
  section: 'providers',

  show(visit) {
    const { say, call } = visit;
    const list = identitiesOf(call.signedIn.user.attributes).map(({ providerName, userId, dateCreated }) => ({
      title: providerName,
      details: [userId, say.html('account.providers.since', { time: time(visit, new Date(dateCreated)) ?? html`` })],
    }));
    return {
      title: say('account.providers.title'),
      lead: say('account.providers.unlink'),
      content: rows(list),
    };
  },

  actions: {},
});
