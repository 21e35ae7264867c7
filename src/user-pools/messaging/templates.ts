/** What a message says: the pool's templates, or Cognito's own texts, with their placeholders filled in. */
import type { EmailMfaConfigType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { MessageOccasion } from '../triggers/catalog.ts';
import type { CustomTexts } from '../triggers/custom-message.ts';
import { type Addressing, emailAddressing, smsAddressing } from './addressing.ts';
import { escapeHtml, htmlToText } from './html.ts';

/** Why a message is sent. */
export type MessagePurpose = MessageOccasion;

export type Medium = 'EMAIL' | 'SMS';

/** A message as it goes out: an SMS has no `subject` and no `html`. */
export type MessageContent = Addressing & {
  subject?: string;
  text: string;
  html?: string;
  /** What the text carries: the code or temporary password, and the link that confirms. For those who read it by program. */
  code?: string | undefined;
  link?: string | undefined;
};

/** The members of a user pool that decide what its messages say. */
export type MessageSettings = Pick<
  UserPoolType,
  | 'AdminCreateUserConfig'
  | 'EmailConfiguration'
  | 'EmailVerificationMessage'
  | 'EmailVerificationSubject'
  | 'SmsAuthenticationMessage'
  | 'SmsConfiguration'
  | 'SmsVerificationMessage'
  | 'VerificationMessageTemplate'
> & { EmailMfaConfiguration?: EmailMfaConfigType };

type Template = { subject: string; email: string; sms: string };

/** What takes the places of the placeholders: a code or a temporary password, if there is one, or a link that carries it. */
type Filling = { username: string; code: string | undefined; link?: string | undefined };

/** Whether the pool's messages of this purpose carry a link in place of the code; text messages never do. */
export const confirmsByLink = (pool: MessageSettings, purpose: MessagePurpose, medium: Medium): boolean =>
  medium === 'EMAIL' &&
  (purpose === 'SignUp' || purpose === 'ResendCode') &&
  pool.VerificationMessageTemplate?.DefaultEmailOption === 'CONFIRM_WITH_LINK';

/** The texts that carry a confirmation code. `VerificationMessageTemplate` wins over the members that it took the place of. */
const verification = (pool: MessageSettings, { link }: Filling): Template => {
  const template = pool.VerificationMessageTemplate;
  const sms = template?.SmsMessage ?? pool.SmsVerificationMessage ?? 'Your confirmation code is {####}';
  if (link !== undefined)
    return {
      subject: template?.EmailSubjectByLink ?? 'Your verification link',
      email:
        template?.EmailMessageByLink ?? 'Please click the link below to verify your email address. {##Verify Email##}',
      sms,
    };
  return {
    subject: template?.EmailSubject ?? pool.EmailVerificationSubject ?? 'Your verification code',
    email: template?.EmailMessage ?? pool.EmailVerificationMessage ?? 'Your confirmation code is {####}',
    sms,
  };
};

/** Users without a password are invited by the same template; Cognito's own text for them is not known. */
const invitation = (pool: MessageSettings, { code }: Filling): Template => {
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
} satisfies Record<MessagePurpose, (pool: MessageSettings, filling: Filling) => Template>;

/** A link of a text: `{##Press here##}`. */
const linkText = String.raw`\{##([^{}]*)##\}`;
const placeholder = new RegExp(String.raw`\{####\}|\{username\}|${linkText}`, 'g');

/** One pass: a user name that looks like a placeholder stays a user name. */
const fill = (text: string, { username, code = '', link }: Filling, write: (value: string) => string): string =>
  text.replace(placeholder, (found: string, label: string | undefined) => {
    if (found === '{username}') return write(username);
    if (found === '{####}') return write(code);
    // Where nothing can be linked to, the code does.
    return link === undefined ? write(code) : `<a href="${escapeHtml(link)}">${label}</a>`;
  });

const asItIs = (value: string) => value;

/**
 * Writes the message for one person.
 * @param message.texts what CustomMessage has said, in place of the templates
 */
export const compose = (
  pool: MessageSettings,
  message: Filling & { purpose: MessagePurpose; medium: Medium; texts?: CustomTexts | undefined },
): MessageContent => {
  const { purpose, medium, texts } = message;
  const template = templateOf[purpose](pool, message);
  if (medium === 'SMS')
    return { ...smsAddressing(pool.SmsConfiguration), text: fill(texts?.smsMessage ?? template.sms, message, asItIs) };
  const html = fill(texts?.emailMessage ?? template.email, message, escapeHtml);
  return {
    ...emailAddressing(pool.EmailConfiguration),
    subject: fill(texts?.emailSubject ?? template.subject, message, asItIs),
    text: htmlToText(html),
    html,
  };
};
