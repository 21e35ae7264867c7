/** Powers modulo the SRP prime in worker threads, so that the event loop stays free. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Power } from './native-pow.ts';

/**
 * Numbers are big-endian bytes of any length; results have 384 bytes and are reduced modulo N. Rejects only when a worker
 * has died twice over the same call, or after `close`.
 */
export type ModPow = {
  pow(base: Buffer, exponent: Buffer): Promise<Buffer>;
  /** v = g^x */
  verifier(x: Buffer): Promise<Buffer>;
  /** B = k·v + g^b, given k·v mod N */
  serverPublic(b: Buffer, kv: Buffer): Promise<Buffer>;
  /** S = (A·v^u)^b */
  serverSecret(A: Buffer, v: Buffer, u: Buffer, b: Buffer): Promise<Buffer>;
  /** Starts all threads now; resolves when they answer. Otherwise each starts when the others are busy. */
  warm(): Promise<void>;
  /** Ends the threads; calls that are under way are rejected. */
  close(): Promise<void>;
};

/** Call id, power, its numbers. */
export type Question = [id: number, power: Power, numbers: Uint8Array[]];
/** Call id and the result, or the message of the error. */
export type Answer = [id: number, result: Uint8Array | undefined, error?: string];

type Call = {
  power: Power;
  numbers: Uint8Array[];
  retried: boolean;
  resolve: (result: Buffer) => void;
  reject: (error: Error) => void;
};
type Thread = { worker: Worker | undefined; calls: Map<number, Call> };

// The worker has this module's extension: .ts in the sources, .js once built. It is loaded through the compile cache, which a
// thread has to switch on for itself: without it each thread would load the type stripper, some 14 MB.
const workerFile = new URL(`./mod-pow-worker${extname(import.meta.url)}`, import.meta.url);
const workerBoot = `require('node:module').enableCompileCache(); import(${JSON.stringify(workerFile.href)});`;

const closed = () => new Error('the modular power threads are closed');

/** `threads` is at least 1; idle threads do not keep the process alive. */
export function createModPow({ threads }: { threads: number }): ModPow {
  const pool: Thread[] = Array.from({ length: Math.max(1, threads) }, () => ({ worker: undefined, calls: new Map() }));
  let lastId = 0;
  let isClosed = false;

  function call(power: Power, ...numbers: Buffer[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(closed());
      // Copies, because a small Buffer is a view on Node's pool and posting it would clone the whole pool.
      const copies = numbers.map(number => new Uint8Array(number));
      give(leastLoaded(pool), { power, numbers: copies, retried: false, resolve, reject });
    });
  }

  function give(thread: Thread, call: Call): void {
    thread.worker ??= start(thread);
    if (thread.calls.size === 0) thread.worker.ref();
    thread.calls.set(++lastId, call);
    thread.worker.postMessage([lastId, call.power, call.numbers] satisfies Question);
  }

  function start(thread: Thread): Worker {
    // Options of the command line that suit only the main thread, such as --eval's, must not stop it from starting.
    const worker = new Worker(workerBoot, { eval: true, execArgv: [] });
    let cause: unknown;
    worker.unref();
    worker.on('message', ([id, result, error]: Answer) => {
      const call = thread.calls.get(id);
      thread.calls.delete(id);
      if (thread.calls.size === 0) worker.unref();
      if (result) call?.resolve(Buffer.from(result.buffer));
      else call?.reject(new Error(error));
    });
    worker.on('error', error => {
      cause = error;
    });
    worker.on('exit', () => lost(thread, cause));
    return worker;
  }

  /** A worker died: its calls, which change nothing, are asked once more of the others or of its successor. */
  function lost(thread: Thread, cause: unknown): void {
    const calls = [...thread.calls.values()];
    thread.worker = undefined;
    thread.calls.clear();
    for (const call of calls) {
      if (isClosed) call.reject(closed());
      else if (call.retried) call.reject(new Error('a modular power thread died', { cause }));
      else give(leastLoaded(pool), { ...call, retried: true });
    }
  }

  return {
    pow: (base, exponent) => call('pow', base, exponent),
    verifier: x => call('verifier', x),
    serverPublic: (b, kv) => call('serverPublic', b, kv),
    serverSecret: (A, v, u, b) => call('serverSecret', A, v, u, b),
    async warm() {
      if (isClosed) throw closed();
      const one = [Uint8Array.of(1), Uint8Array.of(1)];
      await Promise.all(
        pool.map(
          thread =>
            new Promise<Buffer>((resolve, reject) =>
              give(thread, { power: 'pow', numbers: one, retried: false, resolve, reject }),
            ),
        ),
      );
    },
    async close() {
      isClosed = true;
      await Promise.all(pool.map(thread => thread.worker?.terminate()));
    },
  };
}

/** The thread with the fewest calls; among equals one that runs, else the first. */
function leastLoaded(pool: Thread[]): Thread {
  const load = (thread: Thread) => thread.calls.size + (thread.worker ? 0 : 0.5);
  return pool.reduce((best, thread) => (load(thread) < load(best) ? thread : best));
}
