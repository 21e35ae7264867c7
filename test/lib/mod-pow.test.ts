/** Powers modulo the SRP prime agree with plain arithmetic, for awkward numbers too, and survive a dying thread. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { createModPow } from '../../src/lib/mod-pow.ts';
import { nativePow } from '../../src/lib/native-pow.ts';
import { fromBytes, g, N, toBytes } from '../../src/lib/srp-group.ts';
import { bytesOf, modPowReference } from './srp-reference.ts';

const modPow = createModPow({ threads: 2 });
after(() => modPow.close());

const awkwardBases = [
  0n,
  1n,
  2n,
  N - 2n,
  N - 1n,
  N,
  N + 1n,
  N + 2n,
  2n * N - 1n,
  2n * N,
  (1n << 3072n) - 1n,
  1n << 4000n,
];
const awkwardExponents = [0n, 1n, 2n, 3n, 255n, 256n, N - 2n, N - 1n, N, (1n << 256n) - 1n];

test('awkward bases and exponents give what arithmetic says', () => {
  for (const base of awkwardBases) {
    for (const exponent of awkwardExponents) {
      const expected = modPowReference(base, exponent);
      const result = nativePow(bytesOf(base), bytesOf(exponent));
      assert.equal(result.length, 384);
      assert.equal(fromBytes(result), expected, `${base.toString(16)} ^ ${exponent.toString(16)}`);
    }
  }
});

test('leading zero bytes and empty numbers are read as integers', () => {
  const zeros = (value: bigint) => Buffer.concat([Buffer.alloc(400), bytesOf(value)]);
  assert.equal(fromBytes(nativePow(zeros(3n), zeros(5n))), 243n);
  assert.equal(fromBytes(nativePow(zeros(0n), zeros(5n))), 0n);
  assert.equal(fromBytes(nativePow(Buffer.alloc(0), Buffer.of(5))), 0n);
  assert.equal(fromBytes(nativePow(Buffer.of(7), Buffer.alloc(0))), 1n);
  assert.equal(fromBytes(nativePow(bytesOf(N - 1n), Buffer.alloc(0))), 1n);
});

test('the threads give the powers of the protocol', async () => {
  const number = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(Buffer.from);
  await fc.assert(
    fc.asyncProperty(number(384), number(384), number(32), number(32), async (A, v, u, b) => {
      const [A_, v_, u_, b_] = [A, v, u, b].map(fromBytes) as [bigint, bigint, bigint, bigint];
      const [power, verifier, B, S] = await Promise.all([
        modPow.pow(A, u),
        modPow.verifier(u),
        modPow.serverPublic(b, v),
        modPow.serverSecret(A, v, u, b),
      ]);
      assert.equal(fromBytes(power), modPowReference(A_, u_));
      assert.equal(fromBytes(verifier), modPowReference(g, u_));
      assert.equal(fromBytes(B), (v_ + modPowReference(g, b_)) % N);
      assert.equal(fromBytes(S), modPowReference(A_ * modPowReference(v_, u_), b_));
      for (const result of [power, verifier, B, S]) assert.equal(result.length, 384);
    }),
    { numRuns: 10 },
  );
});

test('hundreds of calls at once each get their own answer', async () => {
  const exponents = Array.from({ length: 200 }, (_, index) => BigInt(index));
  const results = await Promise.all(exponents.map(exponent => modPow.verifier(bytesOf(exponent))));
  assert.deepEqual(
    results.map(fromBytes),
    exponents.map(exponent => modPowReference(g, exponent)),
  );
});

test('what a thread cannot do is answered with its error, and the thread goes on', async () => {
  const worker = new Worker(new URL('../../src/lib/mod-pow-worker.ts', import.meta.url));
  worker.postMessage([1, 'square', [Uint8Array.of(3)]]);
  worker.postMessage([2, 'pow', [Uint8Array.of(3), Uint8Array.of(2)]]);
  const answers: [number, Uint8Array | undefined, string?][] = [];
  for await (const [answer] of on(worker, 'message')) if (answers.push(answer) === 2) break;
  await worker.terminate();
  const [refused, answered] = answers;
  assert.deepEqual(refused?.slice(0, 2), [1, undefined]);
  assert.match(refused![2]!, /not a function/);
  assert.equal(fromBytes(answered![1]!), 9n);
});

test('calls that are under way at close are rejected, as are later ones', async () => {
  const closing = createModPow({ threads: 1 });
  await closing.warm();
  const underWay = Promise.allSettled(Array.from({ length: 20 }, () => closing.verifier(toBytes(N - 1n))));
  await closing.close();
  const outcomes = await underWay;
  assert.ok(outcomes.some(outcome => outcome.status === 'rejected' && /closed/.test(outcome.reason.message)));
  await assert.rejects(closing.verifier(randomBytes(32)), /closed/);
  await assert.rejects(closing.warm(), /closed/);
});

/** Runs a program in a process of its own with `modPow` and `workers` (every worker that was made) at hand. */
async function run(program: string): Promise<string> {
  const url = new URL('../../src/lib/mod-pow.ts', import.meta.url).href;
  const preamble = `
    import threads from 'node:worker_threads';
    import { syncBuiltinESMExports } from 'node:module';
    const workers = [];
    const { Worker } = threads;
    threads.Worker = class extends Worker { constructor(...args) { super(...args); workers.push(this); } };
    syncBuiltinESMExports();
    const { createModPow } = await import(${JSON.stringify(url)});
    const modPow = createModPow({ threads: 1 });
    const cube = async () => (await modPow.pow(Buffer.of(3), Buffer.of(3))).at(-1);
  `;
  const arguments_ = ['--input-type=module', '--eval', preamble + program];
  return (await promisify(execFile)(process.execPath, arguments_, { timeout: 20_000 })).stdout.trim();
}

test('a thread that dies is replaced and its calls are asked again', async () => {
  const output = await run(`
    await modPow.warm();
    const long = Buffer.alloc(384, 255);
    const calls = [modPow.verifier(long), modPow.verifier(long), cube()];
    await workers[0].terminate();
    const answers = await Promise.all(calls);
    console.log(answers[2], answers[0].equals(answers[1]), workers.length, await cube());
  `);
  assert.equal(output, '27 true 2 27');
});

test('calls whose thread dies twice are rejected, and the next call is answered', async () => {
  const output = await run(`
    await modPow.warm();
    const calls = Array.from({ length: 40 }, () => modPow.verifier(Buffer.alloc(384, 255)));
    const doomed = calls.at(-1).catch(error => error.message);
    Promise.allSettled(calls);
    await workers[0].terminate();
    await workers[1].terminate();
    console.log(await doomed, '/', await cube());
  `);
  assert.equal(output, 'a modular power thread died / 27');
});

test('idle threads let the process end, busy ones do not', async () => {
  assert.equal(await run("await modPow.warm(); console.log('idle')"), 'idle');
  assert.equal(await run('cube().then(answer => console.log(answer))'), '27');
});
