/** CustomEmailSender and CustomSMSSender: functions that send messages in place of the server, each for one medium. */
import type { UserPool } from '../../storage/pools.ts';
import type { CustomSender, MessageOccasion, SenderRequest, SenderSource, StringMap } from './catalog.ts';
import { envelope, type Subject, type TriggerCall } from './invoke.ts';

const senders = {
  EMAIL: { trigger: 'CustomEmailSender', type: 'customEmailSenderRequestV1' },
  SMS: { trigger: 'CustomSMSSender', type: 'customSMSSenderRequestV1' },
} as const satisfies Record<string, { trigger: CustomSender; type: SenderRequest['type'] }>;

type Medium = keyof typeof senders;

/** The function that sends messages of this medium, and the key that its codes are encrypted with. */
export const customSender = (
  { config: { LambdaConfig = {} } }: Pick<UserPool, 'config'>,
  medium: Medium,
): { arn: string; key: string } | undefined => {
  const arn = LambdaConfig[senders[medium].trigger]?.LambdaArn;
  return arn === undefined || LambdaConfig.KMSKeyID === undefined ? undefined : { arn, key: LambdaConfig.KMSKeyID };
};

/** Cognito passes ClientMetadata on with these only. */
const toldMetadata: readonly MessageOccasion[] = ['SignUp', 'ForgotPassword', 'Authentication'];

/**
 * The event for the function: as that of every trigger, without a `response`.
 * @param message.code encrypted
 */
export const senderEvent = (
  call: TriggerCall,
  { userName, attributes }: Subject,
  message: { occasion: MessageOccasion; medium: Medium; code: string | null; clientMetadata: StringMap | undefined },
) => {
  const { trigger, type } = senders[message.medium];
  const clientMetadata = toldMetadata.includes(message.occasion) ? (message.clientMetadata ?? null) : null;
  const request: SenderRequest = { type, code: message.code, clientMetadata, userAttributes: attributes };
  const source: SenderSource = `${trigger}_${message.occasion}`;
  return { ...envelope(call, source, userName), request };
};
