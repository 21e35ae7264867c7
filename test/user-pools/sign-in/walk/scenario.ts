/** Pools and people by chance, for sign-ins that nobody designs. */
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { attributeList, goodPassword, type World } from '../../../support/world.ts';

const factors = ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'] as const;
export type Factor = (typeof factors)[number];
const statuses = ['CONFIRMED', 'TEMPORARY', 'UNCONFIRMED', 'RESET', 'DISABLED', 'WITHOUT_PASSWORD'] as const;
type Status = (typeof statuses)[number];

type Wish = { status: Status; email: boolean; phone: boolean; app: boolean; enabled: Factor[]; preferred: number };
export type Move = { kind: number; who: number; which: number; how: number };
export type Scenario = {
  mode: 'OFF' | 'OPTIONAL' | 'ON';
  offered: Factor[];
  codes: ('EMAIL_OTP' | 'SMS_OTP')[];
  custom: boolean;
  hides: boolean;
  recovery: 'none' | 'email' | 'phone';
  people: [Wish, Wish];
  moves: Move[];
};
export type Person = Wish & {
  name: string;
  mail: string;
  tel: string;
  password: string;
  /** Of the authenticator app. */
  secret: string;
  exists: boolean;
};

const wish: fc.Arbitrary<Wish> = fc.record({
  status: fc.oneof({ weight: 3, arbitrary: fc.constant<Status>('CONFIRMED') }, fc.constantFrom(...statuses)),
  email: fc.boolean(),
  phone: fc.boolean(),
  app: fc.boolean(),
  enabled: fc.subarray([...factors]),
  preferred: fc.nat(3),
});
const die = fc.nat(99);

export const scenarios = (moves: number): fc.Arbitrary<Scenario> =>
  fc.record({
    mode: fc.constantFrom('OFF' as const, 'OPTIONAL' as const, 'ON' as const),
    offered: fc.subarray([...factors], { minLength: 1 }),
    codes: fc.subarray(['EMAIL_OTP' as const, 'SMS_OTP' as const]),
    custom: fc.boolean(),
    hides: fc.boolean(),
    recovery: fc.constantFrom('none' as const, 'email' as const, 'phone' as const),
    people: fc.tuple(wish, wish),
    moves: fc.array(fc.record({ kind: die, who: die, which: die, how: die }), { minLength: moves, maxLength: moves }),
  });

const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
const EmailConfiguration = {
  SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
  EmailSendingAccount: 'DEVELOPER' as const,
};
const recoveries = {
  none: undefined,
  email: ['verified_email', 'verified_phone_number'],
  phone: ['verified_phone_number', 'verified_email'],
} as const;
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
const triggers = {
  DefineAuthChallenge: arnOf('define'),
  CreateAuthChallenge: arnOf('create'),
  VerifyAuthChallengeResponse: arnOf('verify'),
};
const functionsFile = new URL('../../triggers/functions/magic-word.mjs', import.meta.url).pathname;

/** What `startWorld` needs for the functions of custom authentication. */
export const walkSettings = {
  CENOTE_TRIGGERS: ['define', 'create', 'verify'].map(name => `${name}=module:${functionsFile}#${name}`).join(),
};

export const has = (person: Wish, factor: Factor): boolean =>
  ({ SMS_MFA: person.phone, EMAIL_OTP: person.email, SOFTWARE_TOKEN_MFA: person.app })[factor];

/** A fresh code of the person's app: each is good once. */
export const codeOf = (world: World, { secret }: Person): string => {
  world.clock.advance(30_000);
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });
};

const createPool = (world: World, { codes, recovery, custom }: Scenario): Promise<string> => {
  const names = recoveries[recovery];
  return world.createPool({
    SmsConfiguration,
    EmailConfiguration,
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', ...codes] as AuthFactorType[] } },
    AccountRecoverySetting: names && {
      RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })),
    },
    ...(custom ? { LambdaConfig: triggers } : {}),
  });
};

const createClient = (world: World, pool: string, { hides }: Scenario): Promise<string> =>
  world.createClient(pool, {
    ExplicitAuthFlows: [
      'ALLOW_USER_AUTH',
      'ALLOW_CUSTOM_AUTH',
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    ],
    PreventUserExistenceErrors: hides ? 'ENABLED' : 'LEGACY',
  });

const setMfa = (world: World, pool: string, mode: Scenario['mode'], offered: readonly Factor[]) =>
  world.aws.setUserPoolMfaConfig({
    UserPoolId: pool,
    MfaConfiguration: mode,
    ...(mode === 'OFF'
      ? {}
      : {
          SmsMfaConfiguration: offered.includes('SMS_MFA') ? { SmsConfiguration } : undefined,
          SoftwareTokenMfaConfiguration: { Enabled: offered.includes('SOFTWARE_TOKEN_MFA') },
          EmailMfaConfiguration: offered.includes('EMAIL_OTP') ? {} : undefined,
        }),
  });

let serial = 0;

/** A wish that can come true: without a password there must be addresses for codes, a reset needs a verified one. */
const possible = (wanted: Wish, name: string, { codes }: Scenario): Person => {
  serial++;
  const status = wanted.status === 'WITHOUT_PASSWORD' && codes.length === 0 ? 'CONFIRMED' : wanted.status;
  const needsAddress = status === 'WITHOUT_PASSWORD' || status === 'RESET';
  const person = {
    ...wanted,
    status,
    email: wanted.email || needsAddress,
    phone: wanted.phone || needsAddress,
    app: wanted.app && status !== 'WITHOUT_PASSWORD' && status !== 'UNCONFIRMED',
    name,
    mail: `${name}${serial}@walk.example`,
    tel: `+1555${String(serial).padStart(7, '0')}`,
    password: goodPassword,
    secret: '',
    exists: true,
  };
  // VerifySoftwareToken switches the app on.
  const enabled = factors.filter(
    factor => has(person, factor) && (wanted.enabled.includes(factor) || factor === 'SOFTWARE_TOKEN_MFA'),
  );
  return { ...person, enabled: status === 'UNCONFIRMED' ? [] : enabled };
};

const enrol = async (world: World, client: string, person: Person): Promise<void> => {
  const { AccessToken } = await world.signIn(client, person.name);
  const { SecretCode = '' } = await world.browser.associateSoftwareToken({ AccessToken });
  person.secret = SecretCode;
  await world.browser.verifySoftwareToken({ AccessToken, UserCode: codeOf(world, person) });
};

/** Makes the person, in a pool that offers every factor. */
const create = async (world: World, pool: string, client: string, person: Person): Promise<void> => {
  const { name, status, enabled } = person;
  const contacts = {
    ...(person.email ? { email: person.mail } : {}),
    ...(person.phone ? { phone_number: person.tel } : {}),
  };
  if (status === 'UNCONFIRMED') {
    await world.signUp(client, name, contacts);
    return;
  }
  const key = { UserPoolId: pool, Username: name };
  const verified = Object.fromEntries(Object.keys(contacts).map(attribute => [`${attribute}_verified`, 'true']));
  const UserAttributes = attributeList({ ...contacts, ...verified });
  const TemporaryPassword = status === 'WITHOUT_PASSWORD' ? undefined : goodPassword;
  await world.aws.adminCreateUser({ ...key, TemporaryPassword, MessageAction: 'SUPPRESS', UserAttributes });
  if (TemporaryPassword) await world.aws.adminSetUserPassword({ ...key, Password: goodPassword, Permanent: true });
  if (person.app) await enrol(world, client, person);
  const setting = (factor: Factor) =>
    enabled.includes(factor) ? { Enabled: true, PreferredMfa: factor === enabled[person.preferred] } : undefined;
  await world.aws.adminSetUserMFAPreference({
    ...key,
    SMSMfaSettings: setting('SMS_MFA'),
    EmailMfaSettings: setting('EMAIL_OTP'),
    SoftwareTokenMfaSettings: setting('SOFTWARE_TOKEN_MFA'),
  });
};

/** Brings the person into their state. */
const settle = async (world: World, pool: string, { name, status }: Person): Promise<void> => {
  const key = { UserPoolId: pool, Username: name };
  if (status === 'RESET') await world.aws.adminResetUserPassword(key);
  if (status === 'DISABLED') await world.aws.adminDisableUser(key);
  if (status === 'TEMPORARY')
    await world.aws.adminSetUserPassword({ ...key, Password: goodPassword, Permanent: false });
};

export type Place = { pool: string; clients: [string, string]; people: [Person, Person]; nobody: Person };

/** Builds what the scenario wishes for. */
export const setUp = async (world: World, wanted: Scenario): Promise<Place> => {
  // Codes that sign people in and required MFA exclude each other.
  const scenario = wanted.mode === 'ON' ? { ...wanted, codes: [] } : wanted;
  const pool = await createPool(world, scenario);
  const clients: Place['clients'] = [
    await createClient(world, pool, scenario),
    await createClient(world, pool, scenario),
  ];
  const people: Place['people'] = [
    possible(scenario.people[0], 'jane', scenario),
    possible(scenario.people[1], 'joe', scenario),
  ];
  await setMfa(world, pool, 'OPTIONAL', factors);
  for (const person of people) await create(world, pool, clients[0], person);
  // A second factor might stand in the way of a reset.
  await setMfa(world, pool, 'OFF', []);
  for (const person of people) await settle(world, pool, person);
  await setMfa(world, pool, scenario.mode, scenario.offered);
  return { pool, clients, people, nobody: { ...people[0], name: 'nobody', exists: false } };
};
