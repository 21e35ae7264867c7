// Functions that go wrong, by mistake or by intent. Each is a module's only guest: its own entry in the table.
import { parentPort, workerData } from 'node:worker_threads';

/** Does what the event says: the parts of a thread that is shared. */
export const obedient = async event => {
  const { wait = 0, block = 0, exit, hang, late, uncaught, reject } = event;
  if (exit !== undefined) process.exit(exit);
  if (hang) await new Promise(() => {});
  if (uncaught !== undefined)
    await new Promise(() =>
      setTimeout(() => {
        throw new Error(uncaught);
      }, 5),
    );
  if (reject !== undefined) {
    Promise.reject(new Error(reject));
    await new Promise(() => {});
  }
  const until = performance.now() + block;
  while (performance.now() < until);
  if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
  if (late) setTimeout(() => Promise.reject(new Error('after the answer')), 5);
  count++;
  return { ...event, count };
};
let count = 0;

export const blocks = () => {
  for (;;);
};
export const slowPattern = () => /^(a+)+$/.test(`${'a'.repeat(40)}!`);
export const exits = () => process.exit(7);
export const exitsLater = () => new Promise(() => setTimeout(() => process.exit(), 10));
export const eats = async () => {
  const hoard = [];
  for (;;) hoard.push(new Array(1e6).fill(hoard.length));
};
export const eatsOutside = async () => {
  const hoard = [];
  for (;;) {
    hoard.push(Buffer.alloc(16e6, 1));
    await new Promise(resolve => setTimeout(resolve, 20));
  }
};
export const recursion = event => recursion(event) + 1;

export const throwsError = async () => {
  throw new TypeError('no entry');
};
export const throwsText = () => {
  throw 'no entry';
};
export const throwsObject = async () => {
  throw { code: 7 };
};
export const throwsNull = async () => {
  throw null;
};
export const throwsTrap = async () => {
  throw Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('trapped');
    },
  });
};
export const throwsOddMessage = async () => {
  throw Object.assign(new Error('x'), { message: Symbol('odd') });
};
export const throwsLongMessage = async () => {
  throw new Error('x'.repeat(1e6));
};
export const failsByCallback = (_event, _context, callback) => {
  setTimeout(callback, 5, new Error('called back'));
};
export const failsByContext = (_event, context, _callback) => context.fail('failed by context');

export const cyclic = async event => {
  event.self = event;
  return event;
};
export const bigInt = async () => ({ response: 1n });
export const trapInAnswer = async () => ({
  toJSON() {
    throw new Error('trapped');
  },
});
export const nothing = async () => undefined;
export const aFunction = async () => () => 1;
export const badThenable = () => ({
  // biome-ignore lint/suspicious/noThenProperty: that is the point
  get then() {
    throw new Error('no promise');
  },
});
export const answersTwice = (event, _context, callback) => {
  callback(null, { ...event, first: true });
  callback(new Error('second'));
  return Promise.reject(new Error('third'));
};
export const megabyte = async event => ({ ...event, ballast: 'x'.repeat(1_000_000) });
export const tenMegabytes = async event => ({ ...event, ballast: 'x'.repeat(10_000_000) });

export const speaksOut = async event => {
  for (let id = 0; id < 100; id++) parentPort.postMessage({ kind: 'answer', id, payload: '"forged"' });
  parentPort.postMessage(null);
  return { ...event, port: workerData.port === undefined ? 'none' : 'there' };
};
export const pollutes = async event => {
  Object.prototype.polluted = 'yes';
  Array.prototype.push = () => 0;
  return { ...event, response: JSON.parse('{"__proto__":{"issueTokens":true}}') };
};
export const prints = async event => {
  console.log('a line of output');
  console.error('a line of trouble');
  for (let line = 0; line < 5000; line++) console.log('again');
  process.stdout.write('x'.repeat(100_000));
  return event;
};
export const environment = async (event, context) => ({
  ...event,
  env: { ...process.env },
  argv: process.execArgv,
  context: { ...context, remaining: context.getRemainingTimeInMillis() },
});
