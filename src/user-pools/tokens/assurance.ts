/** How strongly somebody has signed in: what they have proven, by which methods (claim `amr`), to which level (claim `acr`). Pure. */
import type { UserPool } from '../../storage/pools.ts';

/** What somebody has shown: first factors, second factors, and what stands beside them. */
export type Proof =
  | 'PASSWORD'
  | 'NEW_PASSWORD'
  | 'EMAIL_OTP'
  | 'SMS_OTP'
  | 'WEB_AUTHN'
  /** A passkey whose authenticator has verified its user, by fingerprint or PIN. */
  | 'WEB_AUTHN_VERIFIED'
  /** A passkey whose authenticator is not part of the device: a security key, a telephone. */
  | 'WEB_AUTHN_ROAMING'
  | 'SMS_MFA'
  | 'EMAIL_MFA'
  | 'SOFTWARE_TOKEN_MFA'
  | 'DEVICE'
  | 'CUSTOM_CHALLENGE';

/** Values of `amr`, in Cognito's words (RFC 8176 has most of them). */
export type Method = 'pwd' | 'otp' | 'sms' | 'email_otp' | 'swk' | 'hwk';
export type Level = 1 | 2 | 3 | 4;

const methods: Partial<Record<Proof, Method>> = {
  PASSWORD: 'pwd',
  SOFTWARE_TOKEN_MFA: 'otp',
  SMS_OTP: 'sms',
  SMS_MFA: 'sms',
  EMAIL_OTP: 'email_otp',
  EMAIL_MFA: 'email_otp',
};

const methodOf = (proof: Proof, proven: readonly Proof[]): Method | undefined => {
  if (proof !== 'WEB_AUTHN') return methods[proof];
  return proven.includes('WEB_AUTHN_ROAMING') ? 'hwk' : 'swk';
};

/** The methods behind the proofs, in their order, each once. */
export const methodsOf = (proven: readonly Proof[]): Method[] => [
  ...new Set(proven.flatMap(proof => methodOf(proof, proven) ?? [])),
];

/** The methods as the claim lists them: two or more are a multi-factor combination. */
export const amrOf = (proven: readonly Proof[]): string[] => {
  const listed = methodsOf(proven);
  return listed.length > 1 ? [...listed, 'mfa'] : listed;
};

/** The combinations that satisfy each level: fixed, in Cognito as here. */
const ways: Record<Level, Method[][]> = {
  4: [['pwd', 'otp']],
  3: [['swk'], ['hwk'], ['pwd', 'sms'], ['pwd', 'email_otp']],
  2: [['sms'], ['email_otp']],
  1: [['pwd']],
};
const levels: readonly Level[] = [4, 3, 2, 1];

/** The combinations that satisfy this level or a higher one. */
export const waysTo = (level: Level): Method[][] => levels.filter(each => each >= level).flatMap(each => ways[each]);

/** The highest level that the proofs fully satisfy, if any: a custom challenge alone satisfies none. */
export const levelOf = (proven: readonly Proof[]): Level | undefined => {
  const shown = methodsOf(proven);
  return levels.find(level => ways[level].some(way => way.every(method => shown.includes(method))));
};

type Naming = Pick<UserPool, 'config'>;

const defaultName = (level: Level) => `urn:cognito:loa:${level}`;

/** What the pool calls a level (AcrConfiguration). */
export const acrName = ({ config }: Naming, level: Level): string =>
  config.AcrConfiguration?.[`Level${level}`]?.AcrValue ?? defaultName(level);

export const levelNamed = (pool: Naming, name: string): Level | undefined =>
  levels.find(level => acrName(pool, level) === name);

/** Whether the pool has names of its own for levels: whoever gives them wants to read them in tokens. */
export const namesLevels = (pool: Naming): boolean => levels.some(level => acrName(pool, level) !== defaultName(level));
