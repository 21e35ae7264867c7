/** A pool's configuration from a request: UpdateUserPool replaces nearly all of it, so what is omitted goes back to these defaults. Pure. */
import type {
  CreateUserPoolRequest,
  LambdaConfigType,
  UpdateUserPoolRequest,
  VerificationMessageTemplateType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { PoolConfig } from '../../storage/pools.ts';
import { initialSchema } from '../attributes/schema.ts';
import { defaultTier } from './feature-plan.ts';

type Replaceable = Omit<UpdateUserPoolRequest, 'UserPoolId' | 'PoolName'>;

const defaultPasswordPolicy = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
};

/** Both policies stay as they are when omitted, each by itself: seen of AWS, against its own documentation. */
const policies = (request: Replaceable, current: PoolConfig): PoolConfig['Policies'] => {
  const { PasswordPolicy: password, SignInPolicy: signIn } = request.Policies ?? {};
  const kept = password ? defaultPasswordPolicy : { ...defaultPasswordPolicy, ...current.Policies?.PasswordPolicy };
  return {
    PasswordPolicy: {
      ...kept,
      ...password,
      // UnusedAccountValidityDays is the older name of the same; 0 stands for the default.
      TemporaryPasswordValidityDays:
        password?.TemporaryPasswordValidityDays ||
        request.AdminCreateUserConfig?.UnusedAccountValidityDays ||
        kept.TemporaryPasswordValidityDays,
    },
    SignInPolicy: {
      AllowedFirstAuthFactors: signIn?.AllowedFirstAuthFactors ??
        current.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'],
    },
  };
};

/** The older members say the same as the template, which counts: whichever is given, both are returned. */
const verificationMessages = (request: Replaceable) => {
  const given: VerificationMessageTemplateType = request.VerificationMessageTemplate ?? {};
  const { EmailVerificationMessage, EmailVerificationSubject, SmsVerificationMessage } = request;
  return {
    EmailVerificationMessage: EmailVerificationMessage ?? given.EmailMessage,
    EmailVerificationSubject: EmailVerificationSubject ?? given.EmailSubject,
    SmsVerificationMessage: SmsVerificationMessage ?? given.SmsMessage,
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE' as const,
      ...given,
      EmailMessage: given.EmailMessage ?? EmailVerificationMessage,
      EmailSubject: given.EmailSubject ?? EmailVerificationSubject,
      SmsMessage: given.SmsMessage ?? SmsVerificationMessage,
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

/** The four levels of authentication assurance: default names where the request gives none. */
const acrLevels = (given: PoolConfig['AcrConfiguration']): PoolConfig['AcrConfiguration'] => ({
  Level1: { AcrValue: 'urn:cognito:loa:1' },
  Level2: { AcrValue: 'urn:cognito:loa:2' },
  Level3: { AcrValue: 'urn:cognito:loa:3' },
  Level4: { AcrValue: 'urn:cognito:loa:4' },
  ...given,
});

const smsConfiguration = (given: PoolConfig['SmsConfiguration'], region: string): PoolConfig['SmsConfiguration'] =>
  given?.SnsCallerArn === undefined ? given : { SnsRegion: region, ...given };

const keyConfiguration = (given: NonNullable<PoolConfig['KeyConfiguration']>): PoolConfig['KeyConfiguration'] => ({
  KeyType: given.KmsKeyArn === undefined ? 'AWS_OWNED_KEY' : 'CUSTOMER_MANAGED_KEY',
  ...given,
});

/** @param current empty for a new pool; else what stays where the request says nothing */
const replaceable = (request: Replaceable, current: PoolConfig, region: string): PoolConfig => {
  const Policies = policies(request, current);
  const dcr = request.DcrConfiguration;
  return {
    Policies,
    DeletionProtection: request.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: lambdaConfig(request.LambdaConfig),
    AutoVerifiedAttributes: request.AutoVerifiedAttributes,
    ...verificationMessages(request),
    SmsAuthenticationMessage: request.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: request.UserAttributeUpdateSettings,
    // Stays as it is, like the policies.
    MfaConfiguration: request.MfaConfiguration ?? current.MfaConfiguration ?? 'OFF',
    // Any member, even an empty structure, switches device tracking on.
    DeviceConfiguration: request.DeviceConfiguration && {
      ChallengeRequiredOnNewDevice: false,
      DeviceOnlyRememberedOnUserPrompt: false,
      ...request.DeviceConfiguration,
    },
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...request.EmailConfiguration },
    SmsConfiguration: smsConfiguration(request.SmsConfiguration, region),
    UserPoolTags: request.UserPoolTags,
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      ...request.AdminCreateUserConfig,
      UnusedAccountValidityDays: Policies?.PasswordPolicy?.TemporaryPasswordValidityDays,
    },
    UserPoolAddOns: request.UserPoolAddOns,
    AccountRecoverySetting: request.AccountRecoverySetting,
    UserPoolTier: request.UserPoolTier ?? defaultTier(request, current.UserPoolTier),
    DcrConfiguration: dcr ? { EnableStatus: 'Enabled', OpenDcrEnabled: false, ...dcr } : current.DcrConfiguration,
    // An update that does not know of keys and issuers must change neither: every token of the pool depends on them.
    KeyConfiguration: keyConfiguration(request.KeyConfiguration ?? current.KeyConfiguration ?? {}),
    IssuerConfiguration: { Type: 'ORIGINAL', ...(request.IssuerConfiguration ?? current.IssuerConfiguration) },
    AcrConfiguration: acrLevels(request.AcrConfiguration),
  };
};

/** @param region that of the pool: where its text messages are sent from unless the request says otherwise */
export const configOfNewPool = (request: CreateUserPoolRequest, region: string): PoolConfig => ({
  ...replaceable(request, {}, region),
  SchemaAttributes: initialSchema(request.Schema),
  AliasAttributes: request.AliasAttributes?.length ? request.AliasAttributes : undefined,
  UsernameAttributes: request.UsernameAttributes?.length ? request.UsernameAttributes : undefined,
  UsernameConfiguration: request.UsernameConfiguration,
});

/** The configuration after UpdateUserPool: what was decided with the pool stays. */
export const configOfUpdatedPool = (request: Replaceable, current: PoolConfig, region: string): PoolConfig => ({
  ...replaceable(request, current, region),
  SchemaAttributes: current.SchemaAttributes,
  AliasAttributes: current.AliasAttributes,
  UsernameAttributes: current.UsernameAttributes,
  UsernameConfiguration: current.UsernameConfiguration,
});
