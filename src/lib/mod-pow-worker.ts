/** The worker thread of mod-pow.ts: answers each message with the power it asks for. */
import { parentPort } from 'node:worker_threads';
import type { Answer, Question } from './mod-pow.ts';
import { powers } from './native-pow.ts';

parentPort!.on('message', ([id, power, numbers]: Question) => {
  parentPort!.postMessage(answer(id, powers[power] as (...numbers: Uint8Array[]) => Buffer, numbers));
});

function answer(id: number, power: (...numbers: Uint8Array[]) => Buffer, numbers: Uint8Array[]): Answer {
  try {
    // A copy, because posting a Buffer that is a view on Node's pool would clone the whole pool.
    return [id, new Uint8Array(power(...numbers))];
  } catch (error) {
    return [id, undefined, (error as Error).message];
  }
}
