/** Sends e-mail to an SMTP server over a pool of connections. */
import type { Transporter } from 'nodemailer';
import { isOneAddress, oneLine } from './email-address.ts';
import { deliveryFailure, type OutgoingMessage, type Transport } from './transport.ts';

type SmtpError = { code?: string; responseCode?: number; response?: string; command?: string };

/** The reply's codes (RFC 5321 §4.2, RFC 3463) and the command it answers; its text may repeat the address, so it stays out. */
const summaryOf = ({ code, responseCode, response, command }: SmtpError): string => {
  const enhanced = response?.match(/^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/)?.[1];
  return ['SMTP', responseCode, enhanced, command && `at ${command}`, code && `(${code})`].filter(Boolean).join(' ');
};

// Only a refusal of this sender, recipient or message is final; a refused login or connection is for the operator to mend.
const isPermanent = ({ code, responseCode }: SmtpError): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') &&
  responseCode !== undefined &&
  responseCode >= 500 &&
  responseCode !== 530; // "authentication required", "issue STARTTLS first"

/**
 * @param url `smtp://user:password@host:port` (STARTTLS where offered; `?requireTLS=true` insists) or `smtps://…`
 * @param from sender of e-mail for pools that name none
 */
export const createSmtpTransport = ({ url, from }: { url: string; from: string }): Transport => {
  let connections: Promise<Transporter> | undefined;
  const connect = async (): Promise<Transporter> => {
    // A server that prints its messages never loads the library.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url,
      pool: true,
      maxConnections: 5,
      idleTimeout: 30_000,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };

  return {
    name: 'smtp',
    keepsContent: false,
    async send(message, signal) {
      if (message.medium !== 'EMAIL') throw deliveryFailure(`SMTP does not carry ${message.medium}`, true);
      if (!isOneAddress(message.destination)) throw deliveryFailure('the destination is not an e-mail address', true);
      connections ??= connect();
      const transporter = await connections;
      try {
        await transporter.sendMail({ ...mailOf(message, from), signal });
      } catch (error) {
        throw deliveryFailure(summaryOf(error as SmtpError), isPermanent(error as SmtpError), error);
      }
    },
    close() {
      void connections?.then(transporter => transporter.close());
    },
  };
};

const mailOf = ({ messageId, destination, content }: OutgoingMessage, defaultFrom: string) => {
  const from = oneLine(content.from ?? defaultFrom);
  const domain = from.match(/@([\w.-]+)>?$/)?.[1] ?? 'localhost';
  return {
    from,
    replyTo: content.replyTo === undefined ? undefined : oneLine(content.replyTo),
    to: { name: '', address: destination },
    subject: oneLine(content.subject ?? ''),
    text: content.text,
    html: content.html,
    // The same for every try, so that the receiver can tell a message that was sent twice.
    messageId: `<${messageId}@${domain}>`,
    // Asks auto-responders to keep silent (RFC 3834).
    headers: {
      'Auto-Submitted': 'auto-generated',
      // For the SMTP interface of SES; other servers do not know it.
      ...(content.configurationSet && { 'X-SES-CONFIGURATION-SET': oneLine(content.configurationSet) }),
    },
  };
};
