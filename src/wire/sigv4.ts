/** AWS Signature Version 4: who signed this request? Answers with the principal or with the refusal that AWS gives. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type ParsedUrlQuery, parse } from 'node:querystring';
import type { FindKey, SigningKey } from '../iam/access-keys.ts';
import type { Principal } from '../iam/authorize.ts';
import type { Clock } from '../lib/clock.ts';
import { constantTimeEqual } from '../lib/equal.ts';
import { collectHeaders } from './raw-headers.ts';
import { basicDate, type Claim, parseBasicDate } from './sigv4-claim.ts';
import { claimInHeader } from './sigv4-header.ts';
import { claimInQuery, isPresigned } from './sigv4-presigned.ts';
import {
  headerNotSigned,
  invalidSecurityToken,
  missingAuthenticationToken,
  signatureDoesNotMatch,
  signatureExpired,
  signatureNotYetCurrent,
  wrongRegion,
  wrongScopeDate,
  wrongService,
  wrongTerminator,
} from './sigv4-refusals.ts';
import { signatureOf } from './sigv4-signature.ts';

export type ReceivedRequest = {
  method: string;
  /** Path and query, as on the request line. */
  url: string;
  headers: IncomingHttpHeaders;
  rawHeaders: readonly string[];
  /** The host that the client asked for, when a trusted proxy has changed the Host header. */
  host?: string | undefined;
  /** Its bytes, or their SHA-256 in hexadecimal where somebody else has received them. */
  body: Uint8Array | { sha256: string };
};

/** The key behind temporary credentials: undefined when the session token is not ours, forged or for another key. */
export type FindSession = (accessKeyId: string, sessionToken: string) => Promise<SigningKey | undefined>;

/** @param unsignedPayload whether a signature may leave the body out, as S3 allows it (UNSIGNED-PAYLOAD, and presigned URLs) */
export type SigV4 = (
  request: ReceivedRequest,
  service: string,
  unsignedPayload?: boolean,
) => Promise<{ principal: Principal; region: string }>;

const skew = 5 * 60 * 1000;

/** Nobody issues temporary credentials: no session token is known. */
const noSessions: FindSession = async () => undefined;

/** Any region is served; it becomes part of ids and ARNs. */
const regionPattern = /^[a-z0-9-]{1,32}$/;

const checkScope = ({ scope, date }: Claim, service: string) => {
  if (scope.service !== service) throw wrongService(service);
  if (!regionPattern.test(scope.region)) throw wrongRegion();
  if (scope.terminator !== 'aws4_request') throw wrongTerminator(scope.terminator);
  if (scope.date !== date.slice(0, 8)) throw wrongScopeDate(scope.date, date);
};

const checkAge = ({ date, expiresIn }: Claim, now: number) => {
  const signedAt = parseBasicDate(date)!;
  const life = expiresIn === undefined ? skew : expiresIn * 1000;
  if (signedAt < now - life)
    throw signatureExpired(
      date,
      basicDate(now - life),
      basicDate(now),
      expiresIn === undefined ? '5 min.' : `${expiresIn} sec.`,
    );
  if (signedAt > now + skew) throw signatureNotYetCurrent(date, basicDate(now + skew), basicDate(now), '5 min.');
};

/** What an attacker could change otherwise: where the request goes, what it asks for, when it was made. */
const checkSignedHeaders = ({ signedHeaders, dateHeader }: Claim, headers: IncomingHttpHeaders) => {
  if (!signedHeaders.has('host')) throw headerNotSigned('Host');
  if (dateHeader !== undefined && !signedHeaders.has(dateHeader))
    throw headerNotSigned(dateHeader === 'date' ? 'Date' : 'X-Amz-Date');
  if (headers['x-amz-target'] !== undefined && !signedHeaders.has('x-amz-target'))
    throw headerNotSigned('X-Amz-Target');
};

const claimOf = (request: ReceivedRequest, query: ParsedUrlQuery): Claim => {
  const { authorization } = request.headers;
  if (authorization !== undefined && authorization.trim() !== '') return claimInHeader(authorization, request.headers);
  if (isPresigned(query)) return claimInQuery(query);
  throw missingAuthenticationToken();
};

const unsigned = 'UNSIGNED-PAYLOAD';

/** What stands for the body in the signature. Unless said otherwise that is its hash: nobody may put another body in its place. */
const payloadOf = (
  { headers, body }: ReceivedRequest,
  query: ParsedUrlQuery,
  { scope, expiresIn }: Claim,
  unsignedPayload: boolean,
): string => {
  const announced = headers['x-amz-content-sha256'] ?? query['X-Amz-Content-Sha256'];
  const isPresignedS3 = announced === undefined && scope.service === 's3' && expiresIn !== undefined;
  if (unsignedPayload && (announced === unsigned || isPresignedS3)) return unsigned;
  const bodyHash = 'sha256' in body ? body.sha256 : hash('sha256', body, 'hex');
  if (announced !== undefined && announced !== bodyHash) throw signatureDoesNotMatch();
  return bodyHash;
};

/**
 * @param findSession where temporary credentials, recognised by their session token, are looked up
 * @returns a verifier; it throws MissingAuthenticationToken-, IncompleteSignature-, UnrecognizedClient- and InvalidSignatureException
 */
export const createSigV4 = ({
  clock,
  findKey,
  findSession = noSessions,
}: {
  clock: Clock;
  findKey: FindKey;
  findSession?: FindSession | undefined;
}): SigV4 => {
  return async (request, service, unsignedPayload = false) => {
    const mark = request.url.indexOf('?');
    const path = mark === -1 ? request.url : request.url.slice(0, mark);
    const query = mark === -1 ? {} : parse(request.url.slice(mark + 1), '&', '=', { maxKeys: 0 });

    const claim = claimOf(request, query);
    const { accessKeyId, sessionToken, signedHeaders } = claim;
    const key = await (sessionToken === undefined ? findKey(accessKeyId) : findSession(accessKeyId, sessionToken));
    if (key === undefined) throw invalidSecurityToken();
    checkScope(claim, service);
    checkAge(claim, clock.now());
    checkSignedHeaders(claim, request.headers);

    const bodyHash = payloadOf(request, query, claim, unsignedPayload);
    const headers = collectHeaders(request.rawHeaders, signedHeaders);
    if (request.host !== undefined) headers.host = request.host;
    const expected = await signatureOf(
      { method: request.method, path, query: query as Record<string, string | string[]>, headers, bodyHash },
      claim.date,
      claim.scope,
      { accessKeyId, secret: key.secret },
    );
    if (!constantTimeEqual(claim.signature, expected)) throw signatureDoesNotMatch();
    return { principal: key.principal, region: claim.scope.region };
  };
};
