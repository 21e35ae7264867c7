/** Reads the query form of a signature: `?X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Signature=…` and so on. */
import type { ParsedUrlQuery } from 'node:querystring';
import { type Claim, parseBasicDate, parseCredential, parseSignedHeaders } from './sigv4-claim.ts';
import {
  dateNotIso8601,
  expiresNotNumber,
  expiresTooLong,
  queryLacks,
  unsupportedAlgorithm,
} from './sigv4-refusals.ts';

const longestLife = 7 * 24 * 60 * 60;
const defaultLife = 5 * 60;

/** What a presigned request needs; one that stands twice is as good as none. */
const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const;

/** True when the query carries (part of) a signature. */
export const isPresigned = (query: ParsedUrlQuery): boolean =>
  query['X-Amz-Algorithm'] !== undefined || query['X-Amz-Signature'] !== undefined;

const lifeOf = (expires: string | string[] | undefined): number => {
  if (expires === undefined) return defaultLife;
  if (typeof expires !== 'string' || !/^\d{1,10}$/.test(expires)) throw expiresNotNumber();
  if (Number(expires) > longestLife) throw expiresTooLong();
  return Number(expires);
};

/** @throws IncompleteSignatureException that says what is missing or malformed */
export const claimInQuery = (query: ParsedUrlQuery): Claim => {
  const missing = required.filter(name => typeof query[name] !== 'string' || query[name] === '');
  if (missing.length > 0) throw queryLacks(missing);
  const [algorithm, credential, signature, signedHeaders, date] = required.map(name => query[name]) as [
    string,
    string,
    string,
    string,
    string,
  ];
  if (algorithm !== 'AWS4-HMAC-SHA256') throw unsupportedAlgorithm(algorithm);
  if (parseBasicDate(date) === undefined) throw dateNotIso8601(date);
  const sessionToken = query['X-Amz-Security-Token'];
  return {
    ...parseCredential(credential),
    signedHeaders: parseSignedHeaders(signedHeaders),
    signature,
    date,
    expiresIn: lifeOf(query['X-Amz-Expires']),
    ...(sessionToken === undefined ? {} : { sessionToken: String(sessionToken) }),
  };
};
