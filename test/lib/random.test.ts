/** Random texts have their form, and no character is favoured. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  lowerAlphanumeric,
  mixedAlphanumeric,
  numericCode,
  randomBase64Url,
  randomText,
  uuid,
} from '../../src/lib/random.ts';

/**
 * Pearson's statistic, compared with a bound that fair draws exceed less than once in 10^9 runs (mean = degrees of
 * freedom, standard deviation = √(2·degrees), eight of them). Taking remainders of bytes without redrawing gives several
 * times the bound.
 */
function assertFair(text: string, alphabet: string): void {
  const counts = new Map([...alphabet].map(character => [character, 0]));
  for (const character of text) {
    assert.ok(counts.has(character), `${character} is not of the alphabet`);
    counts.set(character, counts.get(character)! + 1);
  }
  const expected = text.length / alphabet.length;
  const statistic = counts.values().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const degrees = alphabet.length - 1;
  assert.ok(statistic < degrees + 8 * Math.sqrt(2 * degrees), `chi-squared ${statistic} at ${degrees} degrees`);
}

test('the alphabets have each character once', () => {
  assert.equal(new Set(lowerAlphanumeric).size, 36);
  assert.equal(new Set(mixedAlphanumeric).size, 62);
  assert.match(lowerAlphanumeric, /^[a-z0-9]+$/);
  assert.match(mixedAlphanumeric, /^[A-Za-z0-9]+$/);
});

test('every character of an alphabet is equally likely', () => {
  for (const alphabet of [lowerAlphanumeric, mixedAlphanumeric, 'abc']) {
    assertFair(randomText(200_000, alphabet), alphabet);
  }
});

test('the test of fairness notices a remainder taken without redrawing', () => {
  const biased = Array.from(randomBytes(200_000), byte => mixedAlphanumeric[byte % mixedAlphanumeric.length]);
  assert.throws(() => assertFair(biased.join(''), mixedAlphanumeric), /chi-squared/);
});

test('texts have the length asked for', () => {
  for (const length of [0, 1, 9, 26, 52, 1000]) assert.equal(randomText(length, mixedAlphanumeric).length, length);
  assert.equal(randomText(5, 'x'), 'xxxxx');
  assert.throws(() => randomText(5, ''), RangeError);
});

test('a numeric code has all its digits, each equally likely, leading zeros included', () => {
  const codes = Array.from({ length: 20_000 }, () => numericCode(6));
  for (const code of codes) assert.match(code, /^\d{6}$/);
  assertFair(codes.join(''), '0123456789');
  assert.ok(codes.some(code => code.startsWith('0')));
});

test('identifiers do not repeat and have their form', () => {
  const ids = Array.from({ length: 1000 }, uuid);
  assert.equal(new Set(ids).size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(randomBase64Url(32), /^[\w-]{43}$/);
  assert.notEqual(randomBase64Url(32), randomBase64Url(32));
});
