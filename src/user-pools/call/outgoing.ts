/** What a request has put into the outbox, and the first try to send it; `messaging/first-try.ts` says why it is waited for. */
import type { AwsError } from '../../contract/errors.ts';

export type Outgoing = { messageId: string; medium: 'EMAIL' | 'SMS' }[];

/** Tries messages that have been committed. @returns what the operation should answer, if they are refused at once */
export type FirstTry = (operation: string, messages: Outgoing) => Promise<AwsError | undefined>;
