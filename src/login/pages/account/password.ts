/** `/account/password`: changes the password, or sets a first one. */
import { AwsError } from '../../../contract/errors.ts';
import { html } from '../../../lib/html.ts';
import { changePassword } from '../../../user-pools/users/account.ts';
import { button, field, form, hidden } from '../form.ts';
import { newPasswordFields, newPasswordNames, readNewPassword } from '../password-fields.ts';
import { problemOf } from '../refusals.ts';
import { accountPage } from './account-page.ts';

const previous = 'previous_password';

/** The sentence names the username, which nobody has typed here. */
const isWrongPassword = (thrown: unknown): boolean =>
  thrown instanceof AwsError && thrown.message === 'Incorrect username or password.';

export const { show, submit } = accountPage({
  section: 'password',
  needsRecentSignIn: true,

  show(visit, { problem }) {
    const { say, call } = visit;
    const has = call.signedIn.user.password !== null;
    const old =
      has &&
      field({
        name: previous,
        type: 'password',
        label: say('account.password.previous'),
        autocomplete: 'current-password',
        maxlength: 256,
        error: problem?.fields?.[previous],
      });
    return {
      title: say('account.password.title'),
      lead: has ? undefined : say('account.password.first'),
      content: form(visit, {
        content: html`${hidden({ action: 'change' })}${old}${newPasswordFields(visit, { problem })}${button({
          label: say('account.password.submit'),
        })}`,
      }),
    };
  },

  actions: {
    async change({ say, form: fields, call }) {
      const chosen = readNewPassword(say, fields);
      if (typeof chosen !== 'string') return { problem: chosen };
      const PreviousPassword = fields[previous] || undefined;
      if (call.signedIn.user.password !== null && PreviousPassword === undefined)
        return { problem: { fields: { [previous]: say('refused.missing') } } };
      await changePassword(call, { AccessToken: '', PreviousPassword, ProposedPassword: chosen });
      return { notice: say('account.password.done') };
    },
  },

  problemOf: ({ say }, thrown) =>
    isWrongPassword(thrown)
      ? { fields: { [previous]: say('account.password.wrong') }, refused: 'NotAuthorizedException' }
      : problemOf(say, thrown, newPasswordNames),
});
