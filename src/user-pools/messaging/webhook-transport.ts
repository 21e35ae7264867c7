/** Hands messages over to an HTTP service of the operator's, as signed webhooks (Standard Webhooks 1.0). */
import type { Clock } from '../../lib/clock.ts';
import { signWebhook, webhookKey } from '../../lib/webhook-signature.ts';
import { accessDenied, deliveryFailure, type OutgoingMessage, type Transport } from './transport.ts';

/** The service does not believe the signature, or is not there: for the operator to mend, who may do so at any time. */
const denials = [401, 403];
/** Of the refusals, those that another try may cure: also an address that has moved, or is not there yet. */
const temporary = [404, 405, 408, 409, 421, 425, 429];

const failureOf = (status: number): Error | undefined => {
  if (status >= 200 && status < 300) return undefined;
  const summary = `webhook answered ${status}`;
  if (denials.includes(status)) return accessDenied(summary);
  return deliveryFailure(summary, status >= 400 && status < 500 && !temporary.includes(status));
};

const bodyOf = ({ messageId, poolId, destination, purpose, content }: OutgoingMessage, sender: string | undefined) => ({
  messageId,
  to: destination,
  from: sender,
  text: content.text,
  purpose,
  userPoolId: poolId,
});

/**
 * @param url where the messages go; a user name and password in it become an Authorization header
 * @param secret `whsec_…`; several, separated by commas, while one is being replaced
 * @throws Error when a secret cannot be read
 */
export const createSmsWebhook = ({
  url,
  secret,
  sender,
  clock,
}: {
  url: string;
  secret: string;
  sender?: string | undefined;
  clock: Clock;
}): Transport => {
  const address = new URL(url);
  const { username, password } = address;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  address.username = '';
  address.password = '';
  const keys = secret.split(',').map(each => webhookKey(each.trim()));

  return {
    name: 'webhook',
    keepsContent: false,
    async send(message, signal) {
      if (message.medium !== 'SMS') throw deliveryFailure(`the webhook does not carry ${message.medium}`, true);
      const now = clock.now();
      const data = bodyOf(message, sender);
      const body = JSON.stringify({ type: 'sms.send', timestamp: new Date(now).toISOString(), data });
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Cenote',
          ...(username === '' ? {} : { authorization: `Basic ${login}` }),
          ...signWebhook(keys, { id: message.messageId, now, body }),
        },
        body,
        // The code is for this address only.
        redirect: 'manual',
        signal,
      }).catch(error => {
        throw deliveryFailure('webhook cannot be reached', false, error);
      });
      await response.body?.cancel();
      const failure = failureOf(response.status);
      if (failure !== undefined) throw failure;
    },
  };
};
