/** Why a service of AWS has not taken a message. */
import { accessDenied, deliveryFailure } from './transport.ts';

/** The server's credentials are missing, wrong or not enough. */
const denials = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSecurity',
  'InvalidSecurityException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/**
 * Only the error's name and status are told: its text may repeat the address.
 * @param final names of errors that concern this message and that no other try can cure
 */
export const awsFailure = (service: string, final: readonly string[], error: unknown): Error => {
  const { name, $metadata } = (error ?? {}) as { name?: unknown; $metadata?: { httpStatusCode?: number } };
  const kind = typeof name === 'string' && /^\w+$/.test(name) ? name : 'Error';
  const status = $metadata?.httpStatusCode;
  const summary = `${service} ${kind}${status === undefined ? '' : ` (${status})`}`;
  return denials.has(kind) ? accessDenied(summary, error) : deliveryFailure(summary, final.includes(kind), error);
};
