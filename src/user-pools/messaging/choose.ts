/** Which transport carries which medium, from the settings. */
import { createLogTransport } from './log-transport.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import type { Transports } from './transport.ts';

/**
 * E-mail goes by SMTP where a server is set; all else is printed.
 * @param write takes what is printed, see `createLogTransport`
 */
export const chooseTransports = (
  { smtpUrl, mailFrom }: { smtpUrl?: string | undefined; mailFrom: string },
  write: (block: string) => void,
): Transports => {
  const log = createLogTransport(write);
  return {
    EMAIL: smtpUrl === undefined ? log : createSmtpTransport({ url: smtpUrl, from: mailFrom }),
    SMS: log,
  };
};
