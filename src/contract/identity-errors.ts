/** The sentences of identity pools, beside those of user pools in `errors.ts`. */
import { AwsError, type AwsErrorName } from './errors.ts';

const sentence = (name: AwsErrorName, message: string) => (cause?: unknown) => new AwsError(name, message, { cause });
const denied = (message: string) => new AwsError('NotAuthorizedException', message);

// Pools
export const identityPoolNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `IdentityPool '${id}' not found.`);
export const invalidPoolConfiguration = sentence(
  'InvalidIdentityPoolConfigurationException',
  'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
);
export const classicFlowDisabled = sentence(
  'InvalidParameterException',
  'Basic (classic) flow is not enabled, please use enhanced flow.',
);
export const classicFlowWithMappings = sentence(
  'InvalidParameterException',
  'Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.',
);

// Identities
export const identityNotFound = (id: string) =>
  new AwsError('ResourceNotFoundException', `Identity '${id}' not found.`);
export const guestsNotSupported = () => denied('Unauthenticated access is not supported for this identity pool.');
export const identityForbidden = (id: string) => denied(`Access to Identity '${id}' is forbidden.`);
export const loginsDoNotMatch = () =>
  denied("Logins don't match. Please include at least one valid login for this identity or identity pool.");
export const loginsConflict = sentence(
  'ResourceConflictException',
  'The logins belong to different identities of this identity pool.',
);
export const providerLinkedTwice = (provider: string) =>
  new AwsError('ResourceConflictException', `The identity has another login of ${provider} already.`);
export const roleDenied = () => denied('Access to the requested role is not allowed.');

// Logins
export const unsupportedProvider = () => denied('Token is not from a supported provider of this identity pool.');
export const invalidLogin = (why: string) => denied(`Invalid login token. ${why}`);
/** Both in epoch seconds. */
export const loginExpired = (now: number, exp: number) => invalidLogin(`Token expired: ${now} >= ${exp}`);
export const notAnIdToken = () => invalidLogin('Not a valid OpenId Connect identity token.');
export const loginSignatureInvalid = () => invalidLogin('Token signature invalid.');
export const loginIssuerMismatch = () => invalidLogin("Issuer doesn't match providerName");
export const loginLacksClaim = (claim: string) => invalidLogin(`Missing a required claim: ${claim}`);
export const loginRevoked = () => invalidLogin('Token is no longer valid.');
export const externalServiceFailed = sentence(
  'ExternalServiceException',
  'The login provider cannot be reached, or does not answer as it should.',
);
export const credentialServiceFailed = sentence(
  'ExternalServiceException',
  'The security token service cannot be reached, or does not answer as it should.',
);

// Developer-authenticated identities
export const developerUserRegistered = sentence(
  'DeveloperUserAlreadyRegisteredException',
  'The developer user identifier is already registered with another identity.',
);
export const developerUserNotFound = (user: string) =>
  new AwsError('ResourceNotFoundException', `Developer user '${user}' not found.`);
export const developerUserMismatch = sentence(
  'ResourceConflictException',
  'The developer user identifier does not belong to this identity.',
);
