/** What a row of an import file says, checked against the pool: an account to be made, or why there can be none. Pure. */
import { AwsError } from '../../../contract/errors.ts';
import type { CsvRow } from '../../../lib/csv.ts';
import { type HashAlgorithm, readPasswordHash } from '../../../lib/password-hash.ts';
import type { UserPool } from '../../../storage/pools.ts';
import type { UserFactors, UserStatus } from '../../../storage/users.ts';
import { type Attributes, readAttributes, requireAttributes } from '../../attributes/values.ts';
import type { ImportedPassword } from '../passwords.ts';
import { nameNewUser } from '../username.ts';
import type { Header } from './header.ts';

/** An account to be made. */
export type Draft = {
  sub: string;
  username: string;
  attributes: Attributes;
  status: UserStatus;
  factors: UserFactors;
  password: ImportedPassword | undefined;
};

/** Why a row makes no user: a sentence for the log, which holds no user's data. */
export type RowProblem = { problem: string };
export const problem = (sentence: string): RowProblem => ({ problem: sentence });

const longestRow = 16_000;
/** UsernameType of the API. */
const usernameShape = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
const birthdateShape = /^(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])\/\d{4}$/;

/** @returns what is wrong with a row whatever it holds */
export const shapeProblem = ({ fields, length }: CsvRow, header: Header): RowProblem | undefined => {
  if (length > longestRow) return problem('The row has more than 16,000 characters.');
  if (fields.length !== header.width) return problem('The row does not have as many columns as the header.');
  if (fields.some(field => field.includes('\0'))) return problem('The row has a character that no attribute may have.');
  return undefined;
};

/** The attributes that the row gives a value. @throws InvalidParameterException for those that do not conform to the schema */
export const attributesIn = (pool: UserPool, header: Header, fields: string[]): Attributes => {
  const given = header.attributes.flatMap(({ name, at }) => {
    const value = fields[at];
    return value ? { Name: name, Value: value } : [];
  });
  return readAttributes(pool, given);
};

const contacts = ['email', 'phone_number'] as const;

/** A user who forgets the password, or has none, must be reachable. */
const contactProblem = ({ config }: UserPool, attributes: Attributes): RowProblem | undefined => {
  const isVerified = (name: string) => attributes[`${name}_verified`] === 'true';
  if (!config.AutoVerifiedAttributes?.some(isVerified))
    return problem(
      'The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).',
    );
  const missing = contacts.find(name => isVerified(name) && !attributes[name]);
  return missing && problem(`The User Record sets ${missing}_verified to true and has no ${missing}.`);
};

/** `cognito:mfa_enabled` must say what the pool demands; blank is that. */
const mfaProblem = ({ config }: UserPool, value: string): RowProblem | undefined => {
  if (value === '') return undefined;
  if (!/^(true|false)$/i.test(value)) return problem('cognito:mfa_enabled must be true, false or blank.');
  const isOn = value.toLowerCase() === 'true';
  if (config.MfaConfiguration === 'ON' && !isOn)
    return problem('cognito:mfa_enabled must be true or blank, since the user pool requires MFA.');
  if (config.MfaConfiguration === 'OFF' && isOn)
    return problem('cognito:mfa_enabled must be false or blank, since MFA is off in the user pool.');
  return undefined;
};

/** Where MFA is the user's choice, the file can make it: text messages, the only factor that a file can bring along. */
const factorsOf = ({ config }: UserPool, attributes: Attributes, mfa: string): UserFactors => {
  const isChosen = config.MfaConfiguration === 'OPTIONAL' && mfa.toLowerCase() === 'true';
  const canText = config.SmsConfiguration !== undefined && attributes.phone_number !== undefined;
  return isChosen && canText ? { enabled: ['SMS_MFA'] } : {};
};

/** Whether the user can sign in with a code that is sent to them. */
const isPasswordless = ({ config }: UserPool, attributes: Attributes): boolean => {
  const factors = config.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  return (
    (factors.includes('EMAIL_OTP') && attributes.email !== undefined) ||
    (factors.includes('SMS_OTP') && attributes.phone_number !== undefined)
  );
};

const hashProblems = {
  malformed: 'The password hash does not have the form of the algorithm that the job names.',
  'out of bounds': 'The password hash has parameters that exceed the maximum.',
};

const passwordIn = (algorithm: HashAlgorithm | null, text: string): ImportedPassword | RowProblem | undefined => {
  if (algorithm === null || text === '') return undefined;
  const hash = readPasswordHash(algorithm, text);
  return typeof hash === 'string' ? problem(hashProblems[hash]) : { algorithm, hash: text };
};

/** What the API would answer to such attributes. */
export const sentenceOf = (error: unknown): string => {
  if (error instanceof AwsError) return error.message.trim();
  throw error;
};

type Reading = { pool: UserPool; header: Header; hashAlgorithm: HashAlgorithm | null };

/** @param sub that of the account to be made */
export const readRow = ({ pool, header, hashAlgorithm }: Reading, row: CsvRow, sub: string): Draft | RowProblem => {
  const { fields } = row;
  const cell = (at: number | undefined) => (at === undefined ? '' : (fields[at] ?? ''));
  const broken = shapeProblem(row, header) ?? mfaProblem(pool, cell(header.mfa));
  if (broken !== undefined) return broken;
  const name = cell(header.username);
  if (name === '') return problem('The User Record has no cognito:username.');
  if (!usernameShape.test(name)) return problem('The cognito:username has spaces or more than 128 characters.');
  const password = passwordIn(hashAlgorithm, cell(header.hash));
  if (password !== undefined && 'problem' in password) return password;
  try {
    const { username, attributes } = nameNewUser(pool, name, sub, attributesIn(pool, header, fields));
    requireAttributes(pool, attributes);
    if (attributes.birthdate !== undefined && !birthdateShape.test(attributes.birthdate))
      return problem('The birthdate does not have the form mm/dd/yyyy.');
    const unreachable = contactProblem(pool, attributes);
    if (unreachable !== undefined) return unreachable;
    const status = password !== undefined || isPasswordless(pool, attributes) ? 'CONFIRMED' : 'RESET_REQUIRED';
    return { sub, username, attributes, status, factors: factorsOf(pool, attributes, cell(header.mfa)), password };
  } catch (error) {
    return problem(sentenceOf(error));
  }
};
