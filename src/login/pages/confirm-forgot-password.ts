/** `/confirmforgotPassword`: ConfirmForgotPassword, and back to the sign-in with the new password. */
import { confirmForgotPassword } from '../../user-pools/users/recovery.ts';
import { newPasswordNames, readNewPassword } from './password-fields.ts';
import { problemOf } from './refusals.ts';
import { resetPage } from './reset-page.ts';
import { contextOf } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import type { Answer, ErrandVisit } from './visit.ts';

export const show = (visit: ErrandVisit): Answer => resetPage(visit);

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { call, form, say } = visit;
  const username = form.username?.trim() ?? '';
  if (username === '') return resetPage(visit, { problem: { fields: { username: say('refused.missing') } } });
  const password = readNewPassword(say, form);
  if (typeof password !== 'string') return resetPage(visit, { username, problem: password });
  try {
    await confirmForgotPassword(call, {
      ClientId: call.client.id,
      Username: username,
      ConfirmationCode: (form.code ?? '').replace(/\s/g, ''),
      Password: password,
      UserContextData: contextOf(form),
    });
    return signInPage(visit, { username, notice: say('reset.done') });
  } catch (thrown) {
    const problem = problemOf(say, thrown, { code: 'code', password: newPasswordNames.password });
    return resetPage(visit, { username, problem });
  }
};
