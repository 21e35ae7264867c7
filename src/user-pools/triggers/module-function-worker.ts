/** The thread of module-thread.ts: loads the module once and calls its handler as AWS Lambda's runtime for Node does. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { constants, platform, setPriority } from 'node:os';
import { types } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { Message, Question, ThreadData } from './module-thread.ts';

type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: object, callback: Callback) => unknown;
/** The event that the running code works for. */
type Current = { fail(error: unknown): boolean };

const { port, module, name } = workerData as ThreadData;
// The guest finds neither this port nor another way to talk to the server than by its answers.
Object.assign(workerData, { port: undefined });
parentPort?.close();

// Only Linux knows priorities of single threads; whatever a guest computes, the server goes first.
if (platform() === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);

const post = (message: Message) => port.postMessage(message);
const current = new AsyncLocalStorage<Current>();

/** Lambda's own limit, of characters here. */
const longestPayload = 6 * 1024 * 1024;
const longestMessage = 4096;

/** As Lambda's runtime words it; the error may lie in wait with a getter. */
const messageOf = (error: unknown): string => {
  try {
    const message = types.isNativeError(error) ? error.message : (error as { toString(): unknown }).toString();
    return `${message}`.slice(0, longestMessage);
  } catch {
    return 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack';
  }
};

const stackOf = (error: unknown): string => {
  try {
    return `${types.isNativeError(error) ? error.stack : messageOf(error)}`.slice(0, longestMessage);
  } catch {
    return messageOf(error);
  }
};

const stringify = (result: unknown): string => {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result);
  } catch {
    throw new Error('Unable to stringify response body');
  }
  if ((payload?.length ?? 0) > longestPayload)
    throw new Error(`Response payload size exceeded maximum allowed payload size (${longestPayload} bytes).`);
  return payload ?? 'null';
};

const contextOf = ({ arn, timeout, clientContext, requestId }: Question, done: Callback) => {
  const received = performance.now();
  const functionName = /:function:([^:]+)/.exec(arn)?.[1] ?? arn;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: arn,
    memoryLimitInMB: '128',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: name,
    callbackWaitsForEmptyEventLoop: true,
    clientContext,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(timeout - (performance.now() - received))),
    done,
    succeed: (result: unknown) => done(null, result),
    fail: (error: unknown) => done(error ?? new Error('')),
  };
};

/** A handler answers by its promise, or, where it takes three parameters and returns nothing, by the callback. */
const call = (handler: Handler, question: Question): Promise<unknown> =>
  new Promise((resolve, reject) => {
    let isAnswered = false;
    const settle = (act: () => void): boolean => {
      if (isAnswered) return false;
      isAnswered = true;
      act();
      return true;
    };
    const fail = (error: unknown) => settle(() => reject(error));
    const done: Callback = (error, result) =>
      error === undefined || error === null ? settle(() => resolve(result)) : fail(error);
    current.run({ fail }, () => {
      try {
        const returned = handler(JSON.parse(question.event), contextOf(question, done), done);
        if (returned !== undefined || handler.length < 3)
          Promise.resolve(returned).then(result => settle(() => resolve(result)), fail);
      } catch (error) {
        fail(error);
      }
    });
  });

/** What nobody catches belongs to the event that it came from; after its answer, to the log. */
const uncaught = (error: unknown) => {
  if (current.getStore()?.fail(error) !== true) console.error(stackOf(error));
};
process.on('uncaughtException', uncaught);
process.on('unhandledRejection', uncaught);

const load = async (): Promise<Handler> => {
  const exported: Record<string, unknown> = await import(module);
  const handler = exported[name] ?? (exported.default as Record<string, unknown> | undefined)?.[name];
  if (typeof handler !== 'function') throw new Error(`the module exports no function "${name}"`);
  return handler as Handler;
};

/** Resolves when the server has what was printed: the thread may end with its answer. */
const printed = async () => {
  for (const stream of [process.stdout, process.stderr])
    if (stream.writableLength > 0) await new Promise(resolve => stream.write('', resolve));
};

const answer = async (handler: Handler, question: Question): Promise<Message> => {
  const { id } = question;
  try {
    return { kind: 'answer', id, payload: stringify(await call(handler, question)) };
  } catch (error) {
    return { kind: 'thrown', id, message: messageOf(error), stack: stackOf(error) };
  }
};

const handler = load();
handler.then(
  () => post({ kind: 'ready' }),
  error => post({ kind: 'unusable', stack: stackOf(error) }),
);
port.on('message', async (question: Question | 'ping') => {
  if (question === 'ping') return post({ kind: 'pong' });
  const loaded = await handler.catch(() => undefined);
  if (loaded === undefined) return;
  const message = await answer(loaded, question);
  await printed();
  post(message);
});
