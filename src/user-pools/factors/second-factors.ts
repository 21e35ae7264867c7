/** Which second factors a pool offers, which of them a user can be asked for, and which are in force. Pure. */
import type { MFAOptionType } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';
import type { MfaFactor, User } from '../../storage/users.ts';
import { primaryRecovery } from './contacts.ts';

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

type Person = Pick<User, 'attributes' | 'factors'>;

/**
 * Codes that recover passwords and codes by e-mail on top of a password would come to one mailbox, which would then be all that
 * anybody needs: only users who choose so themselves are asked for them.
 */
const isKeptForRecovery = (pool: UserPool, factor: MfaFactor): boolean =>
  factor === 'EMAIL_OTP' && primaryRecovery(pool) === 'email';

/**
 * The factors that a sign-in may ask for. Where MFA is optional only what was switched on for the user; where it is required
 * everything counts that the pool offers and the user has.
 */
export const askableFactors = (pool: UserPool, user: Person): MfaFactor[] => {
  const mode = pool.config.MfaConfiguration;
  if (mode !== 'ON' && mode !== 'OPTIONAL') return [];
  const isOn = (factor: MfaFactor) => user.factors.enabled?.includes(factor) ?? false;
  return offeredFactors(pool)
    .filter(factor => hasFactor(user, factor))
    .filter(factor => isOn(factor) || (mode === 'ON' && !isKeptForRecovery(pool, factor)));
};

/** The factors that a sign-in really asks for: the preferred one, or else any of those that the person may choose from. */
export const factorsInUse = (pool: UserPool, user: Person): MfaFactor[] => {
  const askable = askableFactors(pool, user);
  const preferred = askable.filter(factor => factor === user.factors.preferred);
  return preferred.length > 0 ? preferred : askable;
};

/** MFAS_CAN_SETUP: what the pool offers and the user has not. */
export const settableFactors = (pool: UserPool, user: Person): MfaFactor[] =>
  offeredFactors(pool).filter(factor => !hasFactor(user, factor) && !isKeptForRecovery(pool, factor));

/** UserMFASettingList and PreferredMfaSetting; absent, not empty, where nothing is set. */
export const describeMfa = ({ factors }: Pick<User, 'factors'>) => ({
  UserMFASettingList: factors.enabled?.length ? factors.enabled : undefined,
  PreferredMfaSetting: factors.preferred,
});

/** MFAOptions, the older word for it, which knows text messages only. */
export const describeMfaOptions = ({ factors }: Pick<User, 'factors'>): MFAOptionType[] | undefined =>
  factors.enabled?.includes('SMS_MFA') ? [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] : undefined;
