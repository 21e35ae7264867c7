/** The worker thread of hash-checker.ts: bcrypt is written in JavaScript and would hold the event loop. */
import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';
import type { BcryptQuestion } from './hash-checker.ts';

parentPort!.on('message', ([password, encoded]: BcryptQuestion) => {
  parentPort!.postMessage(compareSync(password, encoded));
});
