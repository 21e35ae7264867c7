/** CustomMessage: the pool's function words a message. It sees placeholders where the code and the link will stand, never the code. */
import type { EmailSendingAccountType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, invalidParameter } from '../../contract/errors.ts';
import type { MessageOccasion, StringMap, TriggerResponse } from './catalog.ts';
import { invokeTrigger, type Subject, type TriggerCall } from './invoke.ts';

/** The texts that take the place of the pool's templates; null: the template stays. */
export type CustomTexts = TriggerResponse<'CustomMessage'>;

export type Message = { occasion: MessageOccasion; medium: 'EMAIL' | 'SMS'; hasCode: boolean };

const codeParameter = '{####}';
const usernameParameter = '{username}';
const linkParameter = '{##Click Here##}';
const isLink = (text: string) => /\{##[^{}]*##\}/.test(text);

const notForThisAccount = () =>
  new AwsError(
    'InvalidLambdaResponseException',
    'CustomMessage returned emailMessage or emailSubject, which need the EmailSendingAccount DEVELOPER.',
  );

/** What is said of a text is in the words of AWS's validator; it is not repeated, since it may hold the person's attributes. */
const unfit = (member: string, constraint: string) =>
  invalidParameter(`1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`);

const longest = { smsMessage: 140, emailMessage: 20_000, emailSubject: 140 } as const;
/** The name that Cognito has for the text of an e-mail, and its patterns. */
const shownAs = { smsMessage: 'smsMessage', emailMessage: 'emailBody', emailSubject: 'emailSubject' } as const;
const patterns = {
  smsMessage: String.raw`.*\{####\}.*`,
  emailMessage: String.raw`[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*`,
} as const;

/** An empty text is none. */
const given = (texts: CustomTexts, member: keyof CustomTexts): string | null => {
  const text = texts[member] || null;
  if (text !== null && text.length > longest[member])
    throw unfit(shownAs[member], `Member must have length less than or equal to ${longest[member]}`);
  return text;
};

/** An invitation that leaves out the name or the password is not sent: the pool's template is. */
const invites = (text: string, { hasCode }: Message): boolean =>
  text.includes(usernameParameter) && (!hasCode || text.includes(codeParameter));

const body = (texts: CustomTexts, member: 'smsMessage' | 'emailMessage', message: Message): string | null => {
  const text = given(texts, member);
  if (text === null) return null;
  if (message.occasion === 'AdminCreateUser') return invites(text, message) ? text : null;
  if (text.includes(codeParameter) || (member === 'emailMessage' && isLink(text))) return text;
  throw unfit(shownAs[member], `Member must satisfy regular expression pattern: ${patterns[member]}`);
};

/**
 * Reads the answer, as far as this message needs it: a function words both media at once and is not told which one it is for.
 * @throws InvalidLambdaResponseException (texts for an e-mail that Cognito sends from its own account), InvalidParameterException
 * (no placeholder for the code, too long)
 */
export const readTexts = (
  texts: CustomTexts,
  message: Message,
  account: EmailSendingAccountType | undefined,
): CustomTexts => {
  const none = { smsMessage: null, emailMessage: null, emailSubject: null };
  if (message.medium === 'SMS') return { ...none, smsMessage: body(texts, 'smsMessage', message) };
  if ((texts.emailMessage || texts.emailSubject) && account !== 'DEVELOPER') throw notForThisAccount();
  return {
    ...none,
    emailMessage: body(texts, 'emailMessage', message),
    emailSubject: given(texts, 'emailSubject'),
  };
};

/**
 * Asks the pool's function for the texts of one message.
 * @returns undefined when the pool has none
 * @throws what `invokeTrigger` and `readTexts` throw
 */
export const customMessage = async (
  call: TriggerCall,
  subject: Subject,
  message: Message & { clientMetadata: StringMap | undefined },
): Promise<CustomTexts | undefined> => {
  const { occasion, clientMetadata } = message;
  const texts = await invokeTrigger(call, 'CustomMessage', {
    source: `CustomMessage_${occasion}`,
    ...subject,
    request: {
      codeParameter,
      linkParameter,
      // Elsewhere the person knows the name.
      usernameParameter: occasion === 'AdminCreateUser' ? usernameParameter : null,
      ...(clientMetadata === undefined ? {} : { clientMetadata }),
    },
  });
  return texts && readTexts(texts, message, call.pool.config.EmailConfiguration?.EmailSendingAccount);
};
