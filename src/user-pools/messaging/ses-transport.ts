/** Sends e-mail with the API of Amazon SES (version 2). */
import type { SESv2Client, SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { regionOf } from './addressing.ts';
import { awsFailure } from './aws-failure.ts';
import { asciiSender, isOneAddress, oneLine } from './email-address.ts';
import { deliveryFailure, type OutgoingMessage, type Transport } from './transport.ts';

/** A message that SES rejects, or cannot read: also one to an address that is not verified, in its sandbox. */
const final = ['MessageRejected', 'BadRequestException'];

const regionOfMessage = ({ content, poolId }: OutgoingMessage): string =>
  content.identityArn?.split(':')[3] || regionOf(poolId);

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

const inputOf = ({ messageId, destination, content }: OutgoingMessage, defaultFrom: string) => ({
  FromEmailAddress: asciiSender(content.from ?? defaultFrom),
  FromEmailAddressIdentityArn: content.from === undefined ? undefined : content.identityArn,
  Destination: { ToAddresses: [destination] },
  ReplyToAddresses: content.replyTo === undefined ? undefined : [asciiSender(content.replyTo)],
  ConfigurationSetName: content.configurationSet,
  Content: {
    Simple: {
      Subject: utf8(oneLine(content.subject ?? '')),
      Body: { Text: utf8(content.text), Html: content.html === undefined ? undefined : utf8(content.html) },
      Headers: [
        // The same for every try, so that the receiver can tell a message that was sent twice.
        { Name: 'X-Cenote-Message-Id', Value: messageId },
        // Asks auto-responders to keep silent (RFC 3834).
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
      ],
    },
  },
});

/**
 * Credentials come from where every AWS SDK finds them. A pool's messages go through the region of its `SourceArn`, else its own.
 * @param from sender of e-mail for pools that name none
 * @param settings for the SDK's client
 */
export const createSesTransport = ({ from, ...settings }: { from: string } & SESv2ClientConfig): Transport => {
  const clients = new Map<string, Promise<SESv2Client>>();
  const connect = async (region: string): Promise<SESv2Client> => {
    const { SESv2Client } = await import('@aws-sdk/client-sesv2');
    // The outbox does the repeating.
    return new SESv2Client({ maxAttempts: 1, ...settings, region });
  };
  const clientOf = (region: string) => clients.get(region) ?? clients.set(region, connect(region)).get(region);

  return {
    name: 'ses',
    keepsContent: false,
    async send(message, signal) {
      if (message.medium !== 'EMAIL') throw deliveryFailure(`SES does not carry ${message.medium}`, true);
      if (!isOneAddress(message.destination)) throw deliveryFailure('the destination is not an e-mail address', true);
      const client = await clientOf(regionOfMessage(message));
      const { SendEmailCommand } = await import('@aws-sdk/client-sesv2');
      try {
        await client?.send(new SendEmailCommand(inputOf(message, from)), { abortSignal: signal });
      } catch (error) {
        throw awsFailure('SES', final, error);
      }
    },
    close() {
      for (const client of clients.values()) void client.then(each => each.destroy());
    },
  };
};
