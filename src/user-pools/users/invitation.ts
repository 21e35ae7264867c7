/** The invitation that an account made by others is announced by: whom it reaches, and what it says. */
import { invalidParameter } from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import type { Db } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import type { Attributes } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { type Contact, contactOf } from '../factors/contacts.ts';
import { queueMessage, type Wording, wordMessage } from '../messaging/message.ts';
import { temporaryPasswordLifetime } from '../pools/password-policy.ts';
import type { StringMap } from '../triggers/catalog.ts';

type Request = Pick<Input<'AdminCreateUser'>, 'MessageAction' | 'DesiredDeliveryMediums'>;

const attributeOf = { SMS: 'phone_number', EMAIL: 'email' } as const;

/** Where these media reach somebody. */
export const contactsBy = (media: readonly string[], attributes: Attributes): Contact[] =>
  (['SMS', 'EMAIL'] as const)
    .filter(medium => media.includes(medium))
    .flatMap(medium => contactOf(attributes, attributeOf[medium]) ?? []);

/**
 * The invitation goes by each medium that is asked for and that the user has. Where none is asked for, it goes by SMS, by e-mail
 * to those without a phone, and to nobody who has neither.
 * @throws InvalidParameterException when the user can be reached by nothing that was asked for
 */
export const invitationContacts = (request: Request, attributes: Attributes): Contact[] => {
  if (request.MessageAction === 'SUPPRESS') return [];
  const asked = request.DesiredDeliveryMediums ?? [];
  const media = asked.length > 0 ? asked : (['SMS', 'EMAIL'] as const);
  const found = contactsBy(media, attributes);
  if (asked.length > 0 && found.length === 0) throw unreachable();
  return asked.length > 0 ? found : found.slice(0, 1);
};

export const unreachable = () =>
  invalidParameter('The user has no e-mail address or phone number that an invitation could be sent to.');

export type Invitation = {
  /** The temporary one; undefined: there is none, or the person knows it. */
  password: string | undefined;
  letters: { contact: Contact; wording: Wording }[];
};

/**
 * Lets the pool's function word the invitations, each by itself.
 * @param request.unseen nobody waits for the function: it is asked at delivery
 * @throws what `wordMessage` throws
 */
export const wordInvitation = async (
  call: PoolCall,
  user: User,
  request: {
    password: string | undefined;
    contacts: Contact[];
    clientMetadata: StringMap | undefined;
    unseen?: boolean;
  },
): Promise<Invitation> => {
  const { password, contacts, ...rest } = request;
  const message = { purpose: 'AdminCreateUser' as const, hasCode: password !== undefined, ...rest };
  const letters: Invitation['letters'] = [];
  for (const contact of contacts) letters.push({ contact, wording: await wordMessage(call, user, contact, message) });
  return { password, letters };
};

/** Puts the invitations into the outbox. After the commit, call `handOver`. */
export const invite = async (tx: Db, call: PoolCall, user: User, { password, letters }: Invitation): Promise<void> => {
  const expiresAt = call.clock.now() + temporaryPasswordLifetime(call.pool);
  for (const { contact, wording } of letters)
    await queueMessage(tx, call, user, contact, {
      wording,
      code: password,
      expiresAt,
      topic: `invitation:${contact.medium}`,
    });
};
