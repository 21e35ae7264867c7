/** Drafts: messages that a function of the pool has yet to word or to send, with all that it is told and all that the templates need. */
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { shownName } from '../call/sign-in-names.ts';
import type { StringMap } from '../triggers/catalog.ts';
import type { CustomTexts } from '../triggers/custom-message.ts';
import { type Subject, type TriggerCall, userAttributes } from '../triggers/invoke.ts';
import { compose, type Medium, type MessageContent, type MessagePurpose } from './templates.ts';

export type Recipient = Pick<User, 'sub' | 'username' | 'status' | 'attributes'>;
/** Where a message goes: the attribute, its value and its medium. */
export type Address = { attribute: string; value: string; medium: Medium };

export type Draft = {
  purpose: MessagePurpose;
  medium: Medium;
  /** The name as the person knows it. */
  username: string;
  code: string | undefined;
  link?: string | undefined;
  clientMetadata: StringMap | undefined;
  subject: Subject;
  /** The app client that the request came through, and what it said of itself. */
  clientId: string | undefined;
  userAgent: string;
};

/** Functions find the address among the attributes, also one that has yet to be proven before it becomes the user's. */
export const subjectOf = (user: Recipient, { attribute, value }: Address): Subject => ({
  userName: user.username,
  attributes: { ...userAttributes(user), [attribute]: value },
});

export const draftMessage = (
  { pool, client, userAgent }: Pick<TriggerCall, 'pool' | 'client' | 'userAgent'>,
  user: Recipient,
  address: Address,
  message: Pick<Draft, 'purpose' | 'code' | 'link' | 'clientMetadata'>,
): Draft => ({
  ...message,
  medium: address.medium,
  username: shownName(pool, user),
  subject: subjectOf(user, address),
  clientId: client?.id,
  userAgent,
});

/** The message, in the pool's words or in those of its function. */
export const composeDraft = (
  { config, settings }: Pick<UserPool, 'config' | 'settings'>,
  draft: Draft,
  texts?: CustomTexts,
): MessageContent => ({
  ...compose({ ...config, EmailMfaConfiguration: settings.mfa?.EmailMfaConfiguration }, { ...draft, texts }),
  code: draft.code,
  link: draft.link,
});
