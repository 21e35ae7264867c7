/** Turns run one at a time for a key, in order, whatever becomes of the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { createTurns } from '../../src/lib/turns.ts';

test('work under one key never overlaps and keeps its order; failures go to their own caller only', async () => {
  const job = fc.record({ key: fc.constantFrom('a', 'b', 'c'), ticks: fc.nat(3), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 20 }), async jobs => {
      const turns = createTurns();
      const running = new Set<string>();
      const order: Record<string, number[]> = { a: [], b: [], c: [] };
      const results = await Promise.allSettled(
        jobs.map(({ key, ticks, fails }, index) =>
          turns.take(key, async () => {
            assert.ok(!running.has(key), 'two at a time');
            running.add(key);
            for (let left = ticks; left > 0; left--) await tick();
            running.delete(key);
            order[key]!.push(index);
            if (fails) throw new Error(`job ${index}`);
            return index;
          }),
        ),
      );
      results.forEach((result, index) => {
        if (result.status === 'fulfilled') assert.deepEqual([result.value, jobs[index]!.fails], [index, false]);
        else assert.deepEqual([result.reason.message, jobs[index]!.fails], [`job ${index}`, true]);
      });
      for (const indexes of Object.values(order))
        assert.deepEqual(
          indexes,
          indexes.toSorted((a, b) => a - b),
        );
      assert.equal(order.a!.length + order.b!.length + order.c!.length, jobs.length);
      await tick();
      assert.equal(turns.size, 0);
    }),
    { numRuns: 50 },
  );
});

test('who comes after the first has ended still waits for the second', async () => {
  const turns = createTurns();
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = turns.take('a', async () => 'first');
  const second = turns.take('a', () => promise);
  await first;
  await tick();
  let began = false;
  const third = turns.take('a', async () => {
    began = true;
  });
  await tick();
  assert.equal(began, false);
  resolve('second');
  assert.equal(await second, 'second');
  await third;
  assert.equal(began, true);
});

test('different keys do not wait for each other', async () => {
  const turns = createTurns();
  const { promise, resolve } = Promise.withResolvers<string>();
  const blocked = turns.take('a', () => promise);
  assert.equal(await turns.take('b', async () => 'free'), 'free');
  assert.equal(turns.size, 1);
  resolve('done');
  assert.equal(await blocked, 'done');
});

test('work that throws before it returns a promise fails as any other', async () => {
  const turns = createTurns();
  await assert.rejects(
    turns.take('a', () => {
      throw new Error('at once');
    }),
    /at once/,
  );
  assert.equal(await turns.take('a', async () => 1), 1);
});
