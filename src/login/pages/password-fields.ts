/** The fields for a new password, which is typed twice, with what the pool demands of it. */
import { type Html, html } from '../../lib/html.ts';
import type { UserPool } from '../../storage/pools.ts';
import { policyOf } from '../../user-pools/pools/password-policy.ts';
import { field } from './form.ts';
import type { Say } from './language.ts';
import type { Problem } from './refusals.ts';
import type { Form, Visit } from './visit.ts';

const rulesOf = (say: Say, pool: UserPool): string[] => {
  const { MinimumLength = 8, ...policy } = policyOf(pool);
  return [
    say('passwordRules.length', { count: MinimumLength }),
    ...(policy.RequireLowercase ? [say('passwordRules.lowercase')] : []),
    ...(policy.RequireUppercase ? [say('passwordRules.uppercase')] : []),
    ...(policy.RequireNumbers ? [say('passwordRules.number')] : []),
    ...(policy.RequireSymbols ? [say('passwordRules.symbol')] : []),
  ];
};

export const passwordRules = ({ say, call }: Pick<Visit, 'say' | 'call'>): Html =>
  html`<ul class="rules passwordCheck-notValid-customizable">${rulesOf(say, call.pool).map(rule => html`<li>${rule}</li>`)}</ul>`;

type Names = { password: string; again: string };
/** As in Cognito's forms. */
export const newPasswordNames: Names = { password: 'new_password', again: 'confirm_password' };

export const newPasswordFields = (
  visit: Pick<Visit, 'say' | 'call'>,
  { problem, autofocus = false }: { problem?: Problem | undefined; autofocus?: boolean } = {},
): Html => {
  const { say } = visit;
  const { password, again } = newPasswordNames;
  const common = { type: 'password', autocomplete: 'new-password', maxlength: 256 } as const;
  return html`${field({
    ...common,
    name: password,
    label: say('field.newPassword'),
    autofocus,
    error: problem?.fields?.[password],
  })}${field({ ...common, name: again, label: say('field.confirmPassword'), error: problem?.fields?.[again] })}<div class="field">${passwordRules(visit)}</div>`;
};

/** The new password of the form, or that it was typed in two ways. A form without the second field is taken at its word. */
export const readNewPassword = (say: Say, form: Form): string | Problem => {
  const { password, again } = newPasswordNames;
  const { [password]: plain = '', [again]: repeated = plain } = form;
  return plain === repeated ? plain : { fields: { [again]: say('refused.passwordsDiffer') } };
};
