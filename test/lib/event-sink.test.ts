/** Batches, their order, repetition, bounds and the end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventSink } from '../../src/lib/event-sink.ts';

const quick = { pause: 1 };
const numbers = (events: readonly object[]) => events.map(event => (event as { n: number }).n);

describe('event sinks', () => {
  it('send what is written in order, what has gathered meanwhile together', async () => {
    const batches: number[][] = [];
    const sink = createEventSink(
      async events => {
        batches.push(numbers(events));
        await new Promise(resolve => setTimeout(resolve, 5));
      },
      assert.fail,
      { batch: 4 },
    );
    for (let n = 0; n < 10; n++) sink.write({ n });
    await sink.idle();
    assert.deepEqual(batches.flat(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.ok(batches.length < 10 && batches.every(({ length }) => length <= 4));
    sink.write({ n: 10 });
    await sink.idle();
    assert.deepEqual(batches.at(-1), [10]);
  });

  it('repeat what fails, and say what is lost in the end', async () => {
    let failures = 2;
    const sent: number[] = [];
    const lost: unknown[] = [];
    const sink = createEventSink(
      async events => {
        if (failures-- > 0) throw new Error('down');
        sent.push(...numbers(events));
      },
      (...report) => lost.push(report),
      { ...quick, tries: 3 },
    );
    sink.write({ n: 1 });
    await sink.idle();
    assert.deepEqual([sent, lost], [[1], []]);
    failures = 3;
    sink.write({ n: 2 });
    await sink.idle();
    assert.deepEqual([sent, lost], [[1], [[1, new Error('down')]]]);
  });

  it('keep no more than their capacity, and count what they refuse', async () => {
    let open = () => {};
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    const sent: number[] = [];
    const lost: number[] = [];
    const sink = createEventSink(
      async events => {
        await gate;
        sent.push(...numbers(events));
      },
      count => lost.push(count),
      { capacity: 3, batch: 3 },
    );
    for (let n = 0; n < 8; n++) sink.write({ n });
    open();
    await sink.idle();
    assert.equal(sent.length + lost.reduce((sum, count) => sum + count, 0), 8);
    assert.deepEqual(sent, [0, 1, 2, 3].slice(0, sent.length));
    assert.ok(lost.length > 0);
  });

  it('end without waiting for a target that does not answer any more', async () => {
    const lost: number[] = [];
    const sink = createEventSink(
      async () => {
        throw new Error('down');
      },
      count => lost.push(count),
      { pause: 3_600_000 },
    );
    sink.write({ n: 1 });
    sink.write({ n: 2 });
    await new Promise(resolve => setImmediate(resolve));
    await sink.close();
    assert.deepEqual(
      lost.reduce((sum, count) => sum + count, 0),
      2,
    );
  });
});
