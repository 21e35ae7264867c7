/** The MFA configuration of a pool: GetUserPoolMfaConfig and SetUserPoolMfaConfig. */
import type { SetUserPoolMfaConfigRequest } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { inPool } from '../doors/in-pool.ts';
import { changePool } from './change.ts';
import { requirePlan } from './feature-plan.ts';

type Request = Omit<SetUserPoolMfaConfigRequest, 'UserPoolId'>;

/** SMS is configured in two places that say the same: the pool's own members are where it is kept. */
const describe = ({ config, settings: { mfa = {} } }: UserPool) => ({
  MfaConfiguration: config.MfaConfiguration ?? 'OFF',
  SmsMfaConfiguration: mfa.SmsMfaConfiguration && {
    SmsAuthenticationMessage: config.SmsAuthenticationMessage,
    SmsConfiguration: config.SmsConfiguration,
  },
  SoftwareTokenMfaConfiguration: mfa.SoftwareTokenMfaConfiguration,
  EmailMfaConfiguration: mfa.EmailMfaConfiguration,
  WebAuthnConfiguration: mfa.WebAuthnConfiguration,
});

const recoveryIsEmailOnly = ({ config }: UserPool) => {
  const names = config.AccountRecoverySetting?.RecoveryMechanisms?.map(({ Name }) => Name) ?? [];
  return names.length === 1 && names[0] === 'verified_email';
};

/** @throws InvalidParameterException in Cognito's words where they are known */
const check = (pool: UserPool, request: Request): void => {
  const { MfaConfiguration: mode = 'OFF' } = request;
  const sms = request.SmsMfaConfiguration?.SmsConfiguration !== undefined;
  const email = request.EmailMfaConfiguration !== undefined;
  const token = request.SoftwareTokenMfaConfiguration?.Enabled ?? false;
  if (mode !== 'OFF' && !sms && !email && !token)
    throw invalidParameter(
      'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
    );
  if (mode === 'OFF' && (request.SmsMfaConfiguration !== undefined || email || token))
    throw invalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
  if (email && pool.config.EmailConfiguration?.EmailSendingAccount !== 'DEVELOPER')
    throw invalidParameter(
      'Email MFA requires EmailSendingAccount DEVELOPER in the EmailConfiguration of the user pool.',
    );
  if (email && recoveryIsEmailOnly(pool))
    throw invalidParameter('Email MFA can not be enabled when verified_email is the only account recovery mechanism.');
  const factors = pool.config.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  if (mode === 'ON' && factors.some(factor => factor === 'EMAIL_OTP' || factor === 'SMS_OTP'))
    throw invalidParameter(
      'Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled',
    );
  const multiFactor = request.WebAuthnConfiguration?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION';
  if (mode === 'ON' && factors.includes('WEB_AUTHN') && request.WebAuthnConfiguration && !multiFactor)
    throw invalidParameter(
      'Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor',
    );
};

export const getUserPoolMfaConfig = inPool<'GetUserPoolMfaConfig'>(async ({ pool }) => describe(pool));

/** Replaces the whole MFA configuration. */
export const setUserPoolMfaConfig = inPool<'SetUserPoolMfaConfig'>(async (call, { UserPoolId: _, ...request }) => {
  const pool = await changePool(call, current => {
    if (request.EmailMfaConfiguration) requirePlan(call, current.config, 'ESSENTIALS', 'Email MFA');
    check(current, request);
    const { MfaConfiguration = 'OFF', ...mfa } = request;
    const sms = request.SmsMfaConfiguration;
    return {
      ...current,
      config: {
        ...current.config,
        MfaConfiguration,
        SmsConfiguration: sms?.SmsConfiguration
          ? { SnsRegion: current.region, ...sms.SmsConfiguration }
          : current.config.SmsConfiguration,
        SmsAuthenticationMessage: sms?.SmsAuthenticationMessage ?? current.config.SmsAuthenticationMessage,
      },
      settings: { ...current.settings, mfa },
    };
  });
  return describe(pool);
});
