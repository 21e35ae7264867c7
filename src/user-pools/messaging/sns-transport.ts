/** Sends text messages with the API of Amazon SNS. */
import type { SNSClient, SNSClientConfig } from '@aws-sdk/client-sns';
import { isPhoneNumber } from '../attributes/values.ts';
import { regionOf } from './addressing.ts';
import { awsFailure } from './aws-failure.ts';
import { deliveryFailure, type OutgoingMessage, type Transport } from './transport.ts';

/** A number that is none, or whose owner wants no messages. */
const final = [
  'InvalidParameterException',
  'InvalidParameterValueException',
  'OptedOutException',
  'ValidationException',
];

const attribute = (name: string, value: string) => ({ [name]: { DataType: 'String', StringValue: value } });

/** A name, where the country allows one, or a number of the sender's own. */
const senderAttribute = (sender: string | undefined) => {
  if (sender === undefined) return {};
  return attribute(isPhoneNumber(sender) ? 'AWS.MM.SMS.OriginationNumber' : 'AWS.SNS.SMS.SenderID', sender);
};

const inputOf = ({ destination, content }: OutgoingMessage, sender: string | undefined) => ({
  PhoneNumber: destination,
  Message: content.text,
  MessageAttributes: { ...attribute('AWS.SNS.SMS.SMSType', 'Transactional'), ...senderAttribute(sender) },
});

/**
 * Credentials come from where every AWS SDK finds them. A pool's messages go through the region of its `SmsConfiguration`, else
 * its own.
 * @param sender sender id or phone number
 * @param settings for the SDK's client
 */
export const createSnsTransport = ({
  sender,
  ...settings
}: { sender?: string | undefined } & SNSClientConfig): Transport => {
  const clients = new Map<string, Promise<SNSClient>>();
  const connect = async (region: string): Promise<SNSClient> => {
    const { SNSClient } = await import('@aws-sdk/client-sns');
    // The outbox does the repeating.
    return new SNSClient({ maxAttempts: 1, ...settings, region });
  };
  const clientOf = (region: string) => clients.get(region) ?? clients.set(region, connect(region)).get(region);

  return {
    name: 'sns',
    keepsContent: false,
    async send(message, signal) {
      if (message.medium !== 'SMS') throw deliveryFailure(`SNS does not carry ${message.medium}`, true);
      const client = await clientOf(message.content.region ?? regionOf(message.poolId));
      const { PublishCommand } = await import('@aws-sdk/client-sns');
      try {
        await client?.send(new PublishCommand(inputOf(message, sender)), { abortSignal: signal });
      } catch (error) {
        throw awsFailure('SNS', final, error);
      }
    },
    close() {
      for (const client of clients.values()) void client.then(each => each.destroy());
    },
  };
};
