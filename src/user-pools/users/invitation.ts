/** The invitation that an account made by others is announced by: whom it reaches, and what it says. */
import { invalidParameter } from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import type { Db } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import type { Attributes } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { shownName } from '../call/sign-in-names.ts';
import { type Contact, contactOf } from '../factors/contacts.ts';
import { enqueue } from '../messaging/outbox.ts';
import { compose } from '../messaging/templates.ts';
import { temporaryPasswordLifetime } from '../pools/password-policy.ts';

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

/**
 * Puts the invitations into the outbox. After the commit, call `wakeDelivery`.
 * @param password the temporary one; undefined: there is none, or the person knows it
 */
export const invite = async (
  tx: Db,
  call: PoolCall,
  user: User,
  password: string | undefined,
  contacts: Contact[],
): Promise<void> => {
  const expiresAt = call.clock.now() + temporaryPasswordLifetime(call.pool);
  for (const { medium, value: destination } of contacts) {
    const username = shownName(call.pool, user);
    const content = compose(call.pool.config, { purpose: 'AdminCreateUser', medium, username, code: password });
    const address = { poolId: user.poolId, sub: user.sub, medium, destination, purpose: 'AdminCreateUser' as const };
    await enqueue(tx, call, { ...address, content, expiresAt });
  }
};
