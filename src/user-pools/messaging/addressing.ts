/** Who sends a pool's messages, and through which part of AWS: EmailConfiguration and SmsConfiguration. Pure. */
import type { EmailConfigurationType, SmsConfigurationType } from '@aws-sdk/client-cognito-identity-provider';

/** What transports read besides the text. */
export type Addressing = {
  /** Absent: the server's own address. */
  from?: string | undefined;
  replyTo?: string | undefined;
  /** SES puts the message under it; mail servers of SES read it in a header. */
  configurationSet?: string;
  /** The SES identity that the pool sends as. */
  identityArn?: string;
  /** Where Amazon SNS sends text messages; absent: in the pool's own region. */
  region?: string;
};

/** SES identities are addresses or domains; Cognito sends from an identity that is an address when `From` is absent. */
const senderOf = (email: EmailConfigurationType): string | undefined => {
  const identity = email.SourceArn?.split(':identity/')[1];
  return email.From ?? (identity?.includes('@') ? identity : undefined);
};

export const emailAddressing = (email: EmailConfigurationType = {}): Addressing => ({
  from: senderOf(email),
  replyTo: email.ReplyToEmailAddress,
  ...(email.ConfigurationSet && { configurationSet: email.ConfigurationSet }),
  ...(email.SourceArn && { identityArn: email.SourceArn }),
});

export const smsAddressing = (sms: SmsConfigurationType = {}): Addressing =>
  sms.SnsRegion ? { region: sms.SnsRegion } : {};

/** The region that a pool's id begins with. */
export const regionOf = (poolId: string): string => poolId.split('_')[0] ?? '';
