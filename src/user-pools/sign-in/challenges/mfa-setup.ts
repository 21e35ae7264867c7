/** MFA_SETUP: a second factor is required and the user has none yet. */
import { AwsError, invalidParameter, invalidSession } from '../../../contract/errors.ts';
import { forbidImmutable, readAttributes } from '../../attributes/values.ts';
import { askableFactors, settableFactors } from '../../factors/second-factors.ts';
import { changeUser } from '../../users/record.ts';
import { type Challenge, proved } from './challenge.ts';

/**
 * An authenticator app is set up by AssociateSoftwareToken and VerifySoftwareToken with the Session, whose last form is the
 * answer. An e-mail address can be given here, and is then proven by EMAIL_OTP.
 */
export const mfaSetup: Challenge = {
  async ask({ pool }, { user }) {
    const settable = user ? settableFactors(pool, user) : [];
    return { parameters: { MFAS_CAN_SETUP: JSON.stringify(settable), USER_ID_FOR_SRP: user?.username ?? '' } };
  },

  // The guide writes `email`, its client libraries `EMAIL`.
  async check(call, attempt, { email, EMAIL = email }, { verified }) {
    const { user } = attempt;
    if (verified === 'SOFTWARE_TOKEN_MFA') return proved(attempt, 'SOFTWARE_TOKEN_MFA');
    if (EMAIL && user?.attributes.email) throw invalidParameter('Cannot modify an already provided email');
    if (!EMAIL || user === undefined || !settableFactors(call.pool, user).includes('EMAIL_OTP'))
      throw new AwsError(
        'SoftwareTokenMFANotFoundException',
        'Software token TOTP multi-factor authentication (MFA) is not set up.',
      );
    const given = readAttributes(call.pool, [{ Name: 'email', Value: EMAIL }]);
    forbidImmutable(call.pool, given);
    const changed = await changeUser(call, user.sub, current => {
      // Set up elsewhere meanwhile: an address given here would be another way around that factor.
      if (askableFactors(call.pool, current).length > 0) throw invalidSession();
      if (current.attributes.email) throw invalidParameter('Cannot modify an already provided email');
      return { ...current, attributes: { ...current.attributes, ...given, email_verified: 'false' } };
    });
    return { ...attempt, user: changed };
  },
};
