/** Compares passwords with hashes of other systems, off the event loop and only a few at a time: each may take 64 MB and a core for a while. */
import { argon2, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { PasswordHash } from './password-hash.ts';

export type HashChecker = {
  /** Whether the hash is that of the password. Takes its turn behind others. */
  matches(hash: PasswordHash, password: string): Promise<boolean>;
  /** Ends the threads; checks that are under way may be rejected. */
  close(): Promise<void>;
};

/** The password and the encoded bcrypt hash. */
export type BcryptQuestion = [password: string, encoded: string];

type Keyed = Exclude<PasswordHash, { algorithm: 'BCRYPT' }>;

/** scrypt needs 128·N·r bytes; node:crypto refuses more than half of that by default. */
const scryptMemory = 80 * 1024 * 1024;

const derive: {
  [A in Keyed['algorithm']]: (hash: Extract<Keyed, { algorithm: A }>, password: string) => Promise<Buffer>;
} = {
  SCRYPT: ({ cost, blockSize: r, parallelism: p, salt, key }, password) =>
    new Promise((resolve, reject) =>
      scrypt(password, salt, key.length, { N: cost, r, p, maxmem: scryptMemory }, (error, derived) =>
        error ? reject(error) : resolve(derived),
      ),
    ),
  ARGON2ID: ({ memory, passes, parallelism, salt, key }, password) =>
    promisify(argon2)('argon2id', {
      message: password,
      nonce: salt,
      memory,
      passes,
      parallelism,
      tagLength: key.length,
    }),
  PBKDF2_SHA256: ({ iterations, salt, key }, password) =>
    promisify(pbkdf2)(password, salt, iterations, key.length, 'sha256'),
};

// As in mod-pow.ts: .ts in the sources, .js once built; through the compile cache.
const workerFile = new URL(`./bcrypt-worker${extname(import.meta.url)}`, import.meta.url);
const workerBoot = `require('node:module').enableCompileCache(); import(${JSON.stringify(workerFile.href)});`;

/** The answer that a thread owes. */
type Owed = { resolve(matches: boolean): void; reject(error: Error): void };
/** One check at a time; its thread, which only bcrypt needs, starts with the first one. */
type Slot = { busy: boolean; worker: Worker | undefined; owed: Owed | undefined };

const startWorker = (slot: Slot): Worker => {
  const worker = new Worker(workerBoot, { eval: true, execArgv: [] });
  let cause: unknown;
  worker.on('message', (matches: boolean) => {
    worker.unref();
    slot.owed?.resolve(matches);
  });
  worker.on('error', error => {
    cause = error;
  });
  // The next check starts another one.
  worker.on('exit', () => {
    slot.worker = undefined;
    slot.owed?.reject(new Error('a bcrypt thread died', { cause }));
  });
  return worker;
};

const askWorker = (slot: Slot, question: BcryptQuestion): Promise<boolean> => {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  slot.owed = { resolve, reject };
  slot.worker ??= startWorker(slot);
  slot.worker.ref();
  slot.worker.postMessage(question);
  return promise;
};

/** @param concurrency checks at a time, at least 1. Idle threads do not keep the process alive. */
export const createHashChecker = ({ concurrency }: { concurrency: number }): HashChecker => {
  const slots: Slot[] = Array.from({ length: Math.max(1, concurrency) }, () => ({
    busy: false,
    worker: undefined,
    owed: undefined,
  }));
  const waiting: ((slot: Slot) => void)[] = [];

  const takeSlot = (): Promise<Slot> | Slot => {
    // One whose thread runs already, if any.
    const free = slots.filter(({ busy }) => !busy).sort((a, b) => Number(!a.worker) - Number(!b.worker))[0];
    if (free === undefined) return new Promise(resolve => waiting.push(resolve));
    free.busy = true;
    return free;
  };
  const leaveSlot = (slot: Slot): void => {
    const next = waiting.shift();
    if (next === undefined) slot.busy = false;
    else next(slot);
  };

  const compare = async (slot: Slot, hash: PasswordHash, password: string): Promise<boolean> => {
    if (hash.algorithm === 'BCRYPT') return askWorker(slot, [password, hash.encoded]);
    const derived = await (derive[hash.algorithm] as (hash: Keyed, password: string) => Promise<Buffer>)(
      hash,
      password,
    );
    return timingSafeEqual(derived, hash.key);
  };

  return {
    async matches(hash, password) {
      const slot = await takeSlot();
      try {
        return await compare(slot, hash, password);
      } finally {
        leaveSlot(slot);
      }
    },
    async close() {
      await Promise.all(slots.map(({ worker }) => worker?.terminate()));
    },
  };
};
