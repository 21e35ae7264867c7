/** How OAuth endpoints answer programs: JSON with Cognito's headers, errors too. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Logger } from 'pino';
import { uuid } from '../../lib/random.ts';
import type { LoginDeps } from '../host.ts';
import { OAuthError, toOAuthError } from './errors.ts';

export type OAuthDeps = LoginDeps & { log: Logger };

/** Of every answer of the protocol and of every page. */
export const plainHeaders = () => ({
  'x-amz-cognito-request-id': uuid(),
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=31536000 ; includeSubDomains',
});

const cors = { 'access-control-allow-origin': '*' };

export const sendJson = (reply: FastifyReply, status: number, body: unknown): FastifyReply =>
  reply
    .code(status)
    .headers({ ...plainHeaders(), ...cors })
    .type('application/json;charset=UTF-8')
    .send(body === undefined ? '' : JSON.stringify(body));

export const sendOAuthError = (reply: FastifyReply, error: OAuthError): FastifyReply =>
  sendJson(reply.headers(error.headers), error.status, { error: error.code, error_description: error.description });

/** A header holds ASCII only: letters of other scripts in a registered address are written as browsers write them (Punycode, UTF-8). */
const inAscii = (location: string): string => (/^[!-~]*$/.test(location) ? location : new URL(location).href);

/** A redirect of a browser, which no cache keeps and no page behind it learns the address of. */
export const redirectBrowser = (reply: FastifyReply, location: string): FastifyReply =>
  reply.headers({ ...plainHeaders(), 'referrer-policy': 'no-referrer' }).redirect(inAscii(location), 302);

/** Notes the error for the request's line in the log; what is a defect of ours gets a line of its own. */
export const noteError = (request: FastifyRequest, log: Logger, thrown: unknown): OAuthError => {
  const error = toOAuthError(thrown);
  request.facts.error = error.code;
  if (error.status >= 500) log.error({ requestId: request.id, err: thrown }, 'unexpected error');
  return error;
};

const refusal = (error: FastifyError): unknown =>
  error.statusCode === undefined || error.statusCode >= 500
    ? error
    : new OAuthError('invalid_request', { status: error.statusCode === 413 ? 413 : 400, cause: error });

export type Handle = (deps: OAuthDeps, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** One address of the protocol that programs call. Its file is loaded when it is called for the first time. */
export type Endpoint = { path: string; methods: ('GET' | 'POST')[]; load(): Promise<{ handle: Handle }> };

const preflight = (methods: readonly string[]) => (_request: FastifyRequest, reply: FastifyReply) =>
  reply
    .code(204)
    .headers({
      ...cors,
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'Authorization, Content-Type, X-Amz-User-Agent',
      'access-control-max-age': '7200',
    })
    .send();

const wrongMethod = (methods: readonly string[]) => (_request: FastifyRequest, reply: FastifyReply) =>
  sendJson(reply.header('allow', methods.join(', ')), 405, { error: 'invalid_request' });

const known: HTTPMethods[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Adds the endpoint with its preflight; other methods are refused. */
export const addEndpoint = (server: FastifyInstance, deps: OAuthDeps, { path, methods, load }: Endpoint): void => {
  let loaded: ReturnType<typeof load> | undefined;
  const file = () => {
    loaded ??= load();
    return loaded;
  };
  server.route({
    method: methods,
    url: path,
    exposeHeadRoute: false,
    // What the server itself refuses: a body of another kind, or too much of it.
    errorHandler: (error, request, reply) => sendOAuthError(reply, noteError(request, deps.log, refusal(error))),
    handler: (request, reply) =>
      file()
        .then(({ handle }) => handle(deps, request, reply))
        .catch(thrown => sendOAuthError(reply, noteError(request, deps.log, thrown))),
  });
  server.options(path, preflight(methods));
  const others = known.filter(method => !(methods as HTTPMethods[]).includes(method));
  server.route({ method: others, url: path, exposeHeadRoute: false, handler: wrongMethod(methods) });
};
