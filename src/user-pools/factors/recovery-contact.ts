/** Where the code for a forgotten password goes. Pure. */
import type { UserPool } from '../../storage/pools.ts';
import type { MfaFactor, User } from '../../storage/users.ts';
import { type Contact, type ContactAttribute, firstContact, recoveryOrder } from './contacts.ts';
import { factorsInUse } from './second-factors.ts';

const readBy: Partial<Record<MfaFactor, ContactAttribute>> = { SMS_MFA: 'phone_number', EMAIL_OTP: 'email' };

/**
 * A mailbox or telephone that is the user's second factor must not be the first one, too. Without AccountRecoverySetting it may:
 * pools from before that setting have always allowed it.
 */
const isSecondFactor = (pool: UserPool, user: User, attribute: ContactAttribute): boolean =>
  pool.config.AccountRecoverySetting !== undefined &&
  factorsInUse(pool, user).some(factor => readBy[factor] === attribute);

/** The verified contact that a password is recovered by. */
export const recoveryContact = (pool: UserPool, user: User): Contact | undefined =>
  firstContact(
    user.attributes,
    recoveryOrder(pool)
      .filter(attribute => user.attributes[`${attribute}_verified`] === 'true')
      .filter(attribute => !isSecondFactor(pool, user, attribute)),
  );
