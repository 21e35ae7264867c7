/** AWS JSON 1.1: takes one request from its X-Amz-Target to the operation and back. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { isDeclared } from '../contract/declared.ts';
import { AwsError } from '../contract/errors.ts';
import { readInput, writeOutput } from '../contract/request.ts';
import type { Principal } from '../iam/authorize.ts';
import { asksForTags, authorize } from '../iam/authorize.ts';
import { policyContext, tagFacts } from '../iam/policy-context.ts';
import type { Clock } from '../lib/clock.ts';
import { amzJson, sendAmzJson } from './aws-answer.ts';
import { type ErrorAnswer, sendError } from './aws-error.ts';
import { textOf } from './body.ts';
import { requestFacts, tagsInRequest } from './request-facts.ts';
import type { RequestContext, Service } from './service.ts';
import type { SigV4 } from './sigv4.ts';
import { createRouter, type Target, unknownOperation } from './target.ts';

export type AwsJsonOptions = {
  services: readonly Service[];
  /** Region of a request whose signature names none. */
  region: string;
  verify: SigV4;
  clock: Clock;
  log: Logger;
  /** Whether Host may have been changed by a proxy that is trusted to say what it was. */
  behindProxy: boolean;
  /** Called when an operation throws an exception that its contract does not declare. */
  onUndeclared?: ((exception: string, operation: string) => void) | undefined;
};

const noBody = Buffer.alloc(0);

/** AWS routes by protocol first: of another content type, no operation is known. */
const checkContentType = (contentType: string | undefined) => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== amzJson && type !== 'application/x-amz-json-1.0') throw unknownOperation();
};

const notImplemented = (operation: string) =>
  new AwsError('NotImplementedException', `${operation} is not implemented by this server.`);

/** Answers an error that was thrown: AwsErrors as they are, anything else as an internal error without detail. */
export const sendThrown = (request: FastifyRequest, reply: FastifyReply, log: Logger, thrown: unknown): void => {
  const known = thrown instanceof AwsError;
  if (!known || thrown.status >= 500) {
    const { operation } = request.facts;
    log.error({ requestId: request.id, operation, err: thrown }, known ? thrown.name : 'unexpected error');
  }
  const answer: ErrorAnswer = known
    ? thrown
    : { name: 'InternalErrorException', message: 'Internal error', status: 500 };
  sendError(request, reply, answer);
};

/** @returns the handler of `POST /` */
export const createAwsJson = (options: AwsJsonOptions) => {
  const { services, verify, clock, log, onUndeclared } = options;
  const route = createRouter(services);

  const authenticate = async (request: FastifyRequest, body: Buffer, { service, operation }: Target) => {
    // A signature on an operation that needs none is accepted and ignored.
    if (operation.auth !== 'sigv4') return { principal: null, region: options.region };
    const { method = 'POST', url = '/', headers, rawHeaders } = request.raw;
    const host = options.behindProxy ? request.host : undefined;
    return verify({ method, url, headers, rawHeaders, host, body }, service.signingName);
  };

  const contextOf = (
    request: FastifyRequest,
    operation: string,
    principal: Principal | null,
    region: string,
  ): RequestContext => ({
    requestId: request.id,
    operation,
    region,
    principal,
    sourceIp: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
  });

  /** @throws AccessDeniedException */
  const permit = async (
    request: FastifyRequest,
    { service, name }: Target,
    context: RequestContext & { principal: Principal },
    input: Record<string, unknown>,
  ): Promise<void> => {
    const { principal, region } = context;
    const resource = service.resourceArn(name, input, context);
    const tags = asksForTags(principal) ? await service.resourceTags?.(resource) : undefined;
    const facts = policyContext(
      requestFacts(request, region, clock.now()),
      tagsInRequest(input),
      tagFacts('aws:ResourceTag', tags ?? {}),
    );
    authorize(principal, `${service.signingName}:${name}`, resource, facts);
  };

  const call = async (target: Target, context: RequestContext, input: Record<string, unknown>): Promise<unknown> => {
    const { service, name, operation } = target;
    try {
      await service.admit?.(context, input);
      return await service.operations[name]!(context, input);
    } catch (error) {
      // A few newer operations have their own name for it.
      if (!(error instanceof AwsError) && operation.errors.includes('InternalServerException'))
        throw new AwsError('InternalServerException', 'Internal error', { cause: error });
      if (error instanceof AwsError && !isDeclared(service.contract, name, error.name))
        onUndeclared?.(error.name, name);
      throw error;
    }
  };

  const run = async (request: FastifyRequest): Promise<string> => {
    checkContentType(request.headers['content-type']);
    const target = route(request.headers['x-amz-target']);
    const { service, name } = target;
    request.facts.operation = name;
    const body = Buffer.isBuffer(request.body) ? request.body : noBody;
    const { principal, region } = await authenticate(request, body, target);
    if (principal !== null) request.facts.account = principal.accountId;
    if (!Object.hasOwn(service.operations, name)) throw notImplemented(name);
    const input = readInput(service.contract, name, textOf(body));
    const context = contextOf(request, name, principal, region);
    if (principal !== null) await permit(request, target, { ...context, principal }, input);
    return writeOutput(service.contract, name, await call(target, context, input));
  };

  return (request: FastifyRequest, reply: FastifyReply): void => {
    run(request)
      .then(text => sendAmzJson(request, reply, 200, text))
      .catch(error => sendThrown(request, reply, log, error))
      .catch(error => {
        log.error({ requestId: request.id, err: error }, 'the answer could not be written');
        reply.raw.destroy();
      });
  };
};
