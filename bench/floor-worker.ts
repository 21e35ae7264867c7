/** One thread of floor.ts: does one kind of operation for a while, as fast as it can. */
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { nativePow } from '../src/lib/native-pow.ts';
import type { FloorAnswer, FloorQuestion } from './floor.ts';

const { operation, seconds } = workerData as FloorQuestion;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
// As long as the signed part of a token.
const content = randomBytes(700);
const signed = sign('sha256', content, privateKey);
const [base, exponent] = [randomBytes(384), randomBytes(32)];

const operations = {
  signature: () => sign('sha256', content, privateKey),
  signature512: () => sign('sha512', content, privateKey),
  verification: () => verify('sha256', content, publicKey, signed),
  power: () => nativePow(base, exponent),
} satisfies Record<FloorQuestion['operation'], () => unknown>;

const operate = operations[operation];
for (let warming = 0; warming < 50; warming++) operate();

// All threads measure the same stretch of time.
parentPort!.postMessage('ready');
parentPort!.once('message', () => {
  const cpu = process.threadCpuUsage();
  const begin = performance.now();
  let count = 0;
  while (performance.now() - begin < seconds * 1000) {
    operate();
    count++;
  }
  const elapsed = performance.now() - begin;
  const { user, system } = process.threadCpuUsage(cpu);
  const answer: FloorAnswer = { perSecond: (count / elapsed) * 1000, cpuMs: (user + system) / 1000 / count };
  parentPort!.postMessage(answer);
});
