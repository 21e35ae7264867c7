/** The one error class of the domain and the dictionary of Cognito's sentences: throw sites read as prose, `throw usernameExists()`. */
import type * as sdk from '@aws-sdk/client-cognito-identity-provider';

type Modelled = Exclude<Extract<keyof typeof sdk, `${string}Exception`>, 'CognitoIdentityProviderServiceException'>;

/** Errors that every AWS service may answer before an operation is reached. */
type Common =
  | 'AccessDeniedException'
  | 'ExpiredTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'MissingAuthenticationTokenException'
  | 'NotImplementedException'
  | 'RequestEntityTooLargeException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'
  | 'ValidationException';

export type AwsErrorName = Modelled | Common;

/** Every modelled client error is 400; these few differ. */
const statusOf: Partial<Record<AwsErrorName, number>> = {
  InternalErrorException: 500,
  InternalServerException: 500,
  NotImplementedException: 501,
  RequestEntityTooLargeException: 413,
};

/** What a client may see: AWS's exception name, its sentence and the HTTP status. Private detail goes in `cause`, which is only logged. */
export class AwsError extends Error {
  override readonly name: AwsErrorName;
  readonly status: number;

  constructor(name: AwsErrorName, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = name;
    this.status = statusOf[name] ?? 400;
  }
}

const sentence = (name: AwsErrorName, message: string) => () => new AwsError(name, message);
const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const denied = (message: string) => new AwsError('NotAuthorizedException', message);

// Any parameter
export const invalidParameter = invalid;
export const missingParameter = (name: string) => invalid(`Missing required parameter ${name}`);
export const invalidPageToken = () => invalid('Invalid pagination token.');
export const internalError = (cause: unknown) => new AwsError('InternalErrorException', 'Internal error', { cause });

// Pools and clients
export const userPoolNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
export const clientNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
export const invalidOAuthFlow = (message: string) => new AwsError('InvalidOAuthFlowException', message);
export const featureUnavailableInTier = (message: string) => new AwsError('FeatureUnavailableInTierException', message);
export const invalidTags = (message: string) => new AwsError('UserPoolTaggingException', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message);
export const concurrentModification = sentence(
  'ConcurrentModificationException',
  'The resource was modified by another request. Please try again.',
);

// Users
export const userNotFound = sentence('UserNotFoundException', 'User does not exist.');
export const usernameClientNotFound = sentence('UserNotFoundException', 'Username/client id combination not found.');
export const usernameExists = sentence('UsernameExistsException', 'User already exists');
export const userAccountExists = sentence('UsernameExistsException', 'User account already exists');
export const accountWithGivenExists = (attribute: string) =>
  new AwsError('UsernameExistsException', `An account with the given ${attribute} already exists.`);
export const aliasExists = (attribute: string) =>
  new AwsError('AliasExistsException', `An account with the ${attribute} already exists.`);
export const signUpNotPermitted = () => denied('SignUp is not permitted for this user pool');
export const cannotBeConfirmed = (status: string) => denied(`User cannot be confirmed. Current status is ${status}`);
export const alreadyConfirmed = () => invalid('User is already confirmed.');
export const cannotResend = () => denied('Cannot resend codes. Auto verification not turned on.');
export const resendNotPossible = (username: string) =>
  new AwsError('UnsupportedUserStateException', `Resend not possible. ${username} status is not FORCE_CHANGE_PASSWORD`);
export const unauthorizedAttribute = () => denied('A client attempted to write unauthorized attribute');

// Codes and limits
export const codeMismatch = sentence('CodeMismatchException', 'Invalid verification code provided, please try again.');
export const expiredCode = sentence('ExpiredCodeException', 'Invalid code provided, please request a code again.');
export const attemptLimitExceeded = () => limitExceeded('Attempt limit exceeded, please try after some time.');
export const tooManyRequests = sentence('TooManyRequestsException', 'Rate exceeded');
export const codeDeliveryFailure = (message: string, cause?: unknown) =>
  new AwsError('CodeDeliveryFailureException', message, { cause });

// Passwords
export const passwordPolicy = (violation: string) =>
  new AwsError('InvalidPasswordException', `Password did not conform with policy: ${violation}`);
export const adminPasswordPolicy = (violation: string) =>
  new AwsError('InvalidPasswordException', `Password did not conform with password policy: ${violation}`);
export const passwordUsedBefore = sentence(
  'PasswordHistoryPolicyViolationException',
  'Password has previously been used',
);
export const resetNotPossible = () => denied('User password cannot be reset in the current state.');
export const contactAdministrator = () => denied('Contact administrator to reset password.');
export const noRecoveryContact = () =>
  invalid('Cannot reset password for the user as there is no registered/verified email or phone_number');

// Sign-in
export const incorrectCredentials = () => denied('Incorrect username or password.');
export const passwordAttemptsExceeded = () => denied('Password attempts exceeded');
export const userDisabled = () => denied('User is disabled.');
export const userNotConfirmed = sentence('UserNotConfirmedException', 'User is not confirmed.');
export const passwordResetRequired = sentence('PasswordResetRequiredException', 'Password reset required for the user');
export const temporaryPasswordExpired = () =>
  denied('Temporary password has expired and must be reset by an administrator.');
export const invalidSession = () => denied('Invalid session for the user.');
export const sessionExpired = () => denied('Invalid session for the user, session is expired.');
export const sessionUsed = () => denied('Invalid session for the user, session can only be used once.');
export const secondFactorUnavailable = () =>
  new AwsError(
    'InvalidUserPoolConfigurationException',
    'This user pool requires MFA, which this server cannot ask for yet.',
  );
export const methodNotSupported = () => invalid('Initiate Auth method not supported.');

// App client secrets
export const secretHashMissing = (clientId: string) =>
  denied(`Client ${clientId} is configured with secret but SECRET_HASH was not received`);
export const secretHashMismatch = (clientId: string) => denied(`Unable to verify secret hash for client ${clientId}`);

// Tokens
export const invalidAccessToken = () => denied('Invalid Access Token');
export const accessTokenExpired = () => denied('Access Token has expired');
export const accessTokenRevoked = () => denied('Access Token has been revoked');
export const accessTokenLacksScope = () => denied('Access Token does not have required scopes');
export const invalidRefreshToken = () => denied('Invalid Refresh Token');
export const refreshTokenExpired = () => denied('Refresh Token has expired');
export const refreshTokenRevoked = () => denied('Refresh Token has been revoked');
export const refreshTokenReuse = sentence('RefreshTokenReuseException', 'Refresh token reuse detected');
