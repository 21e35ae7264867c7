/** `cenote triggers …`: the functions behind triggers; works without a server or a database. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { uuid } from '../lib/random.ts';
import type { FunctionAnswer } from '../user-pools/call/functions.ts';
import { createFunctions } from '../user-pools/triggers/functions.ts';
import { settle } from '../user-pools/triggers/invoke.ts';
import { triggerOf } from '../user-pools/triggers/responses.ts';
import { findTarget, type TriggerTable } from '../user-pools/triggers/targets.ts';
import { createLog } from '../wire/request-log.ts';
import { table } from './table.ts';
import { harmless, print } from './with-foundation.ts';

/** Milliseconds, as a server waits. */
const timeout = 5000;

type Line = {
  msg?: string;
  output?: string;
  stack?: string;
  reason?: string;
  status?: number;
  err?: { message?: string };
};

/** The server's log, for people: what functions print as it is, and why they cannot be called. */
const logForPeople = (): Logger =>
  createLog('debug', {
    write(line) {
      const { msg, output, stack, reason, status, err }: Line = JSON.parse(line);
      const details = [reason, status, err?.message, stack].filter(detail => detail !== undefined);
      process.stderr.write(`${harmless(output ?? [msg, ...details].join(': '))}\n`);
    },
  });

/** What is wrong with an entry; empty when a server would start with it. */
const problemOf = (config: Config, [key, target]: [string, string]): string => {
  try {
    createFunctions(new Map([[key, target]]), { ...config, clock: systemClock, log: createLog('silent') });
    return '';
  } catch (error) {
    return (error as Error).message.replace(`CENOTE_TRIGGERS: ${key}: `, '');
  }
};

const noEntries = 'CENOTE_TRIGGERS is empty ("cenote triggers invoke --help" shows what to put there)';

export const listTriggers = async (config: Config): Promise<void> => {
  if (config.triggers.size === 0) return print(noEntries);
  const rows = [...config.triggers].map(entry => [...entry, problemOf(config, entry)]);
  const isSound = rows.every(([, , problem]) => problem === '');
  print(table(isSound ? ['FUNCTION', 'TARGET'] : ['FUNCTION', 'TARGET', 'PROBLEM'], rows));
  if (!isSound) process.exitCode = 1;
};

const requireEntry = (triggers: TriggerTable, name: string): [string, string] => {
  const entry = findTarget(triggers, name);
  if (entry !== undefined) return entry;
  if (triggers.size === 0) throw new Error(noEntries);
  throw new Error(`CENOTE_TRIGGERS has no entry for ${name}; it has ${[...triggers.keys()].join(', ')}`);
};

/** @throws Error when it is no JSON object */
const readEvent = async (file: string): Promise<{ triggerSource?: unknown }> => {
  const json = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  let event: unknown;
  try {
    event = JSON.parse(json);
  } catch (error) {
    throw new Error(`${file === '-' ? 'standard input' : file} is no JSON: ${(error as Error).message}`);
  }
  if (event === null || typeof event !== 'object') throw new Error('an event is a JSON object');
  return event;
};

const failures: {
  [Kind in FunctionAnswer['kind']]: (answer: Extract<FunctionAnswer, { kind: Kind }>) => string | undefined;
} = {
  result: () => undefined,
  error: ({ message }) => `the function has thrown: ${message}`,
  timeout: () => `the function has not answered within ${timeout / 1000} seconds`,
  unavailable: ({ reason }) => `the function cannot be called: ${reason}`,
};
const failureOf = (answer: FunctionAnswer): string | undefined => failures[answer.kind](answer as never);

const pretty = (payload: string): string => {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
};

/** Calls a function once. @throws Error with the exception that an operation would answer */
export const tryFunction = async (config: Config, name: string, file: string): Promise<void> => {
  const entry = requireEntry(config.triggers, name);
  const event = await readEvent(file);
  const functions = createFunctions(new Map([entry]), { ...config, clock: systemClock, log: logForPeople() });
  try {
    const source = typeof event.triggerSource === 'string' ? event.triggerSource : '';
    const asynchronous = /^Custom(?:Email|SMS)Sender_/.test(source);
    const options = { timeout, idempotencyKey: uuid(), requestId: uuid(), asynchronous };
    const answer = await functions.invoke(name, JSON.stringify(event), options);
    if (answer.kind === 'result') print(pretty(answer.payload));
    const trigger = triggerOf(source);
    if (trigger !== undefined) settleForPeople(trigger, answer);
    const failure = failureOf(answer);
    if (failure !== undefined) throw new Error(harmless(failure));
  } finally {
    await functions.close();
  }
};

const settleForPeople = (trigger: Parameters<typeof settle>[0], answer: FunctionAnswer) => {
  try {
    settle(trigger, answer);
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(harmless(`${name}: ${message}`));
  }
};
