/** The HTTP server: one endpoint for AWS JSON 1.1 and the query protocol, the health checks, and bounds on what a client may cost. */
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AwsError } from '../contract/errors.ts';
import type { FindKey } from '../iam/access-keys.ts';
import type { Clock } from '../lib/clock.ts';
import { uuid } from '../lib/random.ts';
import { sendError } from './aws-error.ts';
import { createAwsJson, sendThrown } from './aws-json.ts';
import { createAwsQuery, isForm, isQueryRequest, type QueryService } from './aws-query.ts';
import { bodyReceiver } from './body.ts';
import { limitBodyTime } from './body-time.ts';
import { refuseBrokenRequest } from './client-error.ts';
import { answerPreflight } from './cors.ts';
import { addHealth } from './health.ts';
import { logRequest, logRequests } from './request-log.ts';
import type { Service } from './service.ts';
import { createSigV4, type FindSession } from './sigv4.ts';
import { createBodyLimit, unknownOperation } from './target.ts';
import type { TlsFiles } from './tls.ts';

export type ServerOptions = {
  config: { region: string; trustedProxies: readonly string[] };
  clock: Clock;
  services: readonly Service[];
  /** Answers forms that are sent to `/`, and queries with an Action: STS. */
  queryService?: QueryService | undefined;
  findKey: FindKey;
  findSession?: FindSession | undefined;
  log: Logger;
  /** Whether what the server depends on answers. */
  ready?: (() => Promise<boolean>) | undefined;
  /** Serves HTTPS with these. */
  tls?: TlsFiles | undefined;
  onUndeclared?: ((exception: string, operation: string) => void) | undefined;
  /** In place of the usual ones: for tests. */
  limits?: Partial<Limits> | undefined;
};

/** Milliseconds and bytes. The load balancers in use keep idle connections for 60 seconds: this side must not close first. */
const usual = {
  body: 30_000,
  // A file may come over a slow line; see body-time.ts for everything else.
  request: 15 * 60_000,
  headers: 15_000,
  keepAlive: 75_000,
  check: 5_000,
  headerBytes: 32 * 1024,
};
type Limits = typeof usual;

const notFound = { name: 'UnknownOperationException', message: 'Unknown operation', status: 404 };
const stoppingAnswer = { name: 'ServiceUnavailable', message: 'The server is shutting down.', status: 503 };

const welcome = {
  name: 'Cenote',
  about: "A self-hosted identity service that speaks Amazon Cognito's wire protocol.",
  use: 'Point an AWS SDK, Amplify or the AWS CLI (--endpoint-url) at this address.',
};

/** What Fastify itself refuses, by its status, in AWS's words. */
const refusals: Record<number, () => AwsError> = {
  413: () => new AwsError('RequestEntityTooLargeException', 'Request size exceeded the limit.'),
  415: unknownOperation,
};
const unreadable = () => new AwsError('SerializationException', 'The request cannot be read.');

const translate = (error: FastifyError): unknown => {
  const { statusCode } = error;
  if (error instanceof AwsError || statusCode === undefined || statusCode >= 500) return error;
  return (refusals[statusCode] ?? unreadable)();
};

/** @returns a server that does not listen yet; further routes may be added to it */
export const createServer = (options: ServerOptions): FastifyInstance => {
  const { config, clock, services, findKey, findSession, log, tls, onUndeclared } = options;
  const limits: Limits = { ...usual, ...options.limits };
  const behindProxy = config.trustedProxies.length > 0;
  let stopping = false;

  const bounds = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headers,
    connectionsCheckingInterval: limits.check,
  };
  const fail = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
    sendThrown(request, reply, log, translate(error));

  const common = {
    logger: false,
    genReqId: () => uuid(),
    trustProxy: behindProxy ? [...config.trustedProxies] : false,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.keepAlive,
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      // A URL that cannot be decoded: no hook has run or will.
      request.facts = {};
      reply.raw.once('finish', () => logRequest(request, reply, log));
      fail(error, request, reply);
    },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  } as const;
  const server = (
    tls === undefined ? fastify({ ...common, http: bounds }) : fastify({ ...common, https: { ...bounds, ...tls } })
  ) as FastifyInstance;

  server.decorateRequest('facts');
  server.setErrorHandler(fail);
  server.setNotFoundHandler((request, reply) => sendError(request, reply, notFound));
  server.addHook('preClose', done => {
    stopping = true;
    done();
  });
  logRequests(server, log);
  limitBodyTime(server, limits.body);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-amzn-requestid', request.id);
    if (!stopping) return done();
    sendError(request, reply.header('connection', 'close'), stoppingAnswer);
  });

  addHealth(server, { ready: options.ready ?? (async () => true), stopping: () => stopping });
  const door = {
    region: config.region,
    verify: createSigV4({ clock, findKey, findSession }),
    clock,
    log,
    behindProxy,
  };
  const awsJson = createAwsJson({ ...door, services, onUndeclared });
  const { queryService } = options;
  const awsQuery = queryService && createAwsQuery({ ...door, service: queryService });
  const bodyLimit = createBodyLimit(services);
  server.register(async api => {
    api.removeAllContentTypeParsers();
    api.addContentTypeParser(
      '*',
      bodyReceiver(({ headers }) => bodyLimit(headers['x-amz-target'])),
    );
    api.post('/', (request, reply) => (awsQuery && isForm(request) ? awsQuery : awsJson)(request, reply));
    api.options('/', answerPreflight);
    api.get('/', (request, reply) => {
      if (awsQuery && isQueryRequest(request)) awsQuery(request, reply);
      else reply.send(welcome);
    });
  });
  return server;
};
