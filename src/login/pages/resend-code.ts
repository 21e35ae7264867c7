/** `/resendcode`: ResendConfirmationCode. */
import { resendConfirmationCode } from '../../user-pools/users/sign-up.ts';
import { confirmPage } from './confirm-page.ts';
import { problemOf } from './refusals.ts';
import { contextOf } from './sign-in.ts';
import { traceOf } from './sign-up-trace.ts';
import type { Answer, ErrandVisit } from './visit.ts';

export const show = (visit: ErrandVisit): Answer => confirmPage(visit);

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { call, form, say } = visit;
  const [username, trace] = [form.username?.trim() ?? '', traceOf(form)];
  if (username === '') return confirmPage(visit, { problem: { fields: { username: say('refused.missing') } } });
  try {
    const { CodeDeliveryDetails } = await resendConfirmationCode(call, {
      ClientId: call.client.id,
      Username: username,
      UserContextData: contextOf(form),
    });
    const { Destination: destination = '' } = CodeDeliveryDetails ?? {};
    return confirmPage(visit, { username, trace, notice: say('confirm.resent', { destination }) });
  } catch (thrown) {
    return confirmPage(visit, { username, trace, problem: problemOf(say, thrown) });
  }
};
