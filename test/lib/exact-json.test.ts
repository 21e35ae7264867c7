/** Whole numbers that are longer than a JavaScript number is exact keep their digits from text to text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactly } from '../../src/lib/exact-json.ts';

const kept = [
  '9223372036854775807',
  '-9223372036854775808',
  '[1,12345678901234567890,"12345678901234567890"]',
  '{"id":1234567890123456789,"nested":{"list":[1.7976931348623157E308,true,null]}}',
  '1e22',
];
for (const text of kept) {
  test(`${text} comes out as it went in`, () => assert.equal(JSON.stringify(parseExactly(text)), text));
}

test('what a number can hold is a number', () => {
  assert.deepEqual(parseExactly('{"a":9007199254740991,"b":0.1234567890123456789,"c":"x"}'), {
    a: Number.MAX_SAFE_INTEGER,
    b: 0.12345678901234568,
    c: 'x',
  });
});

test('what is no JSON is refused', () => {
  for (const text of ['', '{', '1234567890123456789x']) assert.throws(() => parseExactly(text), SyntaxError);
});
