import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startLoop } from '../../src/lib/alarm.ts';

describe('a loop', () => {
  it('begins at once, is idle when a round rests, and works again when it is woken', async () => {
    let rounds = 0;
    const loop = startLoop({
      async round(rests) {
        rounds += 1;
        rests();
        return 60_000;
      },
    });
    await loop.idle();
    const before = rounds;
    loop.wake();
    await loop.idle();
    assert.ok(rounds > before);
    await loop.stop();
  });

  it('goes on by itself when the pause has passed', async () => {
    let rounds = 0;
    const third = Promise.withResolvers<void>();
    const alive = setTimeout(() => {}, 10_000);
    const loop = startLoop({
      async round() {
        if (++rounds === 3) third.resolve();
        return 1;
      },
    });
    await third.promise;
    clearTimeout(alive);
    await loop.stop();
  });

  it('takes one more round before it rests when it is woken within one', async () => {
    const seen: number[] = [];
    let work = 1;
    const loop = startLoop({
      async round(rests) {
        seen.push(work);
        if (work > 0) {
          work = 0;
          loop.wake();
        }
        rests();
        return 60_000;
      },
    });
    await loop.idle();
    assert.deepEqual(seen.slice(0, 2), [1, 0]);
    await loop.stop();
  });

  it('ends after the round under way and what rounds have left running, and lets nobody wait', async () => {
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const loop = startLoop({
      async round() {
        begun.resolve();
        await held.promise;
        order.push('round');
        return 60_000;
      },
      finish: async () => order.push('finish'),
    });
    await begun.promise;
    const idle = loop.idle();
    const stopped = loop.stop().then(() => order.push('stopped'));
    held.resolve();
    await Promise.all([idle, stopped, loop.idle()]);
    assert.deepEqual(order, ['round', 'finish', 'stopped']);
  });
});
