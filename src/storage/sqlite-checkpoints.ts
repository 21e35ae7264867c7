/**
 * Checkpoints of the write-ahead log in a thread beside the writer. SQLite by itself makes the commit that comes upon a long log
 * carry it over into the database, tens of milliseconds in which the event loop would stand still.
 */
import { extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

export type Checkpoints = {
  /** To be told after each commit. */
  committed(): void;
  close(): Promise<void>;
};

/** What the thread has found: pages in the log, and how many of them it has not carried over. */
export type Checkpointed = { pages: number; left: number };

/** Pages (4 KiB) at which the log begins anew, as soon as all of it is carried over. SQLite's own default is 1000. */
const longLog = 2000;
/** What is left may be carried over by the writer itself: about a millisecond. */
const fewPages = 100;
/** Commits from one checkpoint to the next, and before a thread is worth starting. */
const commitsBetween = 50;

// The worker has this module's extension: .ts in the sources, .js once built; see lib/mod-pow.ts on the compile cache.
const workerFile = new URL(`./sqlite-checkpoint-worker${extname(import.meta.url)}`, import.meta.url);
const workerBoot = `require('node:module').enableCompileCache(); import(${JSON.stringify(workerFile.href)});`;

/** @param writer is used between two of its transactions only */
export const createCheckpoints = (file: string, writer: DatabaseSync): Checkpoints => {
  let worker: Worker | undefined;
  let commits = 0;
  let isBusy = false;
  let finish = false;

  const start = (): Worker => {
    const started = new Worker(workerBoot, { eval: true, execArgv: [], workerData: file });
    started.unref();
    started.on('message', ({ pages, left }: Checkpointed) => {
      isBusy = false;
      finish = pages > longLog && left <= fewPages;
    });
    // Without the thread the writer's own limit holds.
    started.on('error', () => {});
    return started;
  };

  return {
    committed() {
      if (finish && !writer.isTransaction) {
        finish = false;
        // All of it is carried over after this: the next write begins a new log.
        writer.exec('pragma wal_checkpoint(passive)');
      }
      if (isBusy || ++commits < commitsBetween) return;
      commits = 0;
      isBusy = true;
      worker ??= start();
      worker.postMessage(undefined);
    },
    async close() {
      await worker?.terminate();
    },
  };
};
