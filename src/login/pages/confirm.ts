/** `/confirm`: ConfirmSignUp, and the sign-in that follows it without another word where that is possible. */
import { AwsError } from '../../contract/errors.ts';
import { confirmSignUp } from '../../user-pools/users/confirm-sign-up.ts';
import { confirmPage } from './confirm-page.ts';
import { problemOf } from './refusals.ts';
import { contextOf } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import { traceOf } from './sign-up-trace.ts';
import { goesOnAfterSignUp, resumeSignIn, signInAfterSignUp } from './start-sign-in.ts';
import type { Answer, ErrandVisit } from './visit.ts';

export const show = (visit: ErrandVisit): Answer => confirmPage(visit);

/** Confirmed. A sign-in that has meanwhile become impossible (the code came late) begins anew. */
const signIn = async (visit: ErrandVisit, username: string, session: string | undefined): Promise<Answer> => {
  const { proof } = traceOf(visit.form);
  try {
    if (!goesOnAfterSignUp(visit)) return signInPage(visit, { username, notice: visit.say('confirm.done') });
    if (proof !== undefined) return await resumeSignIn(visit, username, proof);
    if (session !== undefined) return await signInAfterSignUp(visit, username, session);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
  }
  return signInPage(visit, { username, notice: visit.say('confirm.done') });
};

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { call, form, say } = visit;
  const [username, trace] = [form.username?.trim() ?? '', traceOf(form)];
  if (username === '') return confirmPage(visit, { problem: { fields: { username: say('refused.missing') } } });
  try {
    const { Session } = await confirmSignUp(call, {
      ClientId: call.client.id,
      Username: username,
      ConfirmationCode: (form.code ?? '').replace(/\s/g, ''),
      Session: trace.sign_up,
      UserContextData: contextOf(form),
    });
    return await signIn(visit, username, Session);
  } catch (thrown) {
    return confirmPage(visit, { username, trace, problem: problemOf(say, thrown, { code: 'code' }) });
  }
};
