/** TIMESTAMP as Cognito's clients write it. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../src/lib/clock.ts';
import { formatTimestamp, parseTimestamp } from '../../src/lib/srp-timestamp.ts';

const DateHelper = createRequire(import.meta.url)('amazon-cognito-identity-js/lib/DateHelper.js').default;

test('the documented form is written and read', () => {
  const ms = Date.UTC(2026, 8, 5, 7, 1, 9);
  assert.equal(formatTimestamp(ms), 'Sat Sep 5 07:01:09 UTC 2026');
  assert.equal(parseTimestamp('Sat Sep 5 07:01:09 UTC 2026'), ms);
});

test('spellings that some clients send are read', () => {
  const ms = Date.UTC(2026, 8, 5, 7, 1, 9);
  for (const text of ['Sat Sep 05 07:01:09 UTC 2026', 'Sat Sep  5 07:01:09 UTC 2026', 'Tue Sep 5 07:01:09 GMT 2026']) {
    assert.equal(parseTimestamp(text), ms);
  }
});

test('what is no such date is undefined', () => {
  for (const text of [
    '',
    '2026-09-05T07:01:09Z',
    'Sat Sep 31 07:01:09 UTC 2026',
    'Sun Feb 29 07:01:09 UTC 2026',
    'Sat Sep 0 07:01:09 UTC 2026',
    'Sat Sep 5 24:01:09 UTC 2026',
    'Sat Sep 5 07:60:09 UTC 2026',
    'Sat Sep 5 07:01:60 UTC 2026',
    'Sat Sep 5 7:01:09 UTC 2026',
    'Sat Sep 5 07:01:09 CET 2026',
    'Sat Sep 5 07:01:09 UTC 26',
    'Sat Sep 5 07:01:09 UTC 0026',
    'Sam Sep 5 07:01:09 UTC 2026',
    'Sat Sept 5 07:01:09 UTC 2026',
    'Sat Sep 5 07:01:09 UTC 2026 ',
  ]) {
    assert.equal(parseTimestamp(text), undefined, text);
  }
});

test('every second is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), seconds => {
      assert.equal(parseTimestamp(formatTimestamp(seconds * 1000)), seconds * 1000);
    }),
  );
});

test("the JavaScript SDK's timestamp is read as the present", () => {
  const before = Math.floor(systemClock.now() / 1000) * 1000;
  const ms = parseTimestamp(new DateHelper().getNowString());
  assert.ok(ms !== undefined && ms >= before && ms <= systemClock.now());
});
