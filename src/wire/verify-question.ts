/** Reads what a service asks about a signed request. */
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../contract/errors.ts';
import type { ContextFacts } from '../iam/policy-context.ts';
import type { ReceivedRequest } from './sigv4.ts';

export type Question = {
  request: ReceivedRequest;
  /** The signing name that the service expects, such as `s3`. */
  service: string;
  unsignedPayload: boolean;
  /** What the request stands for; both or neither. */
  action: string | undefined;
  resource: string | undefined;
  context: ContextFacts;
};

const invalid = (message: string) => new AwsError('InvalidParameterException', message);

type Json = Record<string, unknown>;

const object = (value: unknown, where: string, keys: readonly string[]): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${where} must be an object.`);
  const unknown = Object.keys(value).find(key => !keys.includes(key));
  if (unknown !== undefined) throw invalid(`${where} has "${unknown}"; it takes ${keys.join(', ')}.`);
  return value as Json;
};

const text = (value: unknown, where: string, pattern: RegExp, expected: string): string => {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw invalid(`${where} must be ${expected}.`);
};

/** Name and value in turn, so that repeated headers stay as they were. */
const headersOf = (value: unknown): string[] => {
  const where = 'request.headers';
  const pairs: unknown[] = Array.isArray(value)
    ? value
    : Object.entries(object(value, where, Object.keys(Object(value))));
  return pairs.flatMap(pair => {
    const [name, each, ...rest] = Array.isArray(pair) ? pair : [];
    const isPair = typeof name === 'string' && typeof each === 'string' && rest.length === 0;
    if (isPair && /^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return [name, each];
    throw invalid(`${where} must be an object of texts, or a list of [name, value].`);
  });
};

/** A header that stands twice and must not is as good as none. */
const singles = (rawHeaders: readonly string[]): IncomingHttpHeaders => {
  const found = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    found.set(name, [...(found.get(name) ?? []), rawHeaders[index + 1]!.trim()]);
  }
  return Object.fromEntries([...found].flatMap(([name, values]) => (values.length === 1 ? [[name, values[0]!]] : [])));
};

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const requestOf = (value: unknown): ReceivedRequest => {
  const {
    method,
    url,
    headers,
    bodySha256 = emptySha256,
  } = object(value, 'request', ['method', 'url', 'headers', 'bodySha256']);
  const rawHeaders = headersOf(headers);
  return {
    method: text(method, 'request.method', /^[A-Z]{1,20}$/, 'an HTTP method in capitals'),
    url: text(url, 'request.url', /^\/[\x21-\x7e]*$/, 'path and query as they stand on the request line'),
    headers: singles(rawHeaders),
    rawHeaders,
    body: { sha256: text(bodySha256, 'request.bodySha256', /^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal') },
  };
};

/** What a service may know better than this server: about the request, and, under its own prefix, about itself. */
const aboutRequests =
  /^aws:(?:SourceIp|SecureTransport|UserAgent|Referer|CurrentTime|EpochTime|RequestedRegion|SourceVpc|SourceVpce|VpcSourceIp|TagKeys|RequestTag\/.+|ResourceTag\/.+)$/i;

const contextOf = (value: unknown, action: string | undefined): ContextFacts => {
  const facts = object(value, 'context', Object.keys(Object(value)));
  const prefix = `${action?.split(':', 1)[0]?.toLowerCase()}:`;
  for (const [key, fact] of Object.entries(facts)) {
    const isOwn = action !== undefined && !/^(?:aws|sts|cognito-)/.test(prefix) && key.toLowerCase().startsWith(prefix);
    if (!isOwn && !aboutRequests.test(key))
      throw invalid(`context must not say ${key}: it takes ${prefix}… and what aws:… says of a request.`);
    const list = Array.isArray(fact) ? fact : [fact];
    if (!list.every(each => typeof each === 'string'))
      throw invalid(`context.${key} must be a text or a list of texts.`);
  }
  return facts as ContextFacts;
};

/** @throws AwsError SerializationException, InvalidParameterException */
export const readQuestion = (json: string): Question => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new AwsError('SerializationException', 'The request body is no JSON.', { cause });
  }
  const keys = ['request', 'service', 'unsignedPayload', 'action', 'resource', 'context'];
  const {
    request,
    service,
    unsignedPayload = false,
    action,
    resource,
    context = {},
  } = object(parsed, 'The body', keys);
  if ((action === undefined) !== (resource === undefined)) throw invalid('action and resource go together.');
  if (typeof unsignedPayload !== 'boolean') throw invalid('unsignedPayload must be true or false.');
  const checked =
    action === undefined ? undefined : text(action, 'action', /^[\w-]+:\w+$/, 'an action such as s3:GetObject');
  return {
    request: requestOf(request),
    service: text(service, 'service', /^[\w-]{1,64}$/, 'a signing name such as s3'),
    unsignedPayload,
    action: checked,
    resource:
      resource === undefined
        ? undefined
        : text(
            resource,
            'resource',
            /^(?:\*|(?=.{1,2048}$)arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/s,
            'an ARN, such as arn:aws:s3:::files/a.txt',
          ),
    context: contextOf(context, checked),
  };
};
