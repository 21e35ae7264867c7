/** The worker thread of mod-pow.ts: answers each message with the power it asks for. */
import { constants, platform, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { Answer, Question } from './mod-pow.ts';
import { powers } from './native-pow.ts';

// The event loop comes first: where processors are few, powers would make every other request wait. Linux knows priorities
// of single threads; elsewhere this would be the whole process.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

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
