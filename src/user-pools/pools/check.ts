/** What a pool's configuration must not say: each rule one entry of a list, checked at CreateUserPool and UpdateUserPool. Pure. */
import { type AwsError, invalidParameter, invalidTags } from '../../contract/errors.ts';
import type { PoolConfig, UserPool } from '../../storage/pools.ts';
import { tagProblem } from './tag-rules.ts';

/** The pool before UpdateUserPool; undefined at CreateUserPool. */
type Before = Pick<UserPool, 'config' | 'settings'> | undefined;
/** @returns what is wrong */
type Rule = (config: PoolConfig, region: string, before: Before) => AwsError | false | undefined;

const has = (list: readonly string[] | undefined, ...names: string[]) => names.some(name => list?.includes(name));
const hasTwins = (list: readonly unknown[]) => new Set(list).size < list.length;

const signIn: Rule[] = [
  ({ UsernameAttributes, AliasAttributes }) =>
    UsernameAttributes !== undefined &&
    AliasAttributes !== undefined &&
    invalidParameter('Only one of the aliasAttributes or usernameAttributes can be set in a user pool.'),
  ({ AliasAttributes, SchemaAttributes }) =>
    has(AliasAttributes, 'preferred_username') &&
    SchemaAttributes?.some(({ Name, Required }) => Name === 'preferred_username' && Required) &&
    invalidParameter('preferred_username can not be a required attribute when it is an alias.'),
  ({ Policies }) =>
    has(Policies?.SignInPolicy?.AllowedFirstAuthFactors, 'SOFTWARE_TOKEN') &&
    invalidParameter('SOFTWARE_TOKEN is not supported as an allowed first auth factor.'),
  ({ Policies }) =>
    !has(Policies?.SignInPolicy?.AllowedFirstAuthFactors, 'PASSWORD') &&
    invalidParameter('Password should be configured as one of the allowed first auth factors.'),
  ({ Policies, MfaConfiguration }) =>
    has(Policies?.SignInPolicy?.AllowedFirstAuthFactors, 'EMAIL_OTP', 'SMS_OTP') &&
    MfaConfiguration === 'ON' &&
    invalidParameter('Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled'),
];

const recovery: Rule[] = [
  ({ AccountRecoverySetting: { RecoveryMechanisms = [] } = {} }) =>
    (hasTwins(RecoveryMechanisms.map(({ Name }) => Name)) ||
      hasTwins(RecoveryMechanisms.map(({ Priority }) => Priority))) &&
    invalidParameter('Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.'),
  ({ AccountRecoverySetting: { RecoveryMechanisms = [] } = {} }) =>
    RecoveryMechanisms.length > 1 &&
    RecoveryMechanisms.some(({ Name }) => Name === 'admin_only') &&
    invalidParameter('Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.'),
];

/** SMS is the only factor that these two operations can bring along; SetUserPoolMfaConfig may have brought others. */
const hasFactor = ({ SmsConfiguration }: PoolConfig, before: Before) =>
  SmsConfiguration !== undefined ||
  before?.settings.mfa?.SoftwareTokenMfaConfiguration?.Enabled ||
  before?.settings.mfa?.EmailMfaConfiguration !== undefined;

const mfa: Rule[] = [
  (config, _region, before) =>
    config.MfaConfiguration === 'ON' &&
    before !== undefined &&
    before.config.MfaConfiguration !== 'ON' &&
    !hasFactor(config, before) &&
    invalidParameter('Cannot turn MFA functionality ON, once the user pool has been created.'),
  (config, _region, before) =>
    config.MfaConfiguration !== 'OFF' &&
    !hasFactor(config, before) &&
    invalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    ),
];

const addressed = /^[^\s@<>]+@[^\s@<>]+$/;
/** `a@example.com` or `A Name <a@example.com>`. */
const isSender = (from: string) => addressed.test(/^[^<>\r\n]*<([^<>]*)>$/.exec(from)?.[1] ?? from);

const messages: Rule[] = [
  ({ EmailConfiguration: { EmailSendingAccount, SourceArn } = {} }) =>
    EmailSendingAccount === 'DEVELOPER' &&
    SourceArn === undefined &&
    invalidParameter('Source ARN is required to use DEVELOPER email sending owner'),
  ({ EmailConfiguration: { From } = {} }) =>
    From !== undefined && !isSender(From) && invalidParameter('Provided From email address is invalid'),
  ({ SmsConfiguration: sms }) =>
    sms !== undefined &&
    (sms.SnsCallerArn === undefined) === (sms.EumsSms === undefined) &&
    invalidParameter('Exactly one of SnsCallerArn and EumsSms must be provided in SmsConfiguration.'),
  ({ SmsConfiguration }, region) =>
    (SmsConfiguration?.EumsSms?.Region ?? region) !== region &&
    invalidParameter(`Invalid region for EumsSms. The allowed region is ${region}`),
  ({ UserAttributeUpdateSettings, AutoVerifiedAttributes }) =>
    UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.some(
      name => !has(AutoVerifiedAttributes, name),
    ) &&
    invalidParameter(
      'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
    ),
];

const triggers: Rule[] = [
  ({ LambdaConfig: lambda = {} }) =>
    (lambda.CustomEmailSender ?? lambda.CustomSMSSender) !== undefined &&
    lambda.KMSKeyID === undefined &&
    invalidParameter('KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.'),
];

/** What a URL or a URN may hold. */
const acrName = /^[\w.~:/?#[\]@!$&'()*+,;=%-]+$/;
const grantTypes = ['code', 'implicit', 'client_credentials'];

const tokens: Rule[] = [
  ({ AcrConfiguration = {} }) => {
    const unknown = Object.keys(AcrConfiguration).find(level => !/^Level[1-4]$/.test(level));
    return unknown !== undefined && invalidParameter(`Invalid ACR level ${unknown}.`);
  },
  ({ AcrConfiguration = {} }) =>
    Object.values(AcrConfiguration).some(({ AcrValue = '' }) => !acrName.test(AcrValue)) &&
    invalidParameter('The names of ACR levels can only contain characters that are valid in a URL or a URN.'),
  ({ AcrConfiguration = {} }) =>
    hasTwins(Object.values(AcrConfiguration).map(({ AcrValue }) => AcrValue)) &&
    invalidParameter('The names of ACR levels must be unique.'),
  ({ KeyConfiguration: { KeyType, KmsKeyArn } = {} }) =>
    KeyType === 'CUSTOMER_MANAGED_KEY' &&
    KmsKeyArn === undefined &&
    invalidParameter('KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.'),
  ({ DcrConfiguration: { AuthenticatedGrantTypes = [], OpenDcrGrantTypes = [] } = {} }) => {
    const unknown = [...AuthenticatedGrantTypes, ...OpenDcrGrantTypes].find(type => !grantTypes.includes(type));
    return unknown !== undefined && invalidParameter(`Invalid grant type ${unknown} in DcrConfiguration.`);
  },
];

const tags: Rule[] = [
  ({ UserPoolTags = {} }) => {
    const problem = tagProblem(UserPoolTags);
    return problem !== undefined && invalidTags(problem);
  },
];

const rules: Rule[] = [...signIn, ...recovery, ...mfa, ...messages, ...triggers, ...tokens, ...tags];

/**
 * @param region that of the pool
 * @param before the pool before UpdateUserPool, on which some rules depend
 * @throws the first rule that is broken, in AWS's words where they are known
 */
export const checkPoolConfig = (config: PoolConfig, region: string, before?: Before): void => {
  for (const rule of rules) {
    const broken = rule(config, region, before);
    if (broken) throw broken;
  }
};

/** @throws InvalidParameterException for a request that says one thing twice, and differently */
export const checkAmbiguous = ({
  Policies,
  AdminCreateUserConfig,
  LambdaConfig,
}: Pick<PoolConfig, 'Policies' | 'AdminCreateUserConfig' | 'LambdaConfig'>): void => {
  const temporary = Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  const unused = AdminCreateUserConfig?.UnusedAccountValidityDays;
  // Equal values are what DescribeUserPool gave.
  if (temporary && unused && temporary !== unused)
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  const { PreTokenGeneration: older, PreTokenGenerationConfig: newer } = LambdaConfig ?? {};
  if (older !== undefined && newer !== undefined && older !== newer.LambdaArn)
    throw invalidParameter(
      "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
    );
};
