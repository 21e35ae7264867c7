/** What a pool's configuration must not say: each rule one line of a table, checked at CreateUserPool and UpdateUserPool. Pure. */
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import { type AwsError, featureUnavailableInTier, invalidParameter, invalidTags } from '../../contract/errors.ts';
import type { PoolConfig } from '../../storage/pools.ts';

type Rule = (config: PoolConfig) => AwsError | false | undefined;

const has = (list: readonly string[] | undefined, ...names: string[]) => names.some(name => list?.includes(name));

const signIn: Rule[] = [
  ({ UsernameAttributes, AliasAttributes }) =>
    UsernameAttributes !== undefined &&
    AliasAttributes !== undefined &&
    invalidParameter('Only one of the aliasAttributes or usernameAttributes can be set in a user pool.'),
  ({ AliasAttributes, SchemaAttributes }) =>
    has(AliasAttributes, 'preferred_username') &&
    SchemaAttributes?.some(({ Name, Required }) => Name === 'preferred_username' && Required) &&
    invalidParameter('preferred_username can not be a required attribute when it is an alias.'),
  ({ Policies, MfaConfiguration }) =>
    has(Policies?.SignInPolicy?.AllowedFirstAuthFactors, 'EMAIL_OTP', 'SMS_OTP') &&
    MfaConfiguration === 'ON' &&
    invalidParameter('EMAIL_OTP and SMS_OTP can not be first factors when MFA is required.'),
  ({ Policies }) => {
    const factors = Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
    const alone = factors.length === 1 && factors[0] === 'WEB_AUTHN';
    return alone && invalidParameter('WEB_AUTHN can not be the only allowed first authentication factor.');
  },
  ({ AccountRecoverySetting }) => {
    const names = (AccountRecoverySetting?.RecoveryMechanisms ?? []).map(({ Name }) => Name);
    const mixed = names.includes('admin_only') && names.length > 1;
    return mixed && invalidParameter('admin_only can not be combined with other recovery mechanisms.');
  },
];

/** Features that the LITE plan lacks. */
const liteLacks: [feature: string, used: (config: PoolConfig) => boolean | undefined][] = [
  ['Password History', ({ Policies }) => (Policies?.PasswordPolicy?.PasswordHistorySize ?? 0) > 0],
  [
    'Passwordless Authentication',
    ({ Policies }) => has(Policies?.SignInPolicy?.AllowedFirstAuthFactors, 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'),
  ],
  [
    'Token Customization with Pre-Token Generation Lambda V2_0',
    ({ LambdaConfig }) => LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion === 'V2_0',
  ],
  [
    'Token Customization with Pre-Token Generation Lambda V3_0',
    ({ LambdaConfig }) => LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion === 'V3_0',
  ],
  ['Dynamic Client Registration', ({ DcrConfiguration }) => DcrConfiguration?.EnableStatus === 'Enabled'],
];

const threatProtection = ({ UserPoolAddOns }: PoolConfig) =>
  UserPoolAddOns?.AdvancedSecurityMode === 'AUDIT' || UserPoolAddOns?.AdvancedSecurityMode === 'ENFORCED';

const unavailable = (tier: string, feature: string) =>
  featureUnavailableInTier(`The ${tier} tier of this user pool does not include the feature ${feature}`);

const plan: Rule[] = [
  config => {
    const lacking = config.UserPoolTier === 'LITE' && liteLacks.find(([, used]) => used(config));
    return lacking && unavailable('LITE', lacking[0]);
  },
  config =>
    config.UserPoolTier !== 'PLUS' &&
    threatProtection(config) &&
    unavailable(config.UserPoolTier ?? 'ESSENTIALS', 'Threat Protection'),
];

const triggerRule = (broken: (lambda: LambdaConfigType) => boolean | undefined, message: string): Rule => {
  return ({ LambdaConfig = {} }) => broken(LambdaConfig) && invalidParameter(message);
};
const triggers: Rule[] = [
  triggerRule(
    lambda => lambda.PreTokenGeneration !== lambda.PreTokenGenerationConfig?.LambdaArn,
    'PreTokenGeneration and the LambdaArn of PreTokenGenerationConfig must be the same.',
  ),
  triggerRule(
    lambda => (lambda.CustomEmailSender ?? lambda.CustomSMSSender) !== undefined && lambda.KMSKeyID === undefined,
    'A KMSKeyID is required with CustomEmailSender and CustomSMSSender.',
  ),
];

const messages: Rule[] = [
  ({ MfaConfiguration, SmsConfiguration, AutoVerifiedAttributes }) =>
    MfaConfiguration !== 'OFF' &&
    SmsConfiguration === undefined &&
    !has(AutoVerifiedAttributes, 'phone_number') &&
    invalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    ),
  ({ EmailConfiguration }) =>
    EmailConfiguration?.EmailSendingAccount === 'DEVELOPER' &&
    EmailConfiguration.SourceArn === undefined &&
    invalidParameter('SourceArn is required when EmailSendingAccount is DEVELOPER.'),
  ({ UserAttributeUpdateSettings, AutoVerifiedAttributes }) => {
    const { AttributesRequireVerificationBeforeUpdate: first = [] } = UserAttributeUpdateSettings ?? {};
    const unverified = first.find(name => !has(AutoVerifiedAttributes, name));
    return (
      unverified !== undefined &&
      invalidParameter(
        `Invalid AttributesRequireVerificationBeforeUpdate parameters. Please set the ${unverified} as auto-verified first.`,
      )
    );
  },
  ({ AcrConfiguration = {} }) => {
    const names = Object.values(AcrConfiguration).map(({ AcrValue }) => AcrValue);
    const unknown = Object.keys(AcrConfiguration).find(level => !/^Level[1-4]$/.test(level));
    if (unknown !== undefined) return invalidParameter(`Invalid ACR level ${unknown}.`);
    return new Set(names).size < names.length && invalidParameter('The names of ACR levels must be unique.');
  },
];

const tags: Rule[] = [
  ({ UserPoolTags = {} }) =>
    Object.keys(UserPoolTags).length > 50 && invalidTags('A user pool can have at most 50 tags.'),
  ({ UserPoolTags = {} }) =>
    Object.keys(UserPoolTags).some(key => key.toLowerCase().startsWith('aws:')) &&
    invalidTags('Tag keys must not start with aws:'),
];

const rules: Rule[] = [...signIn, ...messages, ...triggers, ...plan, ...tags];

/** @throws the first rule that is broken, in AWS's words where they are known */
export const checkPoolConfig = (config: PoolConfig): void => {
  for (const rule of rules) {
    const broken = rule(config);
    if (broken) throw broken;
  }
};

/** What a request says twice, and differently. */
export const checkAmbiguous = (request: {
  Policies?: PoolConfig['Policies'];
  AdminCreateUserConfig?: PoolConfig['AdminCreateUserConfig'];
  EmailVerificationMessage?: string;
  EmailVerificationSubject?: string;
  SmsVerificationMessage?: string;
  VerificationMessageTemplate?: PoolConfig['VerificationMessageTemplate'];
}): void => {
  const temporary = request.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  const unused = request.AdminCreateUserConfig?.UnusedAccountValidityDays;
  if (temporary && unused && temporary !== unused)
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  const template = request.VerificationMessageTemplate ?? {};
  const pairs = {
    EmailMessage: [template.EmailMessage, request.EmailVerificationMessage],
    EmailSubject: [template.EmailSubject, request.EmailVerificationSubject],
    SmsMessage: [template.SmsMessage, request.SmsVerificationMessage],
  };
  for (const [member, [newer, older]] of Object.entries(pairs)) {
    if (newer !== undefined && older !== undefined && newer !== older)
      throw invalidParameter(
        `${member} of VerificationMessageTemplate and the older parameter for the same message must not differ.`,
      );
  }
};
