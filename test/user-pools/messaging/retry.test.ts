import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxTries, nextTry, retryDelay } from '../../../src/user-pools/messaging/retry.ts';

const minute = 60_000;

test('the delay doubles from a second to ten minutes', () => {
  const delays = [1, 2, 3, 4, 10, 11, 12, maxTries].map(tries => retryDelay(tries, 0));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 512_000, 10 * minute, 10 * minute, 10 * minute]);
});

test('chance takes away up to half of it', () => {
  assert.deepEqual(
    [0, 0.5, 1].map(chance => retryDelay(1, chance)),
    [1000, 750, 500],
  );
});

test('given up: permanent, too often, or due only after it has expired', () => {
  const now = 1_800_000_000_000;
  const at = (tries: number, life: number, permanent = false) =>
    nextTry({ tries, expiresAt: now + life }, { now, permanent, chance: 0 });
  assert.equal(at(3, 5 * minute), now + 4000);
  assert.equal(at(3, 5 * minute, true), undefined);
  assert.equal(at(3, 4001), now + 4000);
  assert.equal(at(3, 4000), undefined);
  assert.equal(at(maxTries - 1, 60 * minute), now + 10 * minute);
  assert.equal(at(maxTries, 60 * minute), undefined);
});
