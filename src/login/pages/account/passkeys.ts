/** `/account/passkeys`: the passkeys of the account, their end, and the way to another one. */
import { html } from '../../../lib/html.ts';
import { deleteWebAuthnCredential, listWebAuthnCredentials } from '../../../user-pools/factors/passkeys.ts';
import { accountPage, buttonForm } from './account-page.ts';
import { rows, time } from './rows.ts';

export const { show, submit } = accountPage({
  section: 'passkeys',
  needsRecentSignIn: true,

  async show(visit) {
    const { say, call } = visit;
    const { Credentials = [] } = await listWebAuthnCredentials(call, { AccessToken: '' });
    const list = Credentials.map(({ CredentialId: id = '', FriendlyCredentialName: name = '', CreatedAt }) => ({
      title: name,
      details: [say.html('account.made', { time: time(visit, CreatedAt) ?? html`` })],
      actions: buttonForm(visit, {
        label: say('account.passkeys.delete', { name }),
        action: 'delete',
        fields: { passkey: id },
      }),
    }));
    const query = new URLSearchParams({ client_id: call.client.id, return: 'account' });
    return {
      title: say('account.passkeys.title'),
      lead: list.length === 0 ? say('account.passkeys.none') : undefined,
      content: html`${rows(list)}<p><a href="/passkeys/add?${query.toString()}">${say('addPasskey.title')}</a></p>`,
    };
  },

  actions: {
    async delete({ say, call, form: { passkey = '' } }) {
      if (passkey === '') return {};
      await deleteWebAuthnCredential(call, { AccessToken: '', CredentialId: passkey });
      return { notice: say('account.passkeys.done') };
    },
  },
});
