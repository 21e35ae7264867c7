/** The thread of call-floor.ts: a function as bare as can be. */
import { parentPort } from 'node:worker_threads';
import { claim } from './functions.ts';

parentPort!.on('message', async (event: string) => {
  parentPort!.postMessage(JSON.stringify(await claim(JSON.parse(event))));
});
