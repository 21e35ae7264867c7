/** A function that is a local module, run in threads of its own: it may hang, throw, exit or print without end. */
import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createPlaces } from '../../lib/places.ts';
import { uuid } from '../../lib/random.ts';
import type { FunctionAnswer, Functions } from '../call/functions.ts';
import { clientContext } from './client-context.ts';
import type { Surroundings } from './functions.ts';
import { type ModuleThread, type Question, startModuleThread } from './module-thread.ts';

/** Events at once, as in a new AWS account; and threads at once for those that have been where something went wrong. */
const mostEvents = 1000;
const mostAlone = 8;
/** Suspicious events that are remembered. */
const mostSuspects = 10_000;
/** Milliseconds between two looks at the file. */
const lookEvery = 250;

const busy: FunctionAnswer = { kind: 'unavailable', reason: 'TooManyRequestsException' };
const closed: FunctionAnswer = { kind: 'unavailable', reason: 'ServiceException' };

/** When the file was changed: a change makes a new thread, which loads the module anew. */
const versionOf = async (file: string): Promise<number | undefined> =>
  (await stat(file).catch(() => undefined))?.mtimeMs;

/**
 * One thread takes all events, as long as nothing goes wrong in it. When it is stuck or ends, nobody can tell which of its
 * events has done it: each of them is tried again in a thread that it has to itself, so that none fails by another's fault.
 *
 * @param target `module:<path>[#<exported name>]`; the name is `handler` unless given
 * @throws Error when there is no such file
 */
export const createModuleFunction = (target: string, { clock, log }: Surroundings): Functions => {
  const [path = '', name = 'handler'] = target.slice('module:'.length).split('#');
  const file = resolve(path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Error(`there is no file ${file}`);
  const module = pathToFileURL(file).href;

  const threads = new Set<ModuleThread>();
  const suspects = new Set<string>();
  let shared: ModuleThread | undefined;
  let version = found.mtimeMs;
  let looked = clock.now();
  let inFlight = 0;
  const places = createPlaces(mostAlone);
  let isClosed = false;

  const start = (): ModuleThread => {
    const thread = startModuleThread(module, name, log);
    threads.add(thread);
    thread.ended.then(() => threads.delete(thread));
    return thread;
  };
  const noticeChange = async () => {
    if (Math.abs(clock.now() - looked) < lookEvery) return;
    looked = clock.now();
    // A file that is being replaced may be missing for a moment.
    const now = (await versionOf(file)) ?? version;
    if (now !== version) shared?.retire();
    version = now;
  };
  const suspect = (key: string) => {
    suspects.add(key);
    if (suspects.size > mostSuspects) for (const oldest of suspects.values().take(1)) suspects.delete(oldest);
  };

  const askShared = async (key: string, question: Omit<Question, 'id'>): Promise<FunctionAnswer> => {
    await noticeChange();
    if (shared === undefined || shared.isSpent()) {
      shared?.retire();
      shared = start();
    }
    const { answer, suspect: isSuspect } = await shared.ask(question);
    if (isSuspect) suspect(key);
    return answer;
  };
  const askAlone = async (question: Omit<Question, 'id'>): Promise<FunctionAnswer> => {
    if (!(await places.enter(question.timeout))) return busy;
    const thread = isClosed ? undefined : start();
    try {
      return (await thread?.ask(question))?.answer ?? closed;
    } finally {
      places.leave();
      void thread?.end();
    }
  };

  return {
    async invoke(arn, event, options) {
      const { timeout, idempotencyKey } = options;
      if (isClosed) return closed;
      if (inFlight >= mostEvents) return busy;
      const question = { event, arn, timeout, clientContext: clientContext(options), requestId: uuid() };
      inFlight++;
      try {
        return await (suspects.has(idempotencyKey) ? askAlone(question) : askShared(idempotencyKey, question));
      } finally {
        inFlight--;
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...threads].map(thread => thread.end()));
    },
  };
};
