/** Reads the header form of a signature: `Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
import type { IncomingHttpHeaders } from 'node:http';
import { basicDate, type Claim, parseBasicDate, parseCredential, parseSignedHeaders } from './sigv4-claim.ts';
import { dateNotIso8601, headerLacks, notKeyAndValue, unsupportedAlgorithm } from './sigv4-refusals.ts';

const algorithm = 'AWS4-HMAC-SHA256';
const required = ['Credential', 'Signature', 'SignedHeaders'];

const dateOf = (headers: IncomingHttpHeaders): Pick<Claim, 'date' | 'dateHeader'> | undefined => {
  const amzDate = headers['x-amz-date'];
  if (typeof amzDate === 'string') {
    if (parseBasicDate(amzDate) === undefined) throw dateNotIso8601(amzDate);
    return { date: amzDate, dateHeader: 'x-amz-date' };
  }
  if (headers.date === undefined) return undefined;
  const time = parseBasicDate(headers.date) ?? Date.parse(headers.date);
  if (Number.isNaN(time)) throw dateNotIso8601(headers.date);
  return { date: basicDate(time), dateHeader: 'date' };
};

/**
 * @param header the value of Authorization
 * @throws IncompleteSignatureException that says what is missing or malformed
 */
export const claimInHeader = (header: string, headers: IncomingHttpHeaders): Claim => {
  const [scheme = '', ...rest] = header.trim().split(/[ \t]+/);
  const parameters = new Map<string, string>();
  for (const part of rest.join(' ').split(',')) {
    const pair = part.trim();
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 1) throw notKeyAndValue(pair, header);
    parameters.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  if (scheme !== algorithm) throw unsupportedAlgorithm(scheme);
  const missing = required.filter(name => !parameters.get(name));
  const date = dateOf(headers);
  if (missing.length > 0 || date === undefined) throw headerLacks(missing, date !== undefined, header);
  const sessionToken = headers['x-amz-security-token'];
  return {
    ...parseCredential(parameters.get('Credential')!),
    signedHeaders: parseSignedHeaders(parameters.get('SignedHeaders')!),
    signature: parameters.get('Signature')!,
    ...date,
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
  };
};
