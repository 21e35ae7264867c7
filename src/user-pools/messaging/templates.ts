/** What a message says: the pool's templates, or Cognito's own texts, with their placeholders filled in. */
import type { EmailMfaConfigType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { escapeHtml, htmlToText } from './html.ts';

/** Why a message is sent: the sources of the CustomMessage trigger without `CustomMessage_`. */
export type MessagePurpose =
  | 'SignUp'
  | 'AdminCreateUser'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute'
  | 'Authentication';

export type Medium = 'EMAIL' | 'SMS';

/** A message as it goes out. An SMS has `text` only; an e-mail without `from` is sent from the server's own address. */
export type MessageContent = { from?: string; replyTo?: string; subject?: string; text: string; html?: string };

/** The members of a user pool that decide what its messages say. */
export type MessageSettings = Pick<
  UserPoolType,
  | 'AdminCreateUserConfig'
  | 'EmailConfiguration'
  | 'EmailVerificationMessage'
  | 'EmailVerificationSubject'
  | 'SmsAuthenticationMessage'
  | 'SmsVerificationMessage'
  | 'VerificationMessageTemplate'
> & { EmailMfaConfiguration?: EmailMfaConfigType };

type Template = { subject: string; email: string; sms: string };

/**
 * The texts that carry a confirmation code. `VerificationMessageTemplate` wins over the members that it took the place of.
 * Its `…ByLink` texts need a page to link to: until there is one, a pool with CONFIRM_WITH_LINK sends the code.
 */
const verification = (pool: MessageSettings): Template => {
  const template = pool.VerificationMessageTemplate;
  return {
    subject: template?.EmailSubject ?? pool.EmailVerificationSubject ?? 'Your verification code',
    email: template?.EmailMessage ?? pool.EmailVerificationMessage ?? 'Your confirmation code is {####}',
    sms: template?.SmsMessage ?? pool.SmsVerificationMessage ?? 'Your confirmation code is {####}',
  };
};

/** Users without a password are invited by the same template; Cognito's own text for them is not known. */
const invitation = (pool: MessageSettings, code: string | undefined): Template => {
  const template = pool.AdminCreateUserConfig?.InviteMessageTemplate;
  const fallback =
    code === undefined
      ? 'Your username is {username}.'
      : 'Your username is {username} and temporary password is {####}.';
  return {
    subject: template?.EmailSubject ?? (code === undefined ? 'Your new account' : 'Your temporary password'),
    email: template?.EmailMessage ?? fallback,
    sms: template?.SMSMessage ?? fallback,
  };
};

const authentication = (pool: MessageSettings): Template => ({
  subject: pool.EmailMfaConfiguration?.Subject ?? 'Your authentication code',
  email: pool.EmailMfaConfiguration?.Message ?? 'Your authentication code is {####}.',
  sms: pool.SmsAuthenticationMessage ?? 'Your authentication code is {####}.',
});

const templateOf = {
  SignUp: verification,
  ResendCode: verification,
  ForgotPassword: verification,
  UpdateUserAttribute: verification,
  VerifyUserAttribute: verification,
  AdminCreateUser: invitation,
  Authentication: authentication,
} satisfies Record<MessagePurpose, (pool: MessageSettings, code: string | undefined) => Template>;

/** SES identities are addresses or domains; Cognito sends from an identity that is an address when `From` is absent. */
const senderOf = ({ EmailConfiguration: email }: MessageSettings): string | undefined => {
  const identity = email?.SourceArn?.split(':identity/')[1];
  return email?.From ?? (identity?.includes('@') ? identity : undefined);
};

/**
 * Writes the message for one person.
 * @param message.code a code, or the temporary password of an invitation, if there is one; it and the user name are escaped in
 * `html`
 */
export const compose = (
  pool: MessageSettings,
  message: { purpose: MessagePurpose; medium: Medium; username: string; code: string | undefined },
): MessageContent => {
  const template = templateOf[message.purpose](pool, message.code);
  const values: Record<string, string> = { '{####}': message.code ?? '', '{username}': message.username };
  // One pass: a user name that looks like a placeholder stays a user name.
  const fill = (text: string, write = (value: string) => value) =>
    text.replace(/\{####\}|\{username\}/g, placeholder => write(values[placeholder]!));

  if (message.medium === 'SMS') return { text: fill(template.sms) };
  const html = fill(template.email, escapeHtml);
  return {
    from: senderOf(pool),
    replyTo: pool.EmailConfiguration?.ReplyToEmailAddress,
    subject: fill(template.subject),
    text: htmlToText(html),
    html,
  };
};
