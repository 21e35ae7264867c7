/** CUSTOM_CHALLENGE: whatever the pool's functions ask. What they say publicly is shown under its own name. */
import { html } from '../../../lib/html.ts';
import { button, field } from '../form.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

export const customPage: ChallengePage = {
  show(visit, step, problem) {
    const { say } = visit;
    const said = Object.entries(step.parameters).filter(([name]) => name !== 'USERNAME');
    const list = html`<dl>${said.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
    const answer = field({ name: 'answer', label: say('field.answer'), autocomplete: 'off', autofocus: true });
    return {
      title: say('custom.title'),
      lead: say('custom.lead'),
      problem,
      content: html`${said.length > 0 && list}${stepForm(visit, step, html`${answer}${button({ label: say('custom.submit') })}`)}${waysOut(visit, step)}`,
    };
  },
  read: (_, { answer = '' }) => ({ ANSWER: answer }),
};
