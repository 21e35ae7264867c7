/** A function that is a local ES module, run in a worker thread of its own with a memory limit: it can hang, throw or exit. */
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FunctionAnswer } from '../call/functions.ts';
import type { FunctionTarget } from './functions.ts';

export type Question = { id: number; event: string };
export type Answer = { id: number } & ({ payload: string } | { error: string });

const workerFile = new URL(`./module-function-worker${extname(import.meta.url)}`, import.meta.url);
const memoryLimit = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** @param address path of the module, with the name of its handler after `#` unless that is `handler` */
export const createModuleFunction = (address: string): FunctionTarget => {
  const [path = '', name = 'handler'] = address.split('#');
  const workerData = { module: pathToFileURL(path).href, name };
  const waiting = new Map<number, (answer: FunctionAnswer) => void>();
  let worker: Worker | undefined;
  let lastId = 0;

  const failAll = (reason: string) => {
    worker = undefined;
    for (const settle of waiting.values()) settle({ kind: 'unavailable', reason });
    waiting.clear();
  };
  const start = (): Worker => {
    // No options of the server's command line, and none of its environment: the function is a guest.
    const started = new Worker(workerFile, { workerData, resourceLimits: memoryLimit, execArgv: [], env: {} });
    started.unref();
    started.on('message', (answer: Answer) => {
      const settle = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      settle?.(
        'payload' in answer ? { kind: 'result', payload: answer.payload } : { kind: 'error', message: answer.error },
      );
    });
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) failAll('ServiceException');
    });
    return started;
  };

  return {
    invoke(event, { timeout }) {
      return new Promise(resolve => {
        worker ??= start();
        const current = worker;
        const id = ++lastId;
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve({ kind: 'timeout' });
          // A thread that is stuck answers nobody else either.
          if (worker === current) failAll('ServiceException');
          void current.terminate();
        }, timeout);
        if (waiting.size === 0) current.ref();
        waiting.set(id, answer => {
          clearTimeout(timer);
          resolve(answer);
        });
        current.postMessage({ id, event } satisfies Question);
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
};
