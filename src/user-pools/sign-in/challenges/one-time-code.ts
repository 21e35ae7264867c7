/** SMS_MFA, EMAIL_OTP and SMS_OTP: a code by e-mail or text message, as the second factor or as the only one. */
import { AwsError, missingParameter } from '../../../contract/errors.ts';
import { constantTimeEqual } from '../../../lib/equal.ts';
import { numericCode } from '../../../lib/random.ts';
import { note } from '../../../storage/throttles.ts';
import type { User } from '../../../storage/users.ts';
import type { ClientCall } from '../../call/call.ts';
import { hidesUsers } from '../../doors/as-client.ts';
import { type Contact, type ContactAttribute, contactOf, deliveryDetails } from '../../factors/contacts.ts';
import { simulatedDelivery } from '../../factors/simulation.ts';
import { queueMessage, wordMessage } from '../../messaging/message.ts';
import { limitMessages, subjectOf } from '../../threat-protection/attempt-limits.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import type { StringMap } from '../../triggers/catalog.ts';
import { changeUser, holdUser } from '../../users/record.ts';
import { type Attempt, type Proof, stepLifetime } from '../attempt.ts';
import { hasFirstFactor } from '../policy.ts';
import { type Challenge, proved } from './challenge.ts';

type Kind = {
  attribute: ContactAttribute;
  /** Names under which the code may come. */
  answers: readonly string[];
  /** What it proves as the first factor, and as the second. */
  proofs: { first: Proof; second: Proof };
};

/** Cognito's codes have eight digits where they are the only factor. */
const digitsOf = (attempt: Attempt) => (hasFirstFactor(attempt.proven) ? 6 : 8);

const wrongCode = () => new AwsError('CodeMismatchException', 'Invalid code or auth state for the user.');

/** The code of this step for this address: whoever reads what goes to a former address must not sign in with it. */
const hashed = ({ id, step }: Attempt, code: string, address = '') => `${id}/${step}/${code}/${address}`;

const send = async (
  call: ClientCall,
  user: User,
  contact: Contact,
  { code, clientMetadata, unseen }: { code: string; clientMetadata: StringMap | undefined; unseen: boolean },
): Promise<void> => {
  const wording = await wordMessage(call, user, contact, { purpose: 'Authentication', clientMetadata, unseen });
  const expiresAt = call.clock.now() + stepLifetime(call);
  await holdUser(call, user.sub, tx => queueMessage(tx, call, user, contact, { wording, code, expiresAt }));
  call.wakeDelivery();
};

/** Writes as well: the time that it takes must not tell that nobody gets a message. */
const seemToSend = ({ db, pool, clock, client }: ClientCall, subject: string): Promise<void> =>
  note(db, { poolId: pool.id, kind: 'simulated-message', subject, now: clock.now() }, stepLifetime({ client }));

/**
 * Whoever can read the message has shown that the address is theirs, which also confirms a new account. Its password goes then:
 * anybody can sign up with somebody else's address, and would otherwise keep a key to the account that its owner takes over.
 */
const verified = (user: User, attribute: ContactAttribute, value: string): User => ({
  ...user,
  ...(user.status === 'UNCONFIRMED' ? { status: 'CONFIRMED', password: null, passwordSetAt: null } : {}),
  attributes:
    user.attributes[attribute] === value ? { ...user.attributes, [`${attribute}_verified`]: 'true' } : user.attributes,
});

const isVerified = (user: User, attribute: ContactAttribute) =>
  user.status !== 'UNCONFIRMED' && user.attributes[`${attribute}_verified`] === 'true';

export const oneTimeCode = ({ attribute, answers: names, proofs }: Kind): Challenge => ({
  guessable: true,

  /** The code itself is kept nowhere: the sealed attempt carries its keyed hash. */
  async ask(call, attempt) {
    const { user, name, metadata } = attempt;
    const contact = user && contactOf(user.attributes, attribute);
    const code = numericCode(digitsOf(attempt));
    const subject = subjectOf(call, user ?? { unknownName: name });
    await limitMessages(call, subject);
    // Whoever has shown a first factor knows that there is a user.
    const unseen = hidesUsers(call.client) && !hasFirstFactor(attempt.proven);
    if (user?.enabled && contact) await send(call, user, contact, { code, clientMetadata: metadata, unseen });
    else await seemToSend(call, subject);
    const details = contact ? deliveryDetails(contact) : simulatedDelivery(call, user ?? name, [attribute]);
    return {
      parameters: {
        CODE_DELIVERY_DELIVERY_MEDIUM: details.DeliveryMedium ?? '',
        CODE_DELIVERY_DESTINATION: details.Destination ?? '',
      },
      // Nobody's code is made as well, and is never right.
      state: { code: call.sealer.mac('sign-in-code', hashed(attempt, code, contact?.value)) },
    };
  },

  async check(call, attempt, answers, { code = '' }) {
    const given = names.map(name => answers[name]).find(text => text);
    if (given === undefined) throw missingParameter(names[0] ?? '');
    const { user, name } = attempt;
    const value = user && contactOf(user.attributes, attribute)?.value;
    const right = await guarded(
      call,
      subjectOf(call, user ?? { unknownName: name }),
      async () => {
        const macs = call.sealer.macs('sign-in-code', hashed(attempt, given, value));
        return macs.map(mac => constantTimeEqual(mac, code)).includes(true) && user?.enabled === true;
      },
      'code',
    );
    if (!right || user === undefined || value === undefined) throw wrongCode();
    const proof = hasFirstFactor(attempt.proven) ? proofs.second : proofs.first;
    if (isVerified(user, attribute)) return proved(attempt, proof);
    return proved(attempt, proof, await changeUser(call, user.sub, current => verified(current, attribute, value)));
  },
});

const email = { attribute: 'email' as const, proofs: { first: 'EMAIL_OTP' as const, second: 'EMAIL_MFA' as const } };
const phone = { attribute: 'phone_number' as const, proofs: { first: 'SMS_OTP' as const, second: 'SMS_MFA' as const } };

// The guide's prose also speaks of EMAIL_MFA_CODE.
export const emailOtp = oneTimeCode({ ...email, answers: ['EMAIL_OTP_CODE', 'EMAIL_MFA_CODE'] });
export const smsOtp = oneTimeCode({ ...phone, answers: ['SMS_OTP_CODE'] });
export const smsMfa = oneTimeCode({ ...phone, answers: ['SMS_MFA_CODE'] });
