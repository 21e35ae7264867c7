/** WEB_AUTHN: a passkey of somebody whose name is known already. */
import { html } from '../../../lib/html.ts';
import { button, hidden } from '../form.ts';
import { passkeyScript } from '../passkey-script.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

export const webAuthnPage: ChallengePage = {
  show(visit, step, problem) {
    const { say } = visit;
    const content = html`${hidden({ credential: '' })}${button({
      label: say('passkey.submit'),
      id: 'passkey-button',
      concealed: true,
    })}<p class="error" id="passkey-problem" role="alert" hidden>${say('passkey.failed')}</p>`;
    return {
      title: say('passkey.title'),
      lead: say('passkey.lead'),
      problem,
      graphic: 'PASSKEY',
      content: html`${stepForm(visit, step, content, 'passkey')}<noscript><p>${say('passkey.needsScript')}</p></noscript>${waysOut(visit, step)}`,
      script: passkeyScript('atOnce', JSON.parse(step.parameters.CREDENTIAL_REQUEST_OPTIONS ?? '{}')),
    };
  },
  read: (_, { credential = '' }) => ({ CREDENTIAL: credential }),
};
