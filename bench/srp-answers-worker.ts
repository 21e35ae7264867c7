/** One thread of srp-answers.ts: the client's half of SRP-6a, one power with an exponent of some 512 bits each. */
import { parentPort, workerData } from 'node:worker_threads';
import { nativePow } from '../src/lib/native-pow.ts';
import { claimSignature, passwordExponent, scrambler, sharedKey } from '../src/lib/srp.ts';
import { evenHex, fromBytes, fromHex, k, N, toBytes } from '../src/lib/srp-group.ts';
import { formatTimestamp } from '../src/lib/srp-timestamp.ts';
import type { Answer, AnswersQuestion, Asked } from './srp-answers.ts';

const { asked, group, password, a, A } = workerData as AnswersQuestion;

const answerOf = ({ username, salt, verifier, B, secretBlock }: Asked): Answer => {
  const u = scrambler(A, B);
  const x = passwordExponent({ group, user: username, password }, salt);
  // S = (B - k·v)^(a + u·x); a client computes v = g^x, which is known here.
  const base = toBytes((fromHex(B) % N) + N - ((k * fromHex(verifier)) % N));
  const exponent = Buffer.from(evenHex(fromHex(a) + fromHex(u) * fromBytes(x)), 'hex');
  const key = sharedKey(nativePow(base, exponent), u);
  const timestamp = formatTimestamp(Date.now());
  const claim = { group, user: username, secretBlock: Buffer.from(secretBlock, 'base64'), timestamp };
  return { timestamp, signature: claimSignature(key, claim).toString('base64') };
};

parentPort!.postMessage(asked.map(answerOf));
