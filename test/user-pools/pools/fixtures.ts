/** Requests with something in every member, written by hand from the API reference, and what DescribeUserPool then says. */
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';

const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** Every member of CreateUserPool, but for UsernameAttributes, which AliasAttributes excludes. */
export const maximalPool = {
  PoolName: 'Everything, at once',
  Policies: {
    PasswordPolicy: {
      MinimumLength: 10,
      RequireUppercase: false,
      RequireLowercase: true,
      RequireNumbers: false,
      RequireSymbols: true,
      PasswordHistorySize: 5,
      TemporaryPasswordValidityDays: 30,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] },
  },
  DeletionProtection: 'ACTIVE',
  LambdaConfig: {
    PreSignUp: lambda('PreSignUp'),
    CustomMessage: lambda('CustomMessage'),
    PostConfirmation: lambda('PostConfirmation'),
    PreAuthentication: lambda('PreAuthentication'),
    PostAuthentication: lambda('PostAuthentication'),
    DefineAuthChallenge: lambda('DefineAuthChallenge'),
    CreateAuthChallenge: lambda('CreateAuthChallenge'),
    VerifyAuthChallengeResponse: lambda('VerifyAuthChallengeResponse'),
    PreTokenGeneration: lambda('PreTokenGeneration'),
    UserMigration: lambda('UserMigration'),
    PreTokenGenerationConfig: { LambdaVersion: 'V3_0', LambdaArn: lambda('PreTokenGeneration') },
    CustomSMSSender: { LambdaVersion: 'V1_0', LambdaArn: lambda('CustomSMSSender') },
    CustomEmailSender: { LambdaVersion: 'V1_0', LambdaArn: lambda('CustomEmailSender') },
    KMSKeyID: 'arn:aws:kms:us-east-1:123456789012:key/4d43904c-8edf-4bb4-9fca-fb1a80e41cbe',
    InboundFederation: { LambdaVersion: 'V1_0', LambdaArn: lambda('InboundFederation') },
  },
  AutoVerifiedAttributes: ['email', 'phone_number'],
  AliasAttributes: ['email', 'phone_number', 'preferred_username'],
  SmsVerificationMessage: 'The older code {####}',
  EmailVerificationMessage: 'The older code is {####}, <b>ä€𝄞</b>',
  EmailVerificationSubject: 'Older',
  VerificationMessageTemplate: {
    SmsMessage: 'Your code: {####}',
    EmailMessage: 'Your code: {####}',
    EmailSubject: 'Your code',
    EmailMessageByLink: 'Please {##verify your address##}',
    EmailSubjectByLink: 'Your link',
    DefaultEmailOption: 'CONFIRM_WITH_LINK',
  },
  SmsAuthenticationMessage: 'Sign in with {####}',
  MfaConfiguration: 'OPTIONAL',
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email', 'phone_number'] },
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
  EmailConfiguration: {
    SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/support@example.com',
    ReplyToEmailAddress: 'reply@example.com',
    EmailSendingAccount: 'DEVELOPER',
    From: 'Support <support@example.com>',
    ConfigurationSet: 'my-set_1',
  },
  SmsConfiguration: {
    SnsCallerArn: 'arn:aws:iam::123456789012:role/service-role/sms',
    ExternalId: 'external',
    SnsRegion: 'eu-west-1',
  },
  UserPoolTags: { stage: 'test', empty: '', __proto__x: 'y' },
  AdminCreateUserConfig: {
    AllowAdminCreateUserOnly: true,
    UnusedAccountValidityDays: 30,
    InviteMessageTemplate: {
      SMSMessage: '{username}: {####}',
      EmailMessage: 'Dear {username}, {####}',
      EmailSubject: 'Welcome',
    },
  },
  Schema: [
    { Name: 'email', Required: true, Mutable: true },
    { Name: 'birthdate', StringAttributeConstraints: { MinLength: '8', MaxLength: '12' } },
    {
      Name: 'text',
      AttributeDataType: 'String',
      Mutable: true,
      StringAttributeConstraints: { MinLength: '1', MaxLength: '99' },
    },
    { Name: 'age', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '-1', MaxValue: '1.5' } },
    { Name: 'since', AttributeDataType: 'DateTime', Mutable: false },
    { Name: 'flag', AttributeDataType: 'Boolean', Mutable: true },
    {
      Name: 'mydev',
      AttributeDataType: 'Number',
      DeveloperOnlyAttribute: true,
      Mutable: true,
      Required: false,
      NumberAttributeConstraints: { MinValue: '1', MaxValue: '99' },
      StringAttributeConstraints: { MinLength: '1', MaxLength: '99' },
    },
  ],
  UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED', AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'AUDIT' } },
  UsernameConfiguration: { CaseSensitive: false },
  AccountRecoverySetting: {
    RecoveryMechanisms: [
      { Name: 'verified_email', Priority: 1 },
      { Name: 'verified_phone_number', Priority: 2 },
    ],
  },
  UserPoolTier: 'PLUS',
  DcrConfiguration: {
    EnableStatus: 'Enabled',
    OpenDcrEnabled: true,
    AuthenticatedGrantTypes: ['code', 'client_credentials'],
    OpenDcrGrantTypes: [],
    AllowedScopes: ['aws.cognito.signin.user.admin'],
  },
  KeyConfiguration: {
    KeyType: 'CUSTOMER_MANAGED_KEY',
    KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef',
  },
  IssuerConfiguration: { Type: 'UPDATED' },
  AcrConfiguration: {
    Level1: { AcrValue: 'urn:example:low' },
    Level2: { AcrValue: 'urn:example:2' },
    Level3: { AcrValue: 'https://example.com/acr?level=3' },
    Level4: { AcrValue: 'urn:example:high' },
  },
} satisfies Omit<Required<CreateUserPoolCommandInput>, 'UsernameAttributes'>;

/** The custom part of the schema that `maximalPool` asks for. */
export const maximalCustomSchema = [
  {
    Name: 'custom:text',
    AttributeDataType: 'String',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    StringAttributeConstraints: { MinLength: '1', MaxLength: '99' },
  },
  {
    Name: 'custom:age',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: false,
    Mutable: false,
    Required: false,
    NumberAttributeConstraints: { MinValue: '-1', MaxValue: '1.5' },
  },
  {
    Name: 'custom:since',
    AttributeDataType: 'DateTime',
    DeveloperOnlyAttribute: false,
    Mutable: false,
    Required: false,
  },
  {
    Name: 'custom:flag',
    AttributeDataType: 'Boolean',
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
  },
  {
    Name: 'dev:custom:mydev',
    AttributeDataType: 'Number',
    DeveloperOnlyAttribute: true,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: '1', MaxValue: '99' },
  },
];

/** What a pool says of itself when only its name was given, without identity, dates and schema. */
export const defaultDescription = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
  },
  DeletionProtection: 'INACTIVE',
  LambdaConfig: {},
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
  MfaConfiguration: 'OFF',
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  UserPoolTier: 'ESSENTIALS',
  KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' },
  IssuerConfiguration: { Type: 'ORIGINAL' },
  AcrConfiguration: {
    Level1: { AcrValue: 'urn:cognito:loa:1' },
    Level2: { AcrValue: 'urn:cognito:loa:2' },
    Level3: { AcrValue: 'urn:cognito:loa:3' },
    Level4: { AcrValue: 'urn:cognito:loa:4' },
  },
};
