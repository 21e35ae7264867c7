/** Patterns mean what Java makes of them, and no text makes them backtrack for long. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { matches } from '../../src/contract/patterns.ts';
import { identityPoolsContract, userPoolsContract } from '../../src/contract/service.ts';

const patterns = new Set(
  [userPoolsContract(), identityPoolsContract()]
    .flatMap(contract => Object.values(contract.shapes))
    .flatMap(shape => (shape.type === 'string' && shape.pattern !== undefined ? [shape.pattern] : [])),
);

const atoms = [
  'a',
  '0',
  '_',
  '-',
  ':',
  'arn:',
  'a:',
  '@',
  '{',
  '#',
  '{####}',
  '{##',
  '##}',
  '{##a##}',
  ' ',
  '*',
  '.',
  'é',
];

describe('patterns', () => {
  it('end on long hostile text', () => {
    const sweep = () => {
      for (const pattern of patterns) {
        for (const atom of atoms) {
          for (const tail of ['\u0000', '\n', '"']) matches(pattern, atom.repeat(100_000 / atom.length) + tail);
        }
      }
    };
    // A pattern that backtracks takes hours on some of these: the limit, which interrupts it, tells endless from linear, not slow from fast.
    runInNewContext('sweep()', { sweep }, { timeout: 30_000 });
  });

  it('of which the rewritten ones accept what the originals accept', () => {
    const rewritten = [...patterns].filter(pattern => /@\[|#/.test(pattern) && !pattern.startsWith('[\\x'));
    assert.equal(rewritten.length, 4);
    const text = fc
      .array(fc.constantFrom('@', '{####}', '{##', '##}', '#', '{', '}', 'a', 'é', '😀', ' ', '\n', '\u0000'), {
        maxLength: 7,
      })
      .map(parts => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...rewritten), (sample, pattern) => {
        const expected = new RegExp(`^(?:${pattern})$`, 'u').test(sample);
        if (expected) accepted++;
        assert.equal(matches(pattern, sample), expected);
      }),
      { numRuns: 20_000 },
    );
    assert.ok(accepted > 500);
  });

  it('match the whole text', () => {
    assert.equal(matches('[0-9]+', '12a'), false);
    assert.equal(matches('[0-9]+', '12\n'), false);
    assert.equal(matches('(?s).*', 'a\nb'), true);
    assert.equal(matches('[\\p{L}]+', 'é'), true);
  });

  it('count as space what Java counts', () => {
    assert.equal(matches('[\\S]+', 'pass\u00a0word'), true);
    assert.equal(matches('[\\S]+', 'pass word'), false);
    assert.equal(matches('[\\w\\s+=,.@-]+', 'a\u00a0b'), false);
    assert.equal(matches('[\\w\\s+=,.@-]+', 'a b'), true);
  });
});
