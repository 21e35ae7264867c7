/** A pool's configuration from a request: UpdateUserPool replaces all of it, so what is omitted goes back to these defaults. Pure. */
import type {
  CreateUserPoolRequest,
  LambdaConfigType,
  UpdateUserPoolRequest,
  UserPoolPolicyType,
  VerificationMessageTemplateType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { PoolConfig } from '../../storage/pools.ts';
import { initialSchema } from '../attributes/schema.ts';

type Replaceable = Omit<UpdateUserPoolRequest, 'UserPoolId' | 'PoolName'>;
/** What UpdateUserPool cannot change, and what it leaves alone when omitted. */
type Kept = Pick<PoolConfig, 'AliasAttributes' | 'UsernameAttributes' | 'UsernameConfiguration' | 'SchemaAttributes'>;

const policies = ({ PasswordPolicy = {}, SignInPolicy }: UserPoolPolicyType = {}): UserPoolPolicyType => ({
  PasswordPolicy: {
    MinimumLength: 8,
    RequireUppercase: true,
    RequireLowercase: true,
    RequireNumbers: true,
    RequireSymbols: true,
    ...PasswordPolicy,
    // 0 stands for the default.
    TemporaryPasswordValidityDays: PasswordPolicy.TemporaryPasswordValidityDays || 7,
  },
  SignInPolicy: { AllowedFirstAuthFactors: SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'] },
});

/** The older members and the template say the same: whichever is given, both are returned. */
const verificationMessages = (request: Replaceable) => {
  const given: VerificationMessageTemplateType = request.VerificationMessageTemplate ?? {};
  const EmailMessage = given.EmailMessage ?? request.EmailVerificationMessage;
  const EmailSubject = given.EmailSubject ?? request.EmailVerificationSubject;
  const SmsMessage = given.SmsMessage ?? request.SmsVerificationMessage;
  return {
    EmailVerificationMessage: EmailMessage,
    EmailVerificationSubject: EmailSubject,
    SmsVerificationMessage: SmsMessage,
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE' as const,
      ...given,
      EmailMessage,
      EmailSubject,
      SmsMessage,
    },
  };
};

/** PreTokenGeneration is the older name of a V1_0 PreTokenGenerationConfig. */
const lambdaConfig = (given: LambdaConfigType = {}): LambdaConfigType => {
  const arn = given.PreTokenGenerationConfig?.LambdaArn ?? given.PreTokenGeneration;
  if (arn === undefined) return given;
  return {
    ...given,
    PreTokenGeneration: arn,
    PreTokenGenerationConfig: given.PreTokenGenerationConfig ?? { LambdaVersion: 'V1_0', LambdaArn: arn },
  };
};

const defaultTier = (request: Replaceable) => {
  const mode = request.UserPoolAddOns?.AdvancedSecurityMode;
  return mode === 'AUDIT' || mode === 'ENFORCED' ? 'PLUS' : 'ESSENTIALS';
};

/** The four levels of authentication assurance: default names where the request gives none. */
const acrLevels = (given: PoolConfig['AcrConfiguration']): PoolConfig['AcrConfiguration'] => ({
  Level1: { AcrValue: 'urn:cognito:loa:1' },
  Level2: { AcrValue: 'urn:cognito:loa:2' },
  Level3: { AcrValue: 'urn:cognito:loa:3' },
  Level4: { AcrValue: 'urn:cognito:loa:4' },
  ...given,
});

const replaceable = (request: Replaceable, region: string): PoolConfig => ({
  Policies: policies(request.Policies),
  DeletionProtection: request.DeletionProtection ?? 'INACTIVE',
  LambdaConfig: lambdaConfig(request.LambdaConfig),
  AutoVerifiedAttributes: request.AutoVerifiedAttributes,
  ...verificationMessages(request),
  SmsAuthenticationMessage: request.SmsAuthenticationMessage,
  UserAttributeUpdateSettings: request.UserAttributeUpdateSettings,
  MfaConfiguration: request.MfaConfiguration ?? 'OFF',
  DeviceConfiguration: request.DeviceConfiguration,
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...request.EmailConfiguration },
  SmsConfiguration: request.SmsConfiguration && { SnsRegion: region, ...request.SmsConfiguration },
  UserPoolTags: request.UserPoolTags,
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: false,
    ...request.AdminCreateUserConfig,
    UnusedAccountValidityDays:
      request.AdminCreateUserConfig?.UnusedAccountValidityDays ||
      request.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ||
      7,
  },
  UserPoolAddOns: request.UserPoolAddOns,
  AccountRecoverySetting: request.AccountRecoverySetting,
  UserPoolTier: request.UserPoolTier ?? defaultTier(request),
  DcrConfiguration: request.DcrConfiguration,
  KeyConfiguration: request.KeyConfiguration ?? { KeyType: 'AWS_OWNED_KEY' },
  IssuerConfiguration: request.IssuerConfiguration ?? { Type: 'ORIGINAL' },
  AcrConfiguration: acrLevels(request.AcrConfiguration),
});

/** UnusedAccountValidityDays is the older name of TemporaryPasswordValidityDays: a pool that says only the older one means it. */
const withUnusedAccountDays = (config: PoolConfig, request: Replaceable): PoolConfig => {
  const days = request.AdminCreateUserConfig?.UnusedAccountValidityDays;
  if (!days) return config;
  const PasswordPolicy = { ...config.Policies?.PasswordPolicy, TemporaryPasswordValidityDays: days };
  return { ...config, Policies: { ...config.Policies, PasswordPolicy } };
};

/** @param region that of the pool: where its text messages are sent from unless the request says otherwise */
export const configOfNewPool = (request: CreateUserPoolRequest, region: string): PoolConfig => ({
  ...withUnusedAccountDays(replaceable(request, region), request),
  SchemaAttributes: initialSchema(request.Schema),
  AliasAttributes: request.AliasAttributes?.length ? request.AliasAttributes : undefined,
  UsernameAttributes: request.UsernameAttributes?.length ? request.UsernameAttributes : undefined,
  UsernameConfiguration: request.UsernameConfiguration,
});

/** The configuration after UpdateUserPool. */
export const configOfUpdatedPool = (request: Replaceable, current: PoolConfig, region: string): PoolConfig => {
  const kept: Kept = {
    AliasAttributes: current.AliasAttributes,
    UsernameAttributes: current.UsernameAttributes,
    UsernameConfiguration: current.UsernameConfiguration,
    SchemaAttributes: current.SchemaAttributes,
  };
  return {
    ...withUnusedAccountDays(replaceable(request, region), request),
    ...kept,
    UserPoolTier: request.UserPoolTier ?? current.UserPoolTier,
    DcrConfiguration: request.DcrConfiguration ?? current.DcrConfiguration,
    UserPoolTags: request.UserPoolTags ?? current.UserPoolTags,
    KeyConfiguration: request.KeyConfiguration ?? current.KeyConfiguration,
    IssuerConfiguration: request.IssuerConfiguration ?? current.IssuerConfiguration,
  };
};
