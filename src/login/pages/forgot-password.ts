/** `/forgotPassword`: ForgotPassword. */
import { html } from '../../lib/html.ts';
import { forgotPassword } from '../../user-pools/users/recovery.ts';
import { button, form } from './form.ts';
import { nameField } from './names.ts';
import { type Problem, problemOf } from './refusals.ts';
import { resetPage } from './reset-page.ts';
import { contextOf } from './sign-in.ts';
import { type Answer, type ErrandVisit, linkTo, type Page } from './visit.ts';

const forgotPage = (visit: ErrandVisit, username: string | undefined, problem?: Problem): Page => {
  const { say } = visit;
  const name = nameField(visit, { value: username, autofocus: true, error: problem?.fields?.username });
  return {
    title: say('forgot.title'),
    lead: say('forgot.lead'),
    problem,
    content: html`${form(visit, {
      action: '/forgotPassword',
      content: html`${name}${button({ label: say('forgot.submit'), name: 'reset_my_password' })}`,
    })}<div class="links"><p><a href="${linkTo(visit, '/login')}">${say('signIn.again')}</a></p></div>`,
  };
};

export const show = (visit: ErrandVisit): Answer => forgotPage(visit, visit.errand.loginHint);

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { call, form: fields, say } = visit;
  const username = fields.username?.trim() ?? '';
  if (username === '') return forgotPage(visit, username, { fields: { username: say('refused.missing') } });
  try {
    const { CodeDeliveryDetails: details } = await forgotPassword(call, {
      ClientId: call.client.id,
      Username: username,
      UserContextData: contextOf(fields),
    });
    const delivery = { medium: details?.DeliveryMedium, destination: details?.Destination ?? '' };
    return resetPage(visit, { username, delivery });
  } catch (thrown) {
    return forgotPage(visit, username, problemOf(say, thrown));
  }
};
