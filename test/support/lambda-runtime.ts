/**
 * A stand-in for AWS Lambda: its Invoke API over HTTP before functions that run in this process, each called as Lambda's
 * runtime for Node does. Requests must be signed, and events are JSON on both sides.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';

/** As `@types/aws-lambda` has it, for any event. */
// biome-ignore lint/suspicious/noExplicitAny: handlers name the event that they take
export type RuntimeHandler = (event: any, context: Context, callback: (error?: any, result?: any) => void) => any;

export type Invocation = {
  functionName: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has an event of its own
  event: any;
  clientContext: unknown;
  authorization: string;
};

export type LambdaRuntime = {
  url: string;
  /** Every call that has got through to a function, in order. */
  invocations: Invocation[];
  /** Answers what comes from now on with an exception of Lambda's itself; undefined: functions are called again. */
  refuse(exception: { name: string; status: number } | undefined): void;
  /** Resolves when the functions that were called without anybody waiting have ended. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** The name of a function in what the caller calls it: a name, a partial or a whole ARN, with or without a version. */
const nameOf = (name: string): string => /(?:^|function:)([\w-]+)(?::[\w$-]+)?$/.exec(name)?.[1] ?? name;

const contextOf = (name: string, clientContext: unknown): Context => {
  const received = performance.now();
  const answered = () => {
    throw new Error('only for callbacks');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    memoryLimitInMB: '128',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'emulated',
    clientContext: clientContext as Context['clientContext'],
    getRemainingTimeInMillis: () => Math.max(0, 3000 - (performance.now() - received)),
    done: answered,
    fail: answered,
    succeed: answered,
  };
};

const run = (handler: RuntimeHandler, event: unknown, context: Context): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const callback = (error?: unknown, result?: unknown) =>
      error === undefined || error === null ? resolve(result) : reject(error);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
  });

/** What Lambda puts into the payload when a function throws. */
const thrown = (error: unknown) =>
  error instanceof Error
    ? { errorMessage: error.message, errorType: error.name, trace: error.stack?.split('\n') ?? [] }
    : { errorMessage: String(error), errorType: typeof error, trace: [] };

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const signature =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[\w-]+\/lambda\/aws4_request, SignedHeaders=[\w;-]*\bhost;[\w;-]+, Signature=[0-9a-f]{64}$/;

const answer = (response: ServerResponse, status: number, headers: Record<string, string>, body?: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};
const refusal = (response: ServerResponse, status: number, name: string, message = name) =>
  answer(response, status, { 'x-amzn-errortype': name }, { Type: 'User', Message: message });

/** Starts it on a free port. @param functions by their names */
export const startLambdaRuntime = async (functions: Record<string, RuntimeHandler>): Promise<LambdaRuntime> => {
  const invocations: Invocation[] = [];
  const unattended = new Set<Promise<unknown>>();
  let refused: { name: string; status: number } | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    const [, called] = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/.exec(request.url ?? '') ?? [];
    const authorization = request.headers.authorization ?? '';
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (request.method !== 'POST' || called === undefined) return refusal(response, 404, 'UnknownOperationException');
    if (!signature.test(authorization) || !request.headers['x-amz-date'])
      return refusal(response, 403, 'MissingAuthenticationTokenException');
    if (refused !== undefined) return refusal(response, refused.status, refused.name);
    const name = nameOf(decodeURIComponent(called));
    const handler = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (handler === undefined)
      return refusal(response, 404, 'ResourceNotFoundException', `Function not found: ${called}`);

    const given = Buffer.from(String(request.headers['x-amz-client-context'] ?? ''), 'base64').toString();
    const clientContext = given === '' ? undefined : JSON.parse(given);
    const event = JSON.parse(body);
    invocations.push({
      functionName: decodeURIComponent(called),
      type: String(type),
      event,
      clientContext,
      authorization,
    });
    const running = run(handler, JSON.parse(body), contextOf(name, clientContext));
    const version = { 'x-amz-executed-version': '$LATEST' };
    if (type === 'Event') {
      const settled = running.catch(() => {}).finally(() => unattended.delete(settled));
      unattended.add(settled);
      return answer(response, 202, {});
    }
    try {
      answer(response, 200, version, (await running) ?? null);
    } catch (error) {
      answer(response, 200, { ...version, 'x-amz-function-error': 'Unhandled' }, thrown(error));
    }
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(error => refusal(response, 500, 'ServiceException', String(error)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invocations,
    refuse(exception) {
      refused = exception;
    },
    idle: async () => void (await Promise.all(unattended)),
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
