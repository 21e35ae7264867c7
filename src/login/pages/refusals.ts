/** What the API refuses with, in the visitor's language, and which field of a form it is about. */
import { AwsError, type AwsErrorName } from '../../contract/errors.ts';
import type { Say } from './language.ts';
import type { TextId } from './texts/en.ts';

/** What is wrong: with the page's form as a whole, or with fields by their names. */
export type Problem = {
  error?: string;
  fields?: Record<string, string>;
  /** The exception behind it, for the request's line in the log. */
  refused?: AwsErrorName;
};

const bySentence: Record<string, TextId> = {
  'Incorrect username or password.': 'refused.credentials',
  'Password attempts exceeded': 'refused.attempts',
  'User is disabled.': 'refused.disabled',
  'Temporary password has expired and must be reset by an administrator.': 'refused.temporary',
  'Invalid session for the user.': 'refused.session',
  'Invalid session for the user, session is expired.': 'refused.session',
  'Invalid session for the user, session can only be used once.': 'refused.session',
  'Your software token has already been used once.': 'refused.usedCode',
  'An account with the given email already exists.': 'refused.takenEmail',
  'An account with the given phone_number already exists.': 'refused.takenPhone',
  'Invalid email address format.': 'refused.email',
  'Username should be an email.': 'refused.email',
  'Invalid phone number format.': 'refused.phone',
  'Username should be a phone number.': 'refused.phone',
  'SignUp is not permitted for this user pool': 'refused.signUp',
  'Credential is not a valid public key credential.': 'passkey.failed',
  'The passkey could not be verified.': 'passkey.failed',
  'The passkey is already registered.': 'addPasskey.exists',
  'A user can have at most 20 passkeys.': 'addPasskey.tooMany',
  'Session does not exist.': 'refused.gone',
  'Device does not exist.': 'refused.gone',
  'The user has no such passkey.': 'refused.gone',
  'Contact administrator to reset password.': 'refused.recovery',
  'User password cannot be reset in the current state.': 'refused.recovery',
  'Cannot reset password for the user as there is no registered/verified email or phone_number': 'refused.recovery',
};

const byName: Partial<Record<AwsErrorName, TextId>> = {
  AliasExistsException: 'refused.taken',
  CodeDeliveryFailureException: 'refused.delivery',
  CodeMismatchException: 'refused.code',
  EnableSoftwareTokenMFAException: 'refused.code',
  ExpiredCodeException: 'refused.expiredCode',
  InvalidEmailRoleAccessPolicyException: 'refused.delivery',
  InvalidSmsRoleAccessPolicyException: 'refused.delivery',
  InvalidSmsRoleTrustRelationshipException: 'refused.delivery',
  InvalidUserPoolConfigurationException: 'refused.secondFactor',
  LimitExceededException: 'refused.attempts',
  MFAMethodNotFoundException: 'refused.secondFactor',
  PasswordHistoryPolicyViolationException: 'refused.passwordUsed',
  PasswordResetRequiredException: 'refused.reset',
  TooManyRequestsException: 'refused.attempts',
  UserNotConfirmedException: 'refused.unconfirmed',
  UserNotFoundException: 'refused.unknown',
  UsernameExistsException: 'refused.taken',
  WebAuthnChallengeNotFoundException: 'passkey.failed',
  WebAuthnClientMismatchException: 'passkey.failed',
  WebAuthnConfigurationMissingException: 'addPasskey.unavailable',
  WebAuthnCredentialNotSupportedException: 'passkey.failed',
  WebAuthnNotEnabledException: 'addPasskey.unavailable',
  WebAuthnOriginNotAllowedException: 'addPasskey.unavailable',
  WebAuthnRelyingPartyMismatchException: 'passkey.failed',
};

/** What a password lacks. */
const violations: Record<string, TextId> = {
  'Password must have uppercase characters': 'passwordRules.uppercase',
  'Password must have lowercase characters': 'passwordRules.lowercase',
  'Password must have numeric characters': 'passwordRules.number',
  'Password must have symbol characters': 'passwordRules.symbol',
  'Password not long enough': 'refused.tooShort',
};

/**
 * The refusal as a text. What has no text of ours is said in the API's own words: those of a function behind a trigger, for instance.
 * @throws the error itself when it is no refusal but a defect
 */
export const refusalText = (say: Say, thrown: unknown): string => {
  if (!(thrown instanceof AwsError) || thrown.status >= 500) throw thrown;
  if (thrown.name === 'InvalidPasswordException') {
    const [, violation = thrown.message] = /policy: (.*)$/s.exec(thrown.message) ?? [];
    const known = violations[violation];
    return say('refused.passwordPolicy', { problem: known === undefined ? violation : say(known) });
  }
  const id = bySentence[thrown.message] ?? byName[thrown.name];
  return id === undefined ? thrown.message : say(id);
};

/** What of a form a refusal is about: by the name of the exception, and by its sentence where that says more. */
type Kind = 'code' | 'password' | 'username' | 'email' | 'phone_number';

const aboutByName: Partial<Record<AwsErrorName, Kind>> = {
  CodeMismatchException: 'code',
  EnableSoftwareTokenMFAException: 'code',
  ExpiredCodeException: 'code',
  InvalidPasswordException: 'password',
  PasswordHistoryPolicyViolationException: 'password',
  UsernameExistsException: 'username',
};

const aboutBySentence: Record<string, Kind> = {
  'An account with the given email already exists.': 'email',
  'An account with the given phone_number already exists.': 'phone_number',
  'Invalid email address format.': 'email',
  'Invalid phone number format.': 'phone_number',
  'Username should be an email.': 'username',
  'Username should be a phone number.': 'username',
};

/** The names of a form's fields; what it has no field for is said of the form as a whole. */
export type FieldNames = {
  code?: string | undefined;
  password?: string | undefined;
  username?: string | undefined;
  /** Of a user's attribute. */
  attribute?: (name: string) => string | undefined;
};

const fieldFor = (kind: Kind, names: FieldNames): string | undefined =>
  kind === 'email' || kind === 'phone_number' ? names.attribute?.(kind) : names[kind];

/** "Attributes did not conform to the schema: name: problem", one a line. */
const bySchema = ({ message }: AwsError, { attribute = () => undefined }: FieldNames): Problem['fields'] => {
  const [, list = ''] = /^Attributes did not conform to the schema: (.*)$/s.exec(message) ?? [];
  const said = list.split('\n').flatMap(line => {
    const [, name = '', text = ''] = /^((?:custom:)?[^:]+): (.*)$/.exec(line) ?? [];
    const field = attribute(name);
    return field === undefined || text === '' ? [] : [[field, text] as const];
  });
  return said.length === 0 ? undefined : Object.fromEntries(said);
};

/** @throws the error itself when it is no refusal but a defect */
export const problemOf = (say: Say, thrown: unknown, names: FieldNames = {}): Problem => {
  const error = refusalText(say, thrown);
  const refusal = thrown as AwsError;
  const refused = refusal.name;
  const fields = bySchema(refusal, names);
  if (fields !== undefined) return { fields, refused };
  const kind = aboutBySentence[refusal.message] ?? aboutByName[refusal.name];
  const name = kind && fieldFor(kind, names);
  return name === undefined ? { error, refused } : { fields: { [name]: error }, refused };
};
