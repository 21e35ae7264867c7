/** Logs: JSON lines, one for each request. Never a body, a header, a query, a token or an attribute's value. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { errorForLog } from './error-log.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What the handlers of a request find out about it, for its line in the log. */
export type RequestFacts = { operation?: string; error?: string; account?: string };

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}

/** Lines are gathered for so many milliseconds: one write to the terminal or pipe costs more than many lines. */
const flushInterval = 200;

const standardOutput = (): DestinationStream => {
  const stream = destination({ dest: 1, sync: true, minLength: 4096, periodicFlush: flushInterval });
  // The last lines are the ones that tell why a process ended.
  process.once('exit', () => stream.flushSync());
  return stream;
};

/** @param output where the lines go; standard output unless a stream is given */
export const createLog = (level: LogLevel, output: DestinationStream = standardOutput()): Logger => {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      serializers: { err: errorForLog, cause: errorForLog },
    },
    output,
  );
};

/** Writes the line of a request that has been answered. Health checks are logged as `debug`. */
export const logRequest = (request: FastifyRequest, reply: FastifyReply, log: Logger): void => {
  const { operation, error, account } = request.facts;
  // The route's pattern: the path that was asked for could hold anything.
  const route = request.routeOptions.url;
  const line = {
    requestId: request.id,
    operation: operation ?? `${request.method} ${route ?? '(unknown)'}`,
    status: reply.statusCode,
    error,
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
    account,
    sourceIp: request.ip,
  };
  if (route?.startsWith('/health/')) log.debug(line, 'request');
  else log.info(line, 'request');
};

/** Logs every request that finds its way to a handler, whichever route it takes. */
export const logRequests = (server: FastifyInstance, log: Logger): void => {
  server.addHook('onRequest', (request, _reply, done) => {
    request.facts = {};
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply, log);
    done();
  });
};
