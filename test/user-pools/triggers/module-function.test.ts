/** Functions that are local modules: what they answer and how they fail, and that they harm neither the server nor each other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import type { FunctionAnswer } from '../../../src/user-pools/call/functions.ts';
import { createFunctions } from '../../../src/user-pools/triggers/functions.ts';

const hostile = new URL('./functions/hostile.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'cenote-modules-'));
const lines: { msg: string; function?: string; output?: string; stack?: string }[] = [];
const log = pino({ level: 'debug' }, { write: line => void lines.push(JSON.parse(line)) });
const printed = (by: string) => lines.flatMap(line => (line.function === by ? (line.output ?? []) : []));

const open: { close(): Promise<void> }[] = [];
after(async () => {
  await Promise.all(open.map(each => each.close()));
  rmSync(folder, { recursive: true });
});
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:guest';
let lastKey = 0;
/** A function by its target; each call is a try of its own unless it names a key. */
const guest = (target: string) => {
  const functions = createFunctions(new Map([['guest', `module:${target}`]]), {
    triggersHttp: 'loopback',
    clock: systemClock,
    log,
  });
  open.push(functions);
  const call = (event: object = {}, { timeout = 5000, key = `key-${++lastKey}` } = {}): Promise<FunctionAnswer> =>
    functions.invoke(arn, JSON.stringify(event), { timeout, idempotencyKey: key });
  return Object.assign(call, { close: functions.close });
};
const write = (name: string, source: string): string => {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
};
const answered = (answer: FunctionAnswer) => {
  assert.equal(answer.kind, 'result', JSON.stringify(answer));
  return JSON.parse((answer as { payload: string }).payload);
};
const lost: FunctionAnswer = { kind: 'unavailable', reason: 'ServiceException' };

describe('a module', () => {
  const kinds: [file: string, source: string][] = [
    ['esm.mjs', 'export const handler = async event => ({ ...event, by: "esm" });'],
    ['common.cjs', 'exports.handler = async event => ({ ...event, by: "common" });'],
    ['detected.js', 'module.exports = { handler: async event => ({ ...event, by: "detected" }) };'],
    [
      'typed.ts',
      'export const handler = async <T extends object>(event: T): Promise<T> => ({ ...event, by: "typed" });',
    ],
    ['back.mjs', 'export function handler(event, context, callback) { callback(null, { ...event, by: "back" }); }'],
    ['done.mjs', 'export function handler(event, context, callback) { context.done(null, { ...event, by: "done" }); }'],
    ['plain.mjs', 'export const handler = event => ({ ...event, by: "plain" });'],
    ['default.mjs', 'export default { handler: async event => ({ ...event, by: "default" }) };'],
    ['later.mjs', 'await null; export const handler = async event => ({ ...event, by: "later" });'],
  ];
  for (const [file, source] of kinds) {
    it(`may be ${file}`, async () => {
      assert.deepEqual(answered(await guest(write(file, source))({ a: 1 })), { a: 1, by: file.split('.')[0] });
    });
  }

  it('gets a context, and nothing of the server', async () => {
    const { env, argv, context } = answered(await guest(`${hostile}#environment`)({}, { key: 'one' }));
    assert.deepEqual([env, argv], [{}, []]);
    assert.equal(context.invokedFunctionArn, arn);
    assert.equal(context.functionName, 'guest');
    assert.equal(context.clientContext.Custom.idempotencyKey, 'one');
    assert.equal(context.clientContext.custom.idempotencyKey, 'one');
    assert.ok(context.remaining > 0 && context.remaining <= 5000);
  });

  it('is loaded anew when its file has changed', async () => {
    const file = write('edited.mjs', 'let n = 0; export const handler = async () => ["old", ++n];');
    const edited = guest(file);
    assert.deepEqual(answered(await edited()), ['old', 1]);
    assert.deepEqual(answered(await edited()), ['old', 2]);
    writeFileSync(file, 'export const handler = async () => ["new"];');
    utimesSync(file, 1, 1);
    await sleep(300);
    assert.deepEqual(answered(await edited()), ['new']);
  });

  it('that cannot be loaded is no answer, and works as soon as it can', async () => {
    const file = write('broken.mjs', 'export const handler = ;');
    const broken = guest(file);
    assert.deepEqual(await broken(), lost);
    assert.deepEqual(await guest(`${file}#none`)(), lost);
    assert.deepEqual(await guest(`${hostile}#none`)(), lost);
    assert.match(lines.findLast(({ msg }) => /cannot be loaded/.test(msg))?.stack ?? '', /exports no function "none"/);
    writeFileSync(file, 'export const handler = async () => 1;');
    assert.equal(answered(await broken()), 1);
  });

  it('that is not there stops the start', () => {
    assert.throws(() => guest(join(folder, 'none.mjs')), { message: /^CENOTE_TRIGGERS: guest: there is no file / });
    assert.throws(() => guest(folder), { message: /there is no file/ });
  });
});

describe('a hostile function', { concurrency: 4 }, () => {
  const outcomes: [name: string, answer: FunctionAnswer | RegExp][] = [
    ['throwsError', { kind: 'error', message: 'no entry' }],
    ['throwsText', { kind: 'error', message: 'no entry' }],
    ['throwsObject', { kind: 'error', message: '[object Object]' }],
    ['throwsNull', /^callback called with Error argument, but there was a problem/],
    ['throwsTrap', /^callback called with Error argument, but there was a problem/],
    ['throwsOddMessage', /^callback called with Error argument, but there was a problem/],
    ['throwsLongMessage', /^x{4096}$/],
    ['failsByCallback', { kind: 'error', message: 'called back' }],
    ['failsByContext', { kind: 'error', message: 'failed by context' }],
    ['recursion', { kind: 'error', message: 'Maximum call stack size exceeded' }],
    ['cyclic', { kind: 'error', message: 'Unable to stringify response body' }],
    ['bigInt', { kind: 'error', message: 'Unable to stringify response body' }],
    ['trapInAnswer', { kind: 'error', message: 'Unable to stringify response body' }],
    ['tenMegabytes', /^Response payload size exceeded maximum allowed payload size/],
    ['nothing', { kind: 'result', payload: 'null' }],
    ['aFunction', { kind: 'result', payload: 'null' }],
    ['badThenable', { kind: 'error', message: 'no promise' }],
    ['answersTwice', { kind: 'result', payload: '{"first":true}' }],
    ['speaksOut', { kind: 'result', payload: '{"port":"none"}' }],
    ['pollutes', { kind: 'result', payload: '{"response":{}}' }],
    ['exits', lost],
    ['exitsLater', lost],
    ['eats', lost],
    ['eatsOutside', lost],
    ['blocks', { kind: 'timeout' }],
    ['slowPattern', { kind: 'timeout' }],
  ];
  const slow = ['blocks', 'slowPattern'];
  for (const [name, expected] of outcomes) {
    it(name, async () => {
      const answer = await guest(`${hostile}#${name}`)({}, slow.includes(name) ? { timeout: 300 } : {});
      if (expected instanceof RegExp) {
        assert.equal(answer.kind, 'error');
        assert.match((answer as { message: string }).message, expected);
      } else if (name === 'pollutes') assert.equal(answer.kind, 'result');
      else assert.deepEqual(answer, expected);
      assert.equal(({} as { polluted?: string }).polluted, undefined);
    });
  }

  it('may answer a megabyte; who reads it decides', async () => {
    assert.equal(answered(await guest(`${hostile}#megabyte`)()).ballast.length, 1_000_000);
  });

  it('may print, within bounds', async () => {
    answered(await guest(`${hostile}#prints`)());
    while (!printed('prints').some(line => /lines were left out/.test(line))) await sleep(50);
    const output = printed('prints');
    assert.ok(output.includes('a line of output') && output.includes('a line of trouble'));
    assert.ok(output.length < 300, `${output.length} lines`);
    assert.ok(output.every(line => line.length <= 2000));
  });
});

describe('events in one thread', { concurrency: 4 }, () => {
  const obedient = `${hostile}#obedient`;

  it('do not wait for each other', async () => {
    const call = guest(obedient);
    answered(await call());
    const order: string[] = [];
    await Promise.all([
      ...Array.from({ length: 50 }, () => call({ wait: 300 }).then(() => order.push('slow'))),
      call().then(() => order.push('quick')),
    ]);
    assert.equal(order[0], 'quick');
    assert.equal(order.length, 51);
  });

  it('survive one that never answers; later ones get a new thread', async () => {
    const call = guest(obedient);
    answered(await call());
    const [hanging, slow] = await Promise.all([call({ hang: true }, { timeout: 200 }), call({ wait: 500 })]);
    assert.deepEqual(hanging, { kind: 'timeout' });
    assert.equal(answered(slow).count, 2);
    assert.equal(answered(await call()).count, 1);
  });

  it('are told apart when something fails later', async () => {
    const call = guest(obedient);
    const [uncaught, rejected, other, late] = await Promise.all([
      call({ uncaught: 'thrown in a timer' }),
      call({ reject: 'left alone' }),
      call({ wait: 100 }),
      call({ late: true }),
    ]);
    assert.deepEqual(uncaught, { kind: 'error', message: 'thrown in a timer' });
    assert.deepEqual(rejected, { kind: 'error', message: 'left alone' });
    assert.deepEqual([answered(late).count, answered(other).count], [1, 2]);
    while (!printed('obedient').some(line => /after the answer/.test(line))) await sleep(20);
    assert.equal(answered(await call()).count, 3);
  });

  for (const [what, event, outcome] of [
    ['blocks the thread', { block: 60_000 }, { kind: 'timeout' }],
    ['ends the thread', { exit: 1 }, lost],
  ] as const) {
    it(`are tried again by themselves after another ${what}`, async () => {
      const call = guest(obedient);
      answered(await call());
      const innocent = call({ wait: 100 }, { timeout: 5000, key: `innocent of ${what}` });
      const guilty = call(event, { timeout: 1800, key: `guilty: ${what}` });
      assert.deepEqual(await guilty, outcome);
      // Their answer was due in time, but the thread could not give it.
      assert.deepEqual(await innocent, lost);
      // The next try of the one does not meet the next try of the other, nor do new events.
      const [again, worse, fresh] = await Promise.all([
        call({ wait: 100 }, { key: `innocent of ${what}` }),
        call(event, { timeout: 1500, key: `guilty: ${what}` }),
        call(),
      ]);
      assert.deepEqual([answered(again).count, worse, answered(fresh).count], [1, outcome, 1]);
    });
  }

  it('come to a new thread while one computes for long, which may finish', async () => {
    const call = guest(obedient);
    answered(await call());
    const order: string[] = [];
    const long = call({ block: 4500 }, { timeout: 15_000 }).finally(() => order.push('long'));
    await sleep(2500);
    assert.equal(answered(await call().finally(() => order.push('fresh'))).count, 1);
    assert.equal(answered(await long).count, 2);
    assert.deepEqual(order, ['fresh', 'long']);
  });

  it('are refused when there are too many at once', async () => {
    const call = guest(obedient);
    const many = Array.from({ length: 1001 }, () => call({ wait: 100 }));
    const kinds = (await Promise.all(many)).map(({ kind }) => kind);
    assert.equal(kinds.filter(kind => kind === 'result').length, 1000);
    assert.deepEqual(await many.at(-1), { kind: 'unavailable', reason: 'TooManyRequestsException' });
  });

  it('end when the server stops', async () => {
    const call = guest(obedient);
    const hanging = call({ hang: true });
    await sleep(50);
    await call.close();
    assert.deepEqual(await hanging, lost);
    assert.deepEqual(await call(), lost);
  });
});
