/** A thread with a module in it: many events at once, a limit on its memory, and an eye on whether it still turns. */
import { extname } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { FunctionAnswer } from '../call/functions.ts';
import { logOutput } from './module-output.ts';

export type ThreadData = { port: MessagePort; module: string; name: string };

export type Question = {
  id: number;
  event: string;
  arn: string;
  timeout: number;
  clientContext: object;
  /** Of this try. */
  requestId: string;
};

/** What comes out of the thread. */
export type Message =
  | { kind: 'ready' | 'pong' }
  | { kind: 'unusable'; stack: string }
  | { kind: 'answer'; id: number; payload: string }
  | { kind: 'thrown'; id: number; message: string; stack: string };

/** @property suspect the thread was stuck or ended: by this event, or by another one that was in it */
export type Outcome = { answer: FunctionAnswer; suspect: boolean };

export type ModuleThread = {
  /** Takes no more events, and ends with the last of those it has. */
  retire(): void;
  /** Whether the next event should rather go elsewhere. */
  isSpent(): boolean;
  ask(question: Omit<Question, 'id'>): Promise<Outcome>;
  end(): Promise<void>;
  /** Resolves when it is no more. */
  ended: Promise<void>;
};

const workerFile = new URL(`./module-function-worker${extname(import.meta.url)}`, import.meta.url);
const megabyte = 1024 * 1024;
const heapLimit = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };
/** Buffers lie outside of the heap. */
const outsideLimit = 128 * megabyte;
/** Milliseconds from one look at the thread to the next, while it has something to do. */
const lookEvery = 250;
/** A thread that has not turned for so many looks is stuck in a loop or in a long computation. */
const patience = 4;
/** An idle thread ends after so many milliseconds. */
const idleLimit = 15 * 60_000;

const lost: Outcome = { answer: { kind: 'unavailable', reason: 'ServiceException' }, suspect: true };
const unusable: Outcome = { answer: { kind: 'unavailable', reason: 'ServiceException' }, suspect: false };

/** @param module its URL @param name of the export */
export const startModuleThread = (module: string, name: string, log: Logger): ModuleThread => {
  const { port1: port, port2: theirs } = new MessageChannel();
  // No options of the server's command line, and none of its environment: the function is a guest.
  const worker = new Worker(workerFile, {
    workerData: { port: theirs, module, name } satisfies ThreadData,
    transferList: [theirs],
    resourceLimits: heapLimit,
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
  });
  logOutput(worker.stdout, line => log.info({ function: name, output: line }, 'output of a function'));
  logOutput(worker.stderr, line => log.warn({ function: name, output: line }, 'output of a function'));

  const waiting = new Map<number, (outcome: Outcome) => void>();
  let lastId = 0;
  let isReady = false;
  let isRetired = false;
  let hasEnded = false;
  /** Looks in a row at which the thread had not answered the one before. */
  let silentLooks = 0;
  let isAsked = false;

  const end = async (outcome = lost) => {
    if (!hasEnded) {
      hasEnded = isRetired = true;
      clearInterval(looking);
      clearTimeout(idle);
      port.close();
      for (const settle of waiting.values()) settle(outcome);
    }
    await worker.terminate();
  };
  const retire = () => {
    isRetired = true;
    if (waiting.size === 0) void end();
  };
  const isStuck = () => !isReady || silentLooks >= patience;

  const look = () => {
    if (hasEnded || waiting.size === 0) return;
    silentLooks = isAsked && isReady ? silentLooks + 1 : 0;
    if (!isAsked) port.postMessage('ping');
    isAsked = true;
    worker.getHeapStatistics().then(
      ({ external_memory: outside }) => {
        if (outside <= outsideLimit || hasEnded) return;
        log.warn({ function: name, megabytes: Math.round(outside / megabyte) }, 'a function takes too much memory');
        void end();
      },
      () => {},
    );
  };
  // After what has arrived meanwhile: it is not the thread's fault when this one was busy.
  const looking = setInterval(() => setImmediate(look), lookEvery).unref();
  const idle = setTimeout(retire, idleLimit).unref();

  const settle = (id: number, outcome: Outcome) => {
    waiting.get(id)?.(outcome);
    if (waiting.size > 0) return;
    idle.refresh();
    if (isRetired) void end();
  };
  const hear: { [Kind in Message['kind']]: (message: Extract<Message, { kind: Kind }>) => void } = {
    ready: () => {
      isReady = true;
    },
    pong: () => {
      isAsked = false;
    },
    unusable: ({ stack }) => {
      log.error({ module, function: name, stack }, 'the module of a function cannot be loaded');
      void end(unusable);
    },
    answer: ({ id, payload }) => settle(id, { answer: { kind: 'result', payload }, suspect: false }),
    thrown: ({ id, message, stack }) => {
      log.debug({ function: name, stack }, 'a function has thrown');
      settle(id, { answer: { kind: 'error', message }, suspect: false });
    },
  };
  port.on('message', (message: Message) => {
    if (Object.hasOwn(hear, message?.kind)) hear[message.kind](message as never);
  });
  const { promise: ended, resolve: leave } = Promise.withResolvers<void>();
  worker.on('error', (error: NodeJS.ErrnoException) =>
    log.warn({ function: name, code: error.code }, "a function's thread has ended"),
  );
  worker.on('exit', () => {
    void end();
    leave();
  });
  // Whoever waits for an answer keeps the process alive by its timer.
  worker.unref();
  port.unref();

  return {
    retire,
    isSpent: () => isRetired || silentLooks >= patience,
    ask(question) {
      return new Promise(resolve => {
        const id = ++lastId;
        const timer = setTimeout(() => {
          const suspect = isStuck();
          settle(id, { answer: { kind: 'timeout' }, suspect });
          // What hangs may be what all events need: a new thread begins afresh. Those still in here may finish, if they can.
          if (suspect) void end();
          else retire();
        }, question.timeout);
        waiting.set(id, outcome => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(outcome);
        });
        port.postMessage({ id, ...question } satisfies Question);
      });
    },
    end: () => end(),
    ended,
  };
};
