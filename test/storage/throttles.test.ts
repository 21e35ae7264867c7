/** Throttles: no more tries than allowed however many come at once, windows, and failures that are forgotten. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clear, consume, FAILURE_MEMORY, failures, recordFailure } from '../../src/storage/throttles.ts';
import { eachEngine } from '../support/databases.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2030, 0, 1);

eachEngine('throttles', database => {
  const throttle = (subject: string, now = NOW) => ({ poolId: 'us-east-1_a', kind: 'try', subject, now });
  const take = (subject: string, now = NOW) =>
    consume(database.db, { ...throttle(subject, now), limit: 5, windowMs: MINUTE });

  it('never lets more than the limit through, from whichever connection', async () => {
    const others = await Promise.all([database.connect(), database.connect()]);
    const dbs = [database.db, ...others.map(other => other.db)];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        consume(dbs[n % dbs.length]!, { ...throttle('crowd'), limit: 20, windowMs: MINUTE }),
      ),
    );
    assert.equal(outcomes.filter(Boolean).length, 20);
  });

  it('opens again a window after the first try, however often it was refused', async () => {
    for (let n = 0; n < 5; n++) assert.equal(await take('a', NOW + n * 1000), true);
    assert.equal(await take('a', NOW + MINUTE - 1), false);
    assert.equal(await take('a', NOW + MINUTE), true);
    for (let n = 0; n < 4; n++) assert.equal(await take('a', NOW + MINUTE + 1), true);
    assert.equal(await take('a', NOW + MINUTE + 1), false);
  });

  it('counts each subject, kind and pool by itself', async () => {
    for (let n = 0; n < 5; n++) await take('b');
    assert.equal(await take('b'), false);
    assert.equal(await take('c'), true);
    for (const other of [{ kind: 'other' }, { poolId: 'us-east-1_b' }]) {
      assert.equal(await consume(database.db, { ...throttle('b'), ...other, limit: 5, windowMs: MINUTE }), true);
    }
  });

  it('lets nobody through at a limit of nothing', async () => {
    assert.equal(await consume(database.db, { ...throttle('none'), limit: 0, windowMs: MINUTE }), false);
  });

  it('counts every failure of a crowd', async () => {
    await Promise.all(Array.from({ length: 30 }, () => recordFailure(database.db, throttle('d'))));
    assert.deepEqual(await failures(database.db, throttle('d')), { count: 30, lastAt: NOW });
  });

  it('remembers failures for fifteen minutes after the last one', async () => {
    assert.deepEqual(await failures(database.db, throttle('e')), { count: 0, lastAt: 0 });
    assert.equal(await recordFailure(database.db, throttle('e')), 1);
    const second = NOW + FAILURE_MEMORY - 1;
    assert.equal(await recordFailure(database.db, throttle('e', second)), 2);
    const last = second + FAILURE_MEMORY - 1;
    assert.deepEqual(await failures(database.db, throttle('e', last)), { count: 2, lastAt: second });
    assert.deepEqual(await failures(database.db, throttle('e', last + 1)), { count: 0, lastAt: 0 });
    assert.equal(await recordFailure(database.db, throttle('e', last + 1)), 1, 'the count starts again');
  });

  it('forgets when told to', async () => {
    await recordFailure(database.db, throttle('f'));
    await recordFailure(database.db, throttle('g'));
    await clear(database.db, throttle('f'));
    assert.equal((await failures(database.db, throttle('f'))).count, 0);
    assert.equal((await failures(database.db, throttle('g'))).count, 1);
  });
});
