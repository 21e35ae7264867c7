/** Which second factors a pool offers, which of them a user can be asked for, and which are in force. Pure. */
import type { UserPool } from '../../storage/pools.ts';
import type { MfaFactor, User } from '../../storage/users.ts';

/** In the order in which they are listed to people. */
export const mfaFactors: readonly MfaFactor[] = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'];

/** Whether a pool offers each factor: SMS once it can send text messages, the others by SetUserPoolMfaConfig. */
const offered: Record<MfaFactor, (pool: UserPool) => boolean> = {
  SMS_MFA: ({ config, settings }) =>
    (settings.mfa?.SmsMfaConfiguration?.SmsConfiguration ?? config.SmsConfiguration) !== undefined,
  SOFTWARE_TOKEN_MFA: ({ settings }) => settings.mfa?.SoftwareTokenMfaConfiguration?.Enabled ?? false,
  EMAIL_OTP: ({ settings }) => settings.mfa?.EmailMfaConfiguration !== undefined,
};

export const offeredFactors = (pool: UserPool): MfaFactor[] => mfaFactors.filter(factor => offered[factor](pool));

/** Whether the user has what it takes to be asked. */
const possible: Record<MfaFactor, (user: Pick<User, 'attributes' | 'factors'>) => boolean> = {
  SMS_MFA: ({ attributes }) => Boolean(attributes.phone_number),
  SOFTWARE_TOKEN_MFA: ({ factors }) => factors.totp?.verified ?? false,
  EMAIL_OTP: ({ attributes }) => Boolean(attributes.email),
};

/** What the user has, whether the pool offers it or not. */
export const hasFactor = (user: Pick<User, 'attributes' | 'factors'>, factor: MfaFactor): boolean =>
  possible[factor](user);

/**
 * The factors that a sign-in may ask for. Where MFA is required everything counts that the pool offers and the user has;
 * where it is optional only what was switched on for the user.
 */
export const askableFactors = (pool: UserPool, user: Pick<User, 'attributes' | 'factors'>): MfaFactor[] => {
  const mode = pool.config.MfaConfiguration;
  if (mode !== 'ON' && mode !== 'OPTIONAL') return [];
  const possibleHere = offeredFactors(pool).filter(factor => hasFactor(user, factor));
  const chosen = possibleHere.filter(factor => user.factors.enabled?.includes(factor));
  return mode === 'OPTIONAL' || chosen.length > 0 ? chosen : possibleHere;
};

/** UserMFASettingList and PreferredMfaSetting; absent, not empty, where nothing is set. */
export const describeMfa = ({ factors }: Pick<User, 'factors'>) => ({
  UserMFASettingList: factors.enabled?.length ? factors.enabled : undefined,
  PreferredMfaSetting: factors.preferred,
});
