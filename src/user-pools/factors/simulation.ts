/** What a stranger sees of codes that were never sent: with PreventUserExistenceErrors, answers must not tell who exists. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { type AwsError, codeMismatch, expiredCode } from '../../contract/errors.ts';
import { isNoted, note } from '../../storage/throttles.ts';
import type { User } from '../../storage/users.ts';
import { isEmail, isPhoneNumber } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { nameKey } from '../call/sign-in-names.ts';
import { type CodePurpose, codeLifetimes } from './code-lifetimes.ts';
import { type Contact, type ContactAttribute, deliveryDetails, firstContact } from './contacts.ts';

type Counting = Pick<PoolCall, 'db' | 'pool' | 'clock'>;

const noteOf = ({ pool, clock }: Counting, purpose: CodePurpose, subject: string) => ({
  poolId: pool.id,
  kind: `simulated-code:${purpose}`,
  subject,
  now: clock.now(),
});

/** Remembers that a code seems to have been sent: until it would expire, a wrong code is "wrong", as for a code that exists. */
export const simulateCode = (call: Counting, purpose: CodePurpose, subject: string): Promise<void> =>
  note(call.db, noteOf(call, purpose, subject), codeLifetimes[purpose]);

/**
 * What is said of any code where there is none: it has expired, unless one seems to have been sent.
 * @param subject the user's sub, or what stands for a name that nobody has
 */
export const refusalOfCode = async (call: Counting, purpose: CodePurpose, subject: string): Promise<AwsError> =>
  (await isNoted(call.db, noteOf(call, purpose, subject))) ? codeMismatch() : expiredCode();

/** First letters of the domains that most people have their mail at. */
const domains = 'ggggggyyohhimpw';

/** A contact that the owner of the name might have: the same each time, and nobody can compute it without the master key. */
const plausibleContact = (
  { pool, sealer }: Pick<PoolCall, 'pool' | 'sealer'>,
  name: string,
  order: readonly ContactAttribute[],
): Contact => {
  if (order.includes('email') && isEmail(name)) return { attribute: 'email', value: name, medium: 'EMAIL' };
  if (order.includes('phone_number') && isPhoneNumber(name))
    return { attribute: 'phone_number', value: name, medium: 'SMS' };
  const bytes = Buffer.from(sealer.mac('simulated-contact', `${pool.id}/${nameKey(pool, name)}`), 'base64url');
  const verified = order.filter(attribute => pool.config.AutoVerifiedAttributes?.includes(attribute));
  const canText = verified.includes('phone_number') || pool.config.SmsConfiguration !== undefined;
  const attribute = (verified.length > 0 ? verified : order).find(each => each === 'email' || canText) ?? 'email';
  if (attribute === 'email') {
    const [first] = /[a-z0-9]/i.exec(name) ?? [String.fromCharCode(97 + (bytes.readUInt8(0) % 26))];
    return { attribute, value: `${first}@${domains[bytes.readUInt8(1) % domains.length]}`, medium: 'EMAIL' };
  }
  const digits = String(bytes.readUInt32BE(2) % 10_000).padStart(4, '0');
  return { attribute, value: `+1000000${digits}`, medium: 'SMS' };
};

/**
 * `CodeDeliveryDetails` of a code that is not sent.
 * @param who somebody who must not get one, or a name that nobody has
 * @param order the attributes that a code would be sent to
 */
export const simulatedDelivery = (
  call: Pick<PoolCall, 'pool' | 'sealer'>,
  who: User | string,
  order: readonly ContactAttribute[],
): CodeDeliveryDetailsType => {
  const [name, attributes] = typeof who === 'string' ? [who, {}] : [who.username, who.attributes];
  // The own contact of somebody who exists: every operation must tell the same of them.
  return deliveryDetails(firstContact(attributes, order) ?? plausibleContact(call, name, order));
};
