/** What AWS says when a signature does not hold. */
import { AwsError } from '../contract/errors.ts';

const incomplete = (message: string) => new AwsError('IncompleteSignatureException', message);
const invalid = (message: string) => new AwsError('InvalidSignatureException', message);

/** Echoed headers are cut: an answer must not be larger than what a client accepts as a header. */
const excerpt = (text: string) => (text.length > 400 ? `${text.slice(0, 400)}…` : text);

export const missingAuthenticationToken = () =>
  new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
export const invalidSecurityToken = () =>
  new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');

export const unsupportedAlgorithm = (name: string) => incomplete(`Unsupported AWS 'algorithm': '${excerpt(name)}'.`);
export const notKeyAndValue = (part: string, header: string) =>
  incomplete(
    `'${excerpt(part)}' not a valid key=value pair (missing equal-sign) in Authorization header: '${excerpt(header)}'.`,
  );
export const headerLacks = (parameters: string[], hasDate: boolean, header: string) =>
  incomplete(
    [
      ...parameters.map(name => `Authorization header requires '${name}' parameter.`),
      ...(hasDate ? [] : ["Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."]),
      `Authorization=${excerpt(header)}`,
    ].join(' '),
  );
export const queryLacks = (parameters: string[]) =>
  incomplete(
    [
      ...parameters.map(name => `AWS query-string parameters must include '${name}'.`),
      'Re-examine the query-string parameters.',
    ].join(' '),
  );
export const credentialHasWrongParts = (credential: string) =>
  incomplete(
    `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${excerpt(credential)}'`,
  );
export const dateNotIso8601 = (date: string) =>
  incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${excerpt(date)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
export const expiresNotNumber = () => incomplete('X-Amz-Expires should be a number');
export const expiresTooLong = () =>
  incomplete(
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  );

export const wrongService = (expected: string) =>
  invalid(`Credential should be scoped to correct service: '${expected}'.`);
export const wrongRegion = () => invalid('Credential should be scoped to a valid region.');
export const wrongTerminator = (found: string) =>
  invalid(`Credential should be scoped with a valid terminator: 'aws4_request', not '${excerpt(found)}'.`);
export const wrongScopeDate = (scopeDate: string, date: string) =>
  invalid(
    `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${excerpt(scopeDate)}' != '${date.slice(0, 8)}', from '${date}'.`,
  );
export const headerNotSigned = (name: string) =>
  invalid(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
export const signatureExpired = (date: string, earliest: string, now: string, allowance: string) =>
  invalid(`Signature expired: ${date} is now earlier than ${earliest} (${now} - ${allowance})`);
export const signatureNotYetCurrent = (date: string, latest: string, now: string, allowance: string) =>
  invalid(`Signature not yet current: ${date} is still later than ${latest} (${now} + ${allowance})`);
export const signatureDoesNotMatch = () =>
  invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
