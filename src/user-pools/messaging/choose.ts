/** Which transport carries which medium, from the settings. */
import type { Clock } from '../../lib/clock.ts';
import { createLogTransport } from './log-transport.ts';
import { createSesTransport } from './ses-transport.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import { createSnsTransport } from './sns-transport.ts';
import type { Transport, Transports } from './transport.ts';
import { createSmsWebhook } from './webhook-transport.ts';

export type MessageRoutes = {
  /** undefined: by SMTP where a server is named, else printed. */
  email: 'log' | 'smtp' | 'ses' | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  sesEndpoint: string | undefined;
  /** `log`, `sns`, or the URL of a webhook. */
  sms: string;
  snsEndpoint: string | undefined;
  smsSender: string | undefined;
  smsSecret: string | undefined;
};

const withEndpoint = (endpoint: string | undefined) => (endpoint === undefined ? {} : { endpoint });

const chooseEmail = (routes: MessageRoutes, log: Transport): Transport => {
  const { smtpUrl, mailFrom: from, sesEndpoint, email = smtpUrl === undefined ? 'log' : 'smtp' } = routes;
  if (email === 'log') return log;
  if (email === 'ses') return createSesTransport({ from, ...withEndpoint(sesEndpoint) });
  if (smtpUrl === undefined) throw new Error('CENOTE_EMAIL=smtp needs CENOTE_SMTP_URL');
  return createSmtpTransport({ url: smtpUrl, from });
};

const chooseSms = (routes: MessageRoutes, log: Transport, clock: Clock): Transport => {
  const { sms, smsSender: sender, snsEndpoint, smsSecret: secret } = routes;
  if (sms === 'log') return log;
  if (sms === 'sns') return createSnsTransport({ sender, ...withEndpoint(snsEndpoint) });
  if (secret === undefined)
    throw new Error('a webhook in CENOTE_SMS needs CENOTE_SMS_SECRET, which signs the messages');
  return createSmsWebhook({ url: sms, secret, sender, clock });
};

/**
 * @param write takes what is printed, see `createLogTransport`
 * @throws Error when a setting lacks another
 */
export const chooseTransports = (
  routes: MessageRoutes,
  { write, clock }: { write: (block: string) => void; clock: Clock },
): Transports => {
  const log = createLogTransport(write);
  return { EMAIL: chooseEmail(routes, log), SMS: chooseSms(routes, log, clock) };
};
