/** What OAuth endpoints refuse with: the vocabulary of the RFCs, Cognito's sentences where they are known, and where each error goes. */
import { AwsError } from '../../contract/errors.ts';

/** RFC 6749 §4.1.2.1 and §5.2, OpenID Connect §3.1.2.6, RFC 6750, 7009, 7591, 8628, 9126, and Cognito's `redirect_mismatch`. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'authorization_pending'
  | 'expired_token'
  | 'insufficient_scope'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_request_uri'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'login_required'
  | 'redirect_mismatch'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'server_error'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'unsupported_token_type';

/** Where the client is told of an error of its authorization request. */
export type ErrorTarget = {
  redirectUri: string;
  state: string | undefined;
  /** Of the answers to `response_type=token`. */
  fragment: boolean;
};

export type OAuthErrorOptions = {
  description?: string | undefined;
  status?: number | undefined;
  headers?: Record<string, string> | undefined;
  /** Of errors of an authorization request only; without it they are shown on a page, since nobody is known to tell. */
  target?: ErrorTarget | undefined;
  cause?: unknown;
};

/** An error of the OAuth protocol. Private detail goes in `cause`, which is only logged. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode;
  readonly description: string | undefined;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly target: ErrorTarget | undefined;

  constructor(
    code: OAuthErrorCode,
    { description, status = 400, headers = {}, target, cause }: OAuthErrorOptions = {},
  ) {
    super(description ?? code, { cause });
    this.name = 'OAuthError';
    this.code = code;
    this.description = description;
    this.status = status;
    this.headers = headers;
    this.target = target;
  }
}

const because = (code: OAuthErrorCode) => (description?: string) => new OAuthError(code, { description });

export const invalidRequest = because('invalid_request');
export const invalidGrant = because('invalid_grant');
export const invalidScope = because('invalid_scope');
export const unauthorizedClient = because('unauthorized_client');
export const unknownClient = () => new OAuthError('invalid_client', { description: 'Client does not exist.' });
export const missingString = (name: string) => invalidRequest(`Required String parameter '${name}' is not present`);

/** @param ms how long to wait */
export const tooMany = (description: string, ms: number) =>
  new OAuthError('temporarily_unavailable', {
    status: 429,
    description,
    headers: { 'retry-after': String(Math.ceil(ms / 1000)) },
  });

/** The exceptions of the API, as far as these endpoints meet them, in OAuth's words; anything else is a defect. */
export const toOAuthError = (error: unknown): OAuthError => {
  if (error instanceof OAuthError) return error;
  if (error instanceof AwsError && error.status < 500) {
    const busy = error.name === 'TooManyRequestsException' || error.name === 'LimitExceededException';
    return busy
      ? new OAuthError('temporarily_unavailable', { status: 429, cause: error })
      : new OAuthError('invalid_grant', { description: error.message, cause: error });
  }
  return new OAuthError('server_error', { status: 500, cause: error });
};

/** What a function of the pool's owner has refused; Cognito repeats its words to the client. */
const isOfFunction = ({ name }: AwsError): boolean => name.includes('Lambda');

/** What the client of an authorization request is told of whatever has come between. */
export const toldTo = (target: ErrorTarget, thrown: unknown): OAuthError => {
  if (thrown instanceof OAuthError && thrown.target !== undefined) return thrown;
  if (thrown instanceof AwsError && thrown.status < 500 && isOfFunction(thrown))
    return new OAuthError('invalid_request', { description: thrown.message, target, cause: thrown });
  const { code, status, cause } = toOAuthError(thrown);
  if (status >= 500) return new OAuthError('server_error', { status, target, cause });
  return new OAuthError(code === 'invalid_grant' ? 'access_denied' : code, { target, cause });
};

/** Adds parameters to a redirect URI, which may have a query of its own and is repeated to the letter otherwise. */
export const withParameters = (
  uri: string,
  parameters: Record<string, string | undefined>,
  { fragment = false }: { fragment?: boolean } = {},
): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (given.length === 0) return uri;
  const text = new URLSearchParams(given).toString();
  if (fragment) return `${uri}#${text}`;
  return `${uri}${uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : '?'}${text}`;
};

/**
 * Where a browser goes with an error of its authorization request: to the client that can be told, else to the page `/error`.
 * @param issuer see RFC 9207
 */
export const errorLocation = (
  { code, description, target }: OAuthError,
  { clientId, issuer }: { clientId: string | undefined; issuer: string | undefined },
): string => {
  const error = { error: code, error_description: description };
  if (target === undefined) return withParameters('/error', { ...error, client_id: clientId });
  const { redirectUri, state, fragment } = target;
  return withParameters(redirectUri, { ...error, state, iss: issuer }, { fragment });
};
