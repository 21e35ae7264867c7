/** What the forms of all challenges have in common. */
import { type Html, html } from '../../../lib/html.ts';
import { button, form, hidden } from '../form.ts';
import { type Step, sealStep, stepField } from '../step.ts';
import { type ErrandVisit, linkTo } from '../visit.ts';

/** A form that answers the step. */
export const stepForm = (visit: ErrandVisit, step: Step, content: Html, id?: string): Html =>
  form(visit, {
    action: '/login',
    id,
    content: html`${hidden({ [stepField]: sealStep(visit.call, step) })}${content}`,
  });

/** The ways out of a step: another factor where there is one, and the beginning. */
export const waysOut = (visit: ErrandVisit, step: Step): Html => {
  const { say } = visit;
  const { username, available = [] } = step;
  const others = available.filter(name => name !== 'PASSWORD_SRP');
  const another =
    others.length > 1 &&
    form(visit, {
      action: '/login',
      content: html`${hidden({ username, choose: 'true' })}${button({ label: say('choose.other'), kind: 'link' })}`,
    });
  return html`<div class="links">${another}<p><a href="${linkTo(visit, '/login')}">${say('signIn.again')}</a></p></div>`;
};
