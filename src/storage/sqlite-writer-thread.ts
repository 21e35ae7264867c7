/**
 * An SQLite writer in a thread of its own, for bulk loads: their statements and commits take long, and the event loop goes on with
 * requests meanwhile. What is asked within one turn of the loop travels in one message.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteResult } from './sqlite-connection.ts';
import type { SqliteWriter } from './sqlite-writer.ts';

export type WriterData = { file: string; transactionTimeout: number | undefined };

type Act =
  | { act: 'write'; sql: string; parameters: readonly unknown[] }
  | { act: 'begin' | 'commit' | 'rollback'; transaction: number }
  | { act: 'run'; transaction: number; sql: string; parameters: readonly unknown[] }
  | { act: 'close' };
export type Question = Act & { id: number };
export type Answer = { id: number } & ({ result: unknown } | { error: { message: string } });

type Waiting = { resolve(result: never): void; reject(error: unknown): void };

// The worker has this module's extension: .ts in the sources, .js once built; see lib/mod-pow.ts on the compile cache.
const workerFile = new URL(`./sqlite-writer-worker${extname(import.meta.url)}`, import.meta.url);
const workerBoot = `require('node:module').enableCompileCache(); import(${JSON.stringify(workerFile.href)});`;

/** A small Buffer is a view on Node's pool: posting it would clone the whole pool. */
const owned = (value: unknown) =>
  value instanceof Uint8Array && value.byteLength < value.buffer.byteLength ? new Uint8Array(value) : value;

/** Starts the thread, which opens `file` and turns the write-ahead log on. */
export const startSqliteWriter = (file: string, transactionTimeout?: number): SqliteWriter => {
  const workerData: WriterData = { file, transactionTimeout };
  const worker = new Worker(workerBoot, { eval: true, execArgv: [], workerData });
  const waiting = new Map<number, Waiting>();
  let questions: Question[] = [];
  let lastId = 0;
  let lastTransaction = 0;
  let cause: unknown;
  let isOver = false;

  worker.unref();
  worker.on('message', (answers: Answer[]) => {
    for (const answer of answers) {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) asked?.reject(Object.assign(new Error(answer.error.message), answer.error));
      else asked?.resolve(answer.result as never);
    }
    if (waiting.size === 0) worker.unref();
  });
  worker.on('error', error => {
    cause = error;
  });
  worker.on('exit', () => {
    isOver = true;
    for (const { reject } of waiting.values()) reject(over());
    waiting.clear();
  });
  const over = () => cause ?? new Error('The database is closed');

  const send = () => {
    worker.postMessage(questions);
    questions = [];
  };
  const ask = <T>(act: Act): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (isOver) return reject(over());
      if (waiting.size === 0) worker.ref();
      waiting.set(++lastId, { resolve, reject });
      if (questions.push({ id: lastId, ...act }) === 1) queueMicrotask(send);
    });

  return {
    write: (sql, parameters) => ask<SqliteResult>({ act: 'write', sql, parameters: parameters.map(owned) }),
    async begin() {
      const transaction = ++lastTransaction;
      await ask<void>({ act: 'begin', transaction });
      return {
        run: (sql, parameters) => ask({ act: 'run', transaction, sql, parameters: parameters.map(owned) }),
        commit: () => ask({ act: 'commit', transaction }),
        rollback: () => ask({ act: 'rollback', transaction }),
      };
    },
    async close() {
      if (isOver) return;
      await ask<void>({ act: 'close' });
      await worker.terminate();
    },
  };
};
