/** `/account/delete`: deletes the account, once its owner has typed its name. */
import { html } from '../../../lib/html.ts';
import { shownName } from '../../../user-pools/call/sign-in-names.ts';
import { deleteUser } from '../../../user-pools/users/account.ts';
import { endBrowserSession } from '../../browser-session.ts';
import { button, field, form, hidden } from '../form.ts';
import { type AccountVisit, accountPage } from './account-page.ts';

const nameOf = ({ call }: AccountVisit): string => shownName(call.pool, call.signedIn.user);

export const { show, submit } = accountPage({
  section: 'delete',
  needsRecentSignIn: true,

  show(visit, { problem }) {
    const { say } = visit;
    const confirmation = field({
      name: 'confirmation',
      label: say('account.delete.confirm', { name: nameOf(visit) }),
      autocomplete: 'off',
      maxlength: 2048,
      error: problem?.fields?.confirmation,
    });
    return {
      title: say('account.delete.title'),
      lead: say('account.delete.lead'),
      content: form(visit, {
        content: html`${hidden({ action: 'delete' })}${confirmation}${button({ label: say('account.delete.submit') })}`,
      }),
    };
  },

  actions: {
    async delete(visit) {
      const { say, call, request, reply, form: fields } = visit;
      if (fields.confirmation?.trim() !== nameOf(visit))
        return { problem: { fields: { confirmation: say('account.delete.differs') } } };
      await deleteUser(call, { AccessToken: '' });
      await endBrowserSession(call, request, reply);
      return { title: say('account.delete.title'), notice: say('account.delete.done'), content: html`` };
    },
  },
});
