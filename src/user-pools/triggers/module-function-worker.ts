/** The thread of module-function.ts: loads the module once and calls its handler as AWS Lambda does. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Question } from './module-function.ts';

type Handler = (event: unknown, context: object, callback: (error: unknown, result?: unknown) => void) => unknown;

const { module, name } = workerData as { module: string; name: string };

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : typeof error === 'string' ? error : String(error);

/** A handler answers by its promise, or, where it takes three parameters and returns nothing, by the callback. */
const call = (handler: Handler, event: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const done = (error: unknown, result?: unknown) => (error ? reject(error) : resolve(result));
    const returned = handler(event, { functionName: name, succeed: resolve, fail: reject, done }, done);
    if (returned instanceof Promise || returned !== undefined || handler.length < 3) resolve(returned);
  });

const answer = async ({ id, event }: Question): Promise<Answer> => {
  try {
    const exported: Record<string, unknown> = await import(module);
    const handler = exported[name] ?? (exported.default as Record<string, unknown> | undefined)?.[name];
    if (typeof handler !== 'function') return { id, error: `the module exports no function "${name}"` };
    return { id, payload: JSON.stringify((await call(handler as Handler, JSON.parse(event))) ?? null) };
  } catch (error) {
    return { id, error: messageOf(error) };
  }
};

parentPort?.on('message', async (question: Question) => parentPort?.postMessage(await answer(question)));
