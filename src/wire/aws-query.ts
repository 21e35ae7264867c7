/** AWS's query protocol: `Action=…&Version=…` in a form or in the query, answers in XML. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AwsError } from '../contract/errors.ts';
import type { Principal } from '../iam/authorize.ts';
import { type PolicyContext, policyContext } from '../iam/policy-context.ts';
import type { Clock } from '../lib/clock.ts';
import { textOf } from './body.ts';
import { corsHeaders } from './cors.ts';
import { requestFacts } from './request-facts.ts';
import type { SigV4 } from './sigv4.ts';
import { type XmlContent, xmlDocument } from './xml.ts';

export type Parameters = ReadonlyMap<string, string>;

export type QueryRequest = {
  /** null: the operation takes no signature. */
  principal: Principal | null;
  region: string;
  /** What conditions can ask about the request. */
  facts: PolicyContext;
  parameters: Parameters;
};

/** A service that speaks this protocol. */
export type QueryService = {
  signingName: string;
  version: string;
  namespace: string;
  operations: Readonly<Record<string, { signed: boolean; run(request: QueryRequest): Promise<XmlContent> }>>;
};

export type AwsQueryOptions = {
  service: QueryService;
  /** Region of a request whose signature names none. */
  region: string;
  verify: SigV4;
  clock: Clock;
  log: Logger;
  behindProxy: boolean;
};

const formType = 'application/x-www-form-urlencoded';

export const isForm = (request: FastifyRequest): boolean =>
  request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === formType;

const queryOf = (request: FastifyRequest): string => /\?([\s\S]*)/.exec(request.raw.url ?? '')?.[1] ?? '';

export const isQueryRequest = (request: FastifyRequest): boolean => new URLSearchParams(queryOf(request)).has('Action');

type Failure = { code: string; message: string; status: number };

/** What the front door refuses has other names in this protocol. */
const translated: Record<string, { code: string; status: number }> = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  InternalErrorException: { code: 'InternalFailure', status: 500 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken', status: 403 },
  RequestEntityTooLargeException: { code: 'RequestEntityTooLarge', status: 413 },
  SerializationException: { code: 'MalformedInput', status: 400 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
};

/** At the front door the names are translated; what an operation throws, under a name that STS has itself, stays. */
const failureOf = (thrown: unknown, fromOperation: boolean): Failure => {
  if (!(thrown instanceof AwsError)) return { code: 'InternalFailure', message: 'Internal error', status: 500 };
  const { name, message, status } = thrown;
  const named = fromOperation && name === 'ExpiredTokenException' ? undefined : translated[name];
  return { code: named?.code ?? name, message, status: named?.status ?? status };
};

const parametersOf = (request: FastifyRequest): Parameters => {
  const body = Buffer.isBuffer(request.body) && isForm(request) ? textOf(request.body) : '';
  const parameters = new Map<string, string>();
  for (const [name, value] of [...new URLSearchParams(queryOf(request)), ...new URLSearchParams(body)]) {
    if (parameters.has(name)) throw new AwsError('ValidationError', `The parameter ${name} stands more than once.`);
    parameters.set(name, value);
  }
  return parameters;
};

const send = (request: FastifyRequest, reply: FastifyReply, status: number, body: string): void => {
  reply
    .code(status)
    .headers({
      ...corsHeaders,
      'content-type': 'text/xml',
      'x-amzn-requestid': request.id,
      'cache-control': 'no-store',
    })
    .send(body);
};

/** @returns the handler of forms sent to `/`, and of its queries */
export const createAwsQuery = ({ service, region, verify, clock, log, behindProxy }: AwsQueryOptions) => {
  const { signingName, version, namespace, operations } = service;

  const operationOf = (parameters: Parameters) => {
    const action = parameters.get('Action') ?? '';
    const asked = parameters.get('Version') ?? version;
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (operation === undefined || asked !== version)
      throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${asked}`);
    return { action, operation };
  };

  const authenticate = async (request: FastifyRequest) => {
    const { method = 'POST', url = '/', headers, rawHeaders } = request.raw;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const host = behindProxy ? request.host : undefined;
    return verify({ method, url, headers, rawHeaders, host, body }, signingName);
  };

  const run = async (request: FastifyRequest, progress: { inOperation: boolean }): Promise<string> => {
    const parameters = parametersOf(request);
    const { action, operation } = operationOf(parameters);
    request.facts.operation = action;
    const signer = operation.signed ? await authenticate(request) : { principal: null, region };
    if (signer.principal !== null) request.facts.account = signer.principal.accountId;
    const facts = policyContext(requestFacts(request, signer.region, clock.now()));
    progress.inOperation = true;
    const result = await operation.run({ ...signer, facts, parameters });
    return xmlDocument(`${action}Response`, namespace, {
      [`${action}Result`]: result,
      ResponseMetadata: { RequestId: request.id },
    });
  };

  const sendFailure = (request: FastifyRequest, reply: FastifyReply, thrown: unknown, fromOperation: boolean): void => {
    const { code, message, status } = failureOf(thrown, fromOperation);
    request.facts.error = code;
    if (status >= 500)
      log.error({ requestId: request.id, operation: request.facts.operation, err: thrown }, 'unexpected error');
    const Type = status >= 500 ? 'Receiver' : 'Sender';
    const error = { Error: { Type, Code: code, Message: message }, RequestId: request.id };
    send(request, reply, status, xmlDocument('ErrorResponse', namespace, error));
  };

  return (request: FastifyRequest, reply: FastifyReply): void => {
    const progress = { inOperation: false };
    run(request, progress)
      .then(body => send(request, reply, 200, body))
      .catch(thrown => sendFailure(request, reply, thrown, progress.inOperation));
  };
};
