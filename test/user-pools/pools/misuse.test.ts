/** What CreateUserPool, UpdateUserPool and AddCustomAttributes refuse, in Cognito's words; and AWS's own sample, which they do not refuse. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CreateUserPoolCommandInput,
  SchemaAttributeType,
  UpdateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { startWorld, type World } from '../../support/world.ts';

type Refusal<Input> = [what: string, input: Input, name: string, message: string];
type Create = Refusal<Partial<CreateUserPoolCommandInput>>;

const invalid = 'InvalidParameterException';
const unavailable = 'FeatureUnavailableInTierException';
const lambda = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const factors = (...AllowedFirstAuthFactors: string[]) =>
  ({ SignInPolicy: { AllowedFirstAuthFactors } }) as CreateUserPoolCommandInput['Policies'];
const recovery = (...options: [string, number][]) => ({
  AccountRecoverySetting: {
    RecoveryMechanisms: options.map(([Name, Priority]) => ({ Name: Name as 'admin_only', Priority })),
  },
});
const disabled = (tier: string, features: string) =>
  `The following features need to be disabled for the ${tier} pricing tier configured: ${features}`;
const outside = (path: string, value: unknown, constraint: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${constraint}`;

const settings: Create[] = [
  [
    'aliases and username attributes together',
    { AliasAttributes: ['email'], UsernameAttributes: ['email'] },
    invalid,
    'Only one of the aliasAttributes or usernameAttributes can be set in a user pool.',
  ],
  [
    'an alias that is a required preferred_username',
    { AliasAttributes: ['preferred_username'], Schema: [{ Name: 'preferred_username', Required: true }] },
    invalid,
    'preferred_username can not be a required attribute when it is an alias.',
  ],
  [
    'first factors without the password',
    { Policies: factors('WEB_AUTHN') },
    invalid,
    'Password should be configured as one of the allowed first auth factors.',
  ],
  [
    'a software token as first factor',
    { Policies: factors('PASSWORD', 'SOFTWARE_TOKEN') },
    invalid,
    'SOFTWARE_TOKEN is not supported as an allowed first auth factor.',
  ],
  [
    'a one-time password as first factor where MFA is required',
    { Policies: factors('PASSWORD', 'SMS_OTP'), MfaConfiguration: 'ON', SmsConfiguration },
    invalid,
    'Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled',
  ],
  [
    'two ways to recover of one priority',
    recovery(['verified_email', 1], ['verified_phone_number', 1]),
    invalid,
    'Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
  ],
  [
    'one way to recover twice',
    recovery(['verified_email', 1], ['verified_email', 2]),
    invalid,
    'Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.',
  ],
  [
    'recovery by administrators only, and by e-mail',
    recovery(['admin_only', 1], ['verified_email', 2]),
    invalid,
    'Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.',
  ],
  [
    'DEVELOPER e-mail from nowhere',
    { EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } },
    invalid,
    'Source ARN is required to use DEVELOPER email sending owner',
  ],
  ...['nobody', 'a@b\r\nBcc: c@example.com', 'A <a>', 'A <a@example.com> B', 'a b@example.com'].map(
    (From): Create => [
      `the sender ${JSON.stringify(From)}`,
      { EmailConfiguration: { From } },
      invalid,
      'Provided From email address is invalid',
    ],
  ),
  [
    'two ways to send SMS',
    { SmsConfiguration: { ...SmsConfiguration, EumsSms: { CallerArn: SmsConfiguration.SnsCallerArn } } },
    invalid,
    'Exactly one of SnsCallerArn and EumsSms must be provided in SmsConfiguration.',
  ],
  [
    'no way to send SMS',
    { SmsConfiguration: { ExternalId: 'x' } },
    invalid,
    'Exactly one of SnsCallerArn and EumsSms must be provided in SmsConfiguration.',
  ],
  [
    'SMS from another region',
    { SmsConfiguration: { EumsSms: { CallerArn: SmsConfiguration.SnsCallerArn, Region: 'eu-west-1' } } },
    invalid,
    'Invalid region for EumsSms. The allowed region is us-east-1',
  ],
  [
    'verification before update of what is not verified',
    {
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['phone_number'] },
    },
    invalid,
    'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
  ],
  [
    'a custom sender without a key',
    { LambdaConfig: { CustomEmailSender: { LambdaVersion: 'V1_0', LambdaArn: lambda('f') } } },
    invalid,
    'KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.',
  ],
  [
    'two functions before token generation',
    {
      LambdaConfig: {
        PreTokenGeneration: lambda('f'),
        PreTokenGenerationConfig: { LambdaVersion: 'V1_0', LambdaArn: lambda('g') },
      },
    },
    invalid,
    "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
  ],
  [
    'two lifetimes of temporary passwords',
    {
      Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 1 } },
      AdminCreateUserConfig: { UnusedAccountValidityDays: 2 },
    },
    invalid,
    'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
  ],
  [
    'a fifth level of assurance',
    { AcrConfiguration: { Level5: { AcrValue: 'x' } } },
    invalid,
    'Invalid ACR level Level5.',
  ],
  [
    'two levels of assurance of one name, a default one',
    { AcrConfiguration: { Level1: { AcrValue: 'urn:cognito:loa:2' } } },
    invalid,
    'The names of ACR levels must be unique.',
  ],
  [
    'a level of assurance that no URL could name',
    { AcrConfiguration: { Level1: { AcrValue: 'high security' } } },
    invalid,
    'The names of ACR levels can only contain characters that are valid in a URL or a URN.',
  ],
  [
    'a customer’s key that is not named',
    { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY' } },
    invalid,
    'KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.',
  ],
  [
    'a grant type that nobody knows',
    { DcrConfiguration: { OpenDcrGrantTypes: ['password' as 'code'] } },
    invalid,
    'Invalid grant type password in DcrConfiguration.',
  ],
  [
    '51 tags',
    { UserPoolTags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, ''])) },
    'UserPoolTaggingException',
    'A user pool can have at most 50 tags.',
  ],
  [
    'a tag of AWS’s own',
    { UserPoolTags: { 'aws:x': '' } },
    'UserPoolTaggingException',
    'Tag keys must not start with aws:',
  ],
  [
    'a short minimum length',
    { Policies: { PasswordPolicy: { MinimumLength: 5 } } },
    invalid,
    outside('policies.passwordPolicy.minimumLength', 5, 'have value greater than or equal to 6'),
  ],
  [
    'a long minimum length',
    { Policies: { PasswordPolicy: { MinimumLength: 100 } } },
    invalid,
    outside('policies.passwordPolicy.minimumLength', 100, 'have value less than or equal to 99'),
  ],
  [
    'a long history',
    { Policies: { PasswordPolicy: { PasswordHistorySize: 25 } } },
    invalid,
    outside('policies.passwordPolicy.passwordHistorySize', 25, 'have value less than or equal to 24'),
  ],
  [
    'a temporary password of more than a year',
    { Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: 366 } } },
    invalid,
    outside('policies.passwordPolicy.temporaryPasswordValidityDays', 366, 'have value less than or equal to 365'),
  ],
];

/** Withheld by price, and only where CENOTE_TIERS asks for it. */
const plans: Create[] = [
  [
    'passwordless sign-in on the LITE plan',
    { UserPoolTier: 'LITE', Policies: factors('PASSWORD', 'EMAIL_OTP') },
    unavailable,
    disabled('LITE', 'Passwordless Sign-In'),
  ],
  [
    'tokens made to measure on the LITE plan, and more',
    {
      UserPoolTier: 'LITE',
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: lambda('f') } },
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
    },
    unavailable,
    disabled('LITE', 'Token Customization with Pre-Token Generation Lambda V2_0, Threat Protection'),
  ],
  [
    'client registration on the LITE plan',
    { UserPoolTier: 'LITE', DcrConfiguration: {} },
    unavailable,
    disabled('LITE', 'Dynamic Client Registration'),
  ],
  [
    'password history on the LITE plan',
    { UserPoolTier: 'LITE', Policies: { PasswordPolicy: { PasswordHistorySize: 1 } } },
    unavailable,
    disabled('LITE', 'Password History'),
  ],
  [
    'names of assurance levels on the LITE plan',
    { UserPoolTier: 'LITE', AcrConfiguration: { Level1: { AcrValue: 'urn:x' } } },
    unavailable,
    disabled('LITE', 'Custom ACR Level Names'),
  ],
  [
    'threat protection on the ESSENTIALS plan',
    { UserPoolTier: 'ESSENTIALS', UserPoolAddOns: { AdvancedSecurityMode: 'ENFORCED' } },
    unavailable,
    disabled('ESSENTIALS', 'Threat Protection'),
  ],
];

const smsNeeded = 'SMS configuration and Auto verification for phone_number are required when MFA is required/optional';
const mfaAtCreation: Create[] = (['ON', 'OPTIONAL'] as const).map(MfaConfiguration => [
  `MFA ${MfaConfiguration} without SMS`,
  { MfaConfiguration },
  invalid,
  smsNeeded,
]);

type Attributes = Refusal<SchemaAttributeType>;
const custom = { Name: 'x', AttributeDataType: 'String' as const };
const attributes: Attributes[] = [
  [
    'a required custom attribute',
    { ...custom, Required: true },
    invalid,
    'Required custom attributes are not supported currently.',
  ],
  [
    'no type',
    { Name: 'x' },
    invalid,
    'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
  ],
  [
    'no name',
    { AttributeDataType: 'String' },
    invalid,
    'Invalid Name for schema attribute, a custom attribute must have a name.',
  ],
  [
    'a length that is none',
    { ...custom, StringAttributeConstraints: { MinLength: 'ten' } },
    invalid,
    'Invalid MinLength for schema attribute x',
  ],
  [
    'a long value',
    { ...custom, StringAttributeConstraints: { MaxLength: '2049' } },
    invalid,
    'user.x: String attributes cannot have a length of more than 2048',
  ],
  [
    'lengths the wrong way round',
    { ...custom, StringAttributeConstraints: { MinLength: '5', MaxLength: '4' } },
    invalid,
    "Attribute custom:x cannot have a max length shorter than it's min length",
  ],
  [
    'a bound that is no number',
    { Name: 'x', AttributeDataType: 'Number', NumberAttributeConstraints: { MaxValue: '0x10' } },
    invalid,
    'Invalid MaxValue for schema attribute x',
  ],
  [
    'bounds the wrong way round',
    { Name: 'x', AttributeDataType: 'Number', NumberAttributeConstraints: { MinValue: '5', MaxValue: '4.9' } },
    invalid,
    "Attribute custom:x cannot have a max value smaller than it's min value",
  ],
];

describe('misuse of pools', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({ Schema: [custom, { ...custom, Name: 'dev', DeveloperOnlyAttribute: true }] });
  });
  after(() => world.stop());

  for (const [what, input, name, message] of [...settings, ...mfaAtCreation])
    it(`CreateUserPool refuses ${what}`, () =>
      assert.rejects(world.aws.createUserPool({ PoolName: 'refused', ...input }), { name, message }));

  const notUpdatable = ['AliasAttributes', 'Schema'];
  for (const [what, input, name, message] of settings.filter(([, input]) => !notUpdatable.some(key => key in input)))
    it(`UpdateUserPool refuses ${what}`, () =>
      assert.rejects(world.aws.updateUserPool({ UserPoolId: pool, ...input } as UpdateUserPoolCommandInput), {
        name,
        message,
      }));

  for (const [what, attribute, name, message] of attributes)
    it(`CreateUserPool and AddCustomAttributes refuse ${what}`, async () => {
      const expected = { name, message };
      await assert.rejects(world.aws.createUserPool({ PoolName: 'refused', Schema: [attribute] }), expected);
      const CustomAttributes = [attribute];
      await assert.rejects(world.aws.addCustomAttributes({ UserPoolId: pool, CustomAttributes }), expected);
    });

  it('a schema that says a name twice, or that bends a standard attribute', async () => {
    const refused = (message: string, ...Schema: SchemaAttributeType[]) =>
      assert.rejects(world.aws.createUserPool({ PoolName: 'refused', Schema }), { name: invalid, message });
    await refused('Duplicate custom attribute names custom:x are not allowed in a user pool schema.', custom, custom);
    const email = { Name: 'email' };
    await refused('Duplicate custom attribute names email are not allowed in a user pool schema.', email, email);
    for (const bent of [{ AttributeDataType: 'Number' as const }, { DeveloperOnlyAttribute: true }])
      await refused(
        'You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email',
        { ...email, ...bent },
      );
    // One longer than a custom name may be.
    const Name = 'phone_number_verified';
    await refused(outside('schema.1.member.name', Name, 'have length less than or equal to 20'), { Name });
  });

  it('AddCustomAttributes refuses what is there, as often as it comes, and the 51st', async () => {
    const add = (...CustomAttributes: SchemaAttributeType[]) =>
      world.aws.addCustomAttributes({ UserPoolId: pool, CustomAttributes });
    for (const [attribute, stored] of [
      [custom, 'custom:x'],
      [{ ...custom, Name: 'dev', DeveloperOnlyAttribute: true }, 'dev:custom:dev'],
    ] as const)
      await assert.rejects(add(attribute), {
        name: invalid,
        message: `${stored}: Existing attribute already has name ${stored}.`,
      });
    const many = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => ({ ...custom, Name: `n${from + n}` }));
    await add(...many(2, 27));
    await assert.rejects(add(...many(27, 53)), {
      name: invalid,
      message: /Member must have length less than or equal to 25$/,
    });
    await assert.rejects(add(...many(27, 52)), {
      name: invalid,
      message: 'The user pool can have at most 50 custom attributes.',
    });
    await add(...many(27, 50));
    await assert.rejects(add(...many(50, 51)), { name: invalid });
    const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool?.SchemaAttributes?.length, 21 + 50);
  });

  it('UpdateUserPool does not turn MFA on, nor takes away what it needs', async () => {
    const refused = (UserPoolId: string, message: string, input: Partial<UpdateUserPoolCommandInput>) =>
      assert.rejects(world.aws.updateUserPool({ UserPoolId, ...input }), { name: invalid, message });
    const turnOn = 'Cannot turn MFA functionality ON, once the user pool has been created.';
    await refused(pool, turnOn, { MfaConfiguration: 'ON' });
    await refused(pool, turnOn, { MfaConfiguration: 'ON', AutoVerifiedAttributes: ['phone_number'] });
    await refused(pool, smsNeeded, { MfaConfiguration: 'OPTIONAL' });
    const withMfa = await world.createPool({ MfaConfiguration: 'ON', SmsConfiguration });
    await refused(withMfa, smsNeeded, { PoolName: 'x' });
    await world.aws.updateUserPool({ UserPoolId: withMfa, MfaConfiguration: 'OFF' });
    const { UserPool } = await world.aws.describeUserPool({ UserPoolId: withMfa });
    assert.equal(UserPool?.MfaConfiguration, 'OFF');
    assert.equal(UserPool?.SmsConfiguration, undefined);
  });

  it('no plan withholds anything by itself', async () => {
    for (const [what, input] of plans) {
      const { UserPool } = await world.aws.createUserPool({ PoolName: 'everything', ...input });
      assert.equal(UserPool?.UserPoolTier, input.UserPoolTier, what);
    }
  });

  it('what the SMS configuration needs is filled in', async () => {
    const smsOf = async (sms: CreateUserPoolCommandInput['SmsConfiguration']) =>
      (await world.aws.createUserPool({ PoolName: 'sms', SmsConfiguration: sms })).UserPool?.SmsConfiguration;
    assert.deepEqual(await smsOf(SmsConfiguration), { ...SmsConfiguration, SnsRegion: 'us-east-1' });
    const EumsSms = {
      CallerArn: SmsConfiguration.SnsCallerArn,
      ExternalId: 'x',
      OriginationIdentity: '+14255550100',
      ConfigurationSetName: 'set',
      InEntityId: 'entity',
      InTemplateId: 'template',
      Region: 'us-east-1',
    };
    assert.deepEqual(await smsOf({ EumsSms }), { EumsSms });
  });

  it('the sample of the API reference is accepted, and answered as there', async () => {
    const messages = {
      EmailVerificationMessage: 'Your verification code is {####}.',
      EmailVerificationSubject: 'Verify your email address',
      SmsVerificationMessage: 'Your verification code is {####}.',
      VerificationMessageTemplate: {
        DefaultEmailOption: 'CONFIRM_WITH_CODE' as const,
        EmailMessage: 'Your confirmation code is {####}',
        EmailMessageByLink: 'Choose this link to {##verify your email##}',
        EmailSubject: 'Here is your confirmation code',
        EmailSubjectByLink: 'Here is your confirmation link',
        SmsMessage: 'Your confirmation code is {####}',
      },
    };
    const { UserPool } = await world.aws.createUserPool({
      PoolName: 'my-test-user-pool',
      AliasAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      MfaConfiguration: 'OPTIONAL',
      Policies: {
        PasswordPolicy: { MinimumLength: 6, TemporaryPasswordValidityDays: 7 },
        ...factors('PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'),
      },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
      SmsConfiguration: { ExternalId: 'my-role-external-id', ...SmsConfiguration },
      LambdaConfig: { PreTokenGeneration: lambda('MyFunction') },
      UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
      UserPoolTier: 'ESSENTIALS',
      ...messages,
    });
    const { EmailVerificationMessage, EmailVerificationSubject, SmsVerificationMessage } = UserPool ?? {};
    const { VerificationMessageTemplate } = UserPool ?? {};
    assert.deepEqual(
      { EmailVerificationMessage, EmailVerificationSubject, SmsVerificationMessage, VerificationMessageTemplate },
      messages,
    );
    assert.equal(UserPool?.LambdaConfig?.PreTokenGeneration, lambda('MyFunction'));
    assert.equal(UserPool?.SmsConfiguration?.SnsRegion, 'us-east-1');
  });
});

describe('plans', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    pool = await world.createPool();
  });
  after(() => world.stop());

  for (const [what, input, name, message] of plans)
    it(`withhold ${what}`, async () => {
      await assert.rejects(world.aws.createUserPool({ PoolName: 'refused', ...input }), { name, message });
      await assert.rejects(world.aws.updateUserPool({ UserPoolId: pool, ...input } as UpdateUserPoolCommandInput), {
        name,
        message,
      });
    });

  it('a plan is left when its features are', async () => {
    const UserPoolId = await world.createPool({ UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } });
    const tier = async () => (await world.aws.describeUserPool({ UserPoolId })).UserPool?.UserPoolTier;
    assert.equal(await tier(), 'PLUS', 'threat protection asks for the PLUS plan by itself');
    const UserPoolAddOns = { AdvancedSecurityMode: 'AUDIT' as const };
    await assert.rejects(world.aws.updateUserPool({ UserPoolId, UserPoolTier: 'ESSENTIALS', UserPoolAddOns }), {
      name: 'TierChangeNotAllowedException',
      message: disabled('ESSENTIALS', 'Threat Protection'),
    });
    await world.aws.updateUserPool({ UserPoolId, UserPoolTier: 'ESSENTIALS', DcrConfiguration: {} });
    assert.equal(await tier(), 'ESSENTIALS');
    await assert.rejects(world.aws.updateUserPool({ UserPoolId, UserPoolTier: 'LITE' }), {
      name: 'TierChangeNotAllowedException',
      message: disabled('LITE', 'Dynamic Client Registration'),
    });
    await world.aws.updateUserPool({
      UserPoolId,
      UserPoolTier: 'LITE',
      DcrConfiguration: { EnableStatus: 'Disabled' },
    });
    await world.aws.updateUserPool({ UserPoolId, PoolName: 'still lite' });
    assert.equal(await tier(), 'LITE');
    await world.aws.updateUserPool({ UserPoolId, UserPoolAddOns });
    assert.equal(await tier(), 'PLUS');
  });
});
