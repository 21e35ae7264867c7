/** Which second factors a user is asked for: SetUserMFAPreference, its administrators' form, and the older SetUserSettings. */
import type { SetUserMFAPreferenceRequest } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { MfaFactor, User, UserFactors } from '../../storage/users.ts';
import { asUser } from '../doors/as-user.ts';
import { onUser } from '../doors/in-pool.ts';
import { hasFactor, mfaFactors } from '../factors/second-factors.ts';
import { changeUser } from './record.ts';

type Settings = Omit<SetUserMFAPreferenceRequest, 'AccessToken'>;

const settingOf = (settings: Settings) => ({
  SMS_MFA: settings.SMSMfaSettings,
  SOFTWARE_TOKEN_MFA: settings.SoftwareTokenMfaSettings,
  EMAIL_OTP: settings.EmailMfaSettings,
});

/** What stands in the way of switching a factor on; administrators get one sentence for all of it. */
const obstacle = (user: User, factor: MfaFactor, byAdmin: boolean): string | undefined => {
  if (hasFactor(user, factor)) return undefined;
  if (byAdmin) return `User does not have delivery config set to turn on ${factor}`;
  if (factor !== 'SOFTWARE_TOKEN_MFA') return `User does not have delivery config set to turn on ${factor}`;
  return user.factors.totp === undefined
    ? 'User has not set up software token mfa'
    : 'User has not verified software token mfa';
};

/**
 * The user's factors after a preference: pure. A setting that is not given stays.
 * @throws InvalidParameterException: two preferred factors, or one that the user does not have
 */
export const preferFactors = (user: User, settings: Settings, { byAdmin = false } = {}): UserFactors => {
  const given = settingOf(settings);
  const preferred = mfaFactors.filter(factor => given[factor]?.PreferredMfa);
  if (preferred.length > 1) throw invalidParameter('Only one MFA factor can be set as preferred.');
  for (const factor of mfaFactors) {
    const wanted = given[factor]?.Enabled || given[factor]?.PreferredMfa;
    const reason = wanted ? obstacle(user, factor, byAdmin) : undefined;
    if (reason !== undefined) throw invalidParameter(reason);
    if (given[factor]?.PreferredMfa && given[factor].Enabled === false)
      throw invalidParameter('An MFA factor that is not enabled cannot be preferred.');
  }
  const isOn = (factor: MfaFactor) => {
    const setting = given[factor];
    return setting === undefined ? user.factors.enabled?.includes(factor) : (setting.Enabled ?? setting.PreferredMfa);
  };
  const enabled = mfaFactors.filter(isOn);
  const kept = enabled.find(factor => factor === user.factors.preferred && given[factor]?.PreferredMfa !== false);
  return {
    ...user.factors,
    enabled,
    preferred: preferred[0] ?? kept,
    webAuthn: settings.WebAuthnMfaSettings?.Enabled ?? user.factors.webAuthn,
  };
};

const requireMfa = (pool: UserPool): void => {
  if (pool.config.MfaConfiguration === 'OFF') throw invalidParameter('User pool does not have MFA turned on.');
};

export const setUserMFAPreference = asUser<'SetUserMFAPreference'>(async (call, { AccessToken: _, ...settings }) => {
  requireMfa(call.pool);
  await changeUser(call, call.user.sub, user => ({ ...user, factors: preferFactors(user, settings) }));
  return {};
});

export const adminSetUserMFAPreference = onUser<'AdminSetUserMFAPreference'>(
  async (call, { Username: _, UserPoolId: __, ...settings }) => {
    requireMfa(call.pool);
    await changeUser(call, call.user.sub, user => ({
      ...user,
      factors: preferFactors(user, settings, { byAdmin: true }),
    }));
    return {};
  },
);

type Options = { DeliveryMedium?: string; AttributeName?: string }[];

/** MFAOptions knows text messages only: an empty list switches them off. */
const smsOptions = (user: User, options: Options): UserFactors => {
  const foreign = options.find(
    ({ DeliveryMedium, AttributeName }) => DeliveryMedium !== 'SMS' || AttributeName !== 'phone_number',
  );
  if (foreign !== undefined) throw invalidParameter('MFAOptions may only name SMS and phone_number.');
  const on = options.length > 0;
  return preferFactors(user, { SMSMfaSettings: { Enabled: on, ...(on ? {} : { PreferredMfa: false }) } });
};

export const setUserSettings = asUser<'SetUserSettings'>(async (call, { MFAOptions }) => {
  await changeUser(call, call.user.sub, user => ({ ...user, factors: smsOptions(user, MFAOptions) }));
  return {};
});

export const adminSetUserSettings = onUser<'AdminSetUserSettings'>(async (call, { MFAOptions }) => {
  await changeUser(call, call.user.sub, user => ({ ...user, factors: smsOptions(user, MFAOptions) }));
  return {};
});
