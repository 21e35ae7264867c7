/** Equality of texts of any length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { constantTimeEqual } from '../../src/lib/equal.ts';

test('equal texts are equal, others are not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(constantTimeEqual(a, `${a}`), true);
      assert.equal(constantTimeEqual(a, b), a === b);
      assert.equal(constantTimeEqual(a, a + b), b === '');
    }),
  );
});
