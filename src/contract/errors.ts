/** The one error class of the domain and the dictionary of Cognito's sentences: throw sites read as prose, `throw usernameExists()`. */
import type * as identityPools from '@aws-sdk/client-cognito-identity';
import type * as userPools from '@aws-sdk/client-cognito-identity-provider';

type Modelled = Exclude<
  Extract<keyof typeof identityPools | keyof typeof userPools, `${string}Exception`>,
  'CognitoIdentityServiceException' | 'CognitoIdentityProviderServiceException'
>;

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

/** Errors of STS, which speaks another protocol with names of its own. */
type OfSts =
  | 'AccessDenied'
  | 'IDPCommunicationError'
  | 'InvalidAction'
  | 'InvalidIdentityToken'
  | 'MalformedPolicyDocument'
  | 'PackedPolicyTooLarge'
  | 'ValidationError';

export type AwsErrorName = Modelled | Common | OfSts;

/** Every modelled client error is 400; these few differ. */
const statusOf: Partial<Record<AwsErrorName, number>> = {
  AccessDenied: 403,
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
export const providerNotFound = (name: string) =>
  new AwsError('ResourceNotFoundException', `Identity provider ${name} does not exist.`);
export const invalidScope = (scope: string) => invalid(`Invalid scope requested: ${scope}`);
export const resourceServerNotFound = (identifier: string) =>
  new AwsError('ResourceNotFoundException', `Resource server ${identifier} does not exist.`);
export const resourceServerExists = (identifier: string, poolId: string) =>
  invalid(`${identifier} already exists in user pool ${poolId}.`);
export const mergingNotSupported = () =>
  invalid('Merging is not currently supported, provide a SourceUser that has not been signed up in order to link');
export const alreadyLinked = () => invalid('SourceUser is already linked to DestinationUser');
export const invalidOAuthFlow = (message: string) => new AwsError('InvalidOAuthFlowException', message);
export const featureUnavailableInTier = (message: string) => new AwsError('FeatureUnavailableInTierException', message);
export const invalidTags = (message: string) => new AwsError('UserPoolTaggingException', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message);

// Domains and login pages
export const domainNotFound = () => invalid('No such domain or user pool exists.');
export const domainRequired = () => invalid('There has to be an existing domain associated with this user pool');
export const brandingExists = sentence(
  'ManagedLoginBrandingExistsException',
  'A managed login branding style already exists for this app client.',
);
export const brandingNotFound = sentence('ResourceNotFoundException', 'Managed login branding does not exist.');
export const termsExist = (name: string) =>
  new AwsError('TermsExistsException', `Terms ${name} already exist for this app client.`);
export const termsNotFound = sentence('ResourceNotFoundException', 'Terms do not exist.');

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

// Groups
export const groupNotFound = sentence('ResourceNotFoundException', 'Group not found.');
export const groupExists = sentence('GroupExistsException', 'A group with the name already exists');

// Import of users
export const importJobNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `User import job ${id} does not exist.`);
export const preconditionNotMet = (message: string) => new AwsError('PreconditionNotMetException', message);
export const userImportInProgress = sentence(
  'UserImportInProgressException',
  'The user pool cannot be changed while users are being imported into it.',
);

// Codes and limits
export const codeMismatch = sentence('CodeMismatchException', 'Invalid verification code provided, please try again.');
export const expiredCode = sentence('ExpiredCodeException', 'Invalid code provided, please request a code again.');
/** The sentence for text messages and those of refused roles for e-mail are not known. */
export const codeDeliveryFailed = {
  EMAIL: sentence('CodeDeliveryFailureException', 'Invalid email provided/Unable to send the email'),
  SMS: sentence('CodeDeliveryFailureException', 'Invalid phone number provided/Unable to send the SMS'),
};
export const deliveryDenied = {
  EMAIL: sentence('InvalidEmailRoleAccessPolicyException', 'Role does not have permission to send email with SES'),
  SMS: sentence('InvalidSmsRoleAccessPolicyException', 'Role does not have permission to publish with SNS'),
};
export const attemptLimitExceeded = () => limitExceeded('Attempt limit exceeded, please try after some time.');
export const tooManyRequests = sentence('TooManyRequestsException', 'Rate exceeded');

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
/** In Cognito's spelling. */
export const noSecondFactor = sentence('MFAMethodNotFoundException', 'No MFA mechanism registerd in the account.');
/** The same, from InitiateAuth. */
export const noSecondFactorToBegin = sentence(
  'InvalidUserPoolConfigurationException',
  'Multi-factor authentication is required, and the user has no factor that could be asked for or set up.',
);
export const invalidAcrValues = () => invalid('None of the requested ACR values is valid.');
export const acrOutOfReach = () => invalid('The user has no factors configured for any of the requested ACR levels.');
export const acrReached = () => invalid('The access token already meets the requested ACR level.');
export const foreignAccessToken = () => denied('Access Token was not issued for this user and client.');
export const methodNotSupported = () => invalid('Initiate Auth method not supported.');

// Devices
export const deviceNotFound = sentence('ResourceNotFoundException', 'Device does not exist.');
export const invalidDeviceKey = () => invalid('Invalid device key given.');
export const deviceKeyExists = sentence('DeviceKeyExistsException', 'The device is already confirmed.');
export const devicesNotTracked = sentence(
  'InvalidUserPoolConfigurationException',
  'Device tracking is not enabled for this user pool.',
);

// User sessions
export const sessionTrackingDisabled = sentence(
  'OperationNotEnabledException',
  'User session tracking is not enabled for this user pool.',
);
export const userSessionNotFound = sentence('ResourceNotFoundException', 'Session does not exist.');
export const currentSession = () => invalid('The session of the access token cannot be revoked.');

// App client secrets
export const secretNotFound = (secretId: string) =>
  new AwsError('ResourceNotFoundException', `Client secret ${secretId} does not exist.`);
export const lastSecret = () => invalid('The last client secret of a client cannot be deleted.');
export const secretMismatch = (clientId: string) => denied(`Unable to verify secret for client ${clientId}`);
export const clientTokenNotEnabled = () => invalid('ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.');
export const clientWithoutScopes = () => invalid('The client has no allowed scopes.');
export const secretHashMissing = (clientId: string) =>
  denied(`Client ${clientId} is configured with secret but SECRET_HASH was not received`);
export const secretHashMismatch = (clientId: string) => denied(`Unable to verify secret hash for client ${clientId}`);

// Tokens
export const invalidFeedbackToken = () => denied('Invalid feedback token');
export const invalidAccessToken = () => denied('Invalid Access Token');
export const accessTokenExpired = () => denied('Access Token has expired');
export const accessTokenRevoked = () => denied('Access Token has been revoked');
export const accessTokenLacksScope = () => denied('Access Token does not have required scopes');
export const invalidRefreshToken = () => denied('Invalid Refresh Token');
export const refreshTokenExpired = () => denied('Refresh Token has expired');
export const refreshTokenRevoked = () => denied('Refresh Token has been revoked');
export const refreshTokenReuse = sentence('RefreshTokenReuseException', 'Refresh token reuse detected');

// Passkeys
export const webAuthnNotEnabled = sentence(
  'WebAuthnNotEnabledException',
  'Passkeys are not enabled for this user pool: WEB_AUTHN is not among its AllowedFirstAuthFactors.',
);
export const webAuthnConfigurationMissing = sentence(
  'WebAuthnConfigurationMissingException',
  'The user pool has neither a relying party id nor a domain.',
);
export const webAuthnChallengeNotFound = sentence(
  'WebAuthnChallengeNotFoundException',
  'The challenge of this registration is unknown, used or expired. Start the registration again.',
);
export const webAuthnClientMismatch = sentence(
  'WebAuthnClientMismatchException',
  'The registration was started through another app client.',
);
export const webAuthnRelyingPartyMismatch = sentence(
  'WebAuthnRelyingPartyMismatchException',
  'The passkey was made for another relying party than that of the user pool.',
);
export const webAuthnOriginNotAllowed = sentence(
  'WebAuthnOriginNotAllowedException',
  'The origin of the passkey does not belong to the relying party of the user pool.',
);
export const webAuthnCredentialNotSupported = (cause: unknown) =>
  new AwsError('WebAuthnCredentialNotSupportedException', 'The passkey is not supported by the user pool.', { cause });
export const invalidPasskey = () => invalid('Credential is not a valid public key credential.');
export const passkeyExists = () => invalid('The passkey is already registered.');
export const tooManyPasskeys = () => limitExceeded('A user can have at most 20 passkeys.');
export const passkeyNotFound = sentence('ResourceNotFoundException', 'The user has no such passkey.');
export const passkeyRefused = (cause?: unknown) =>
  new AwsError('NotAuthorizedException', 'The passkey could not be verified.', { cause });
