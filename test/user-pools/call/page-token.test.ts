/** Page tokens: the position comes back, to whoever has the same list, for an hour. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../src/contract/errors.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { cutPage, pagePosition, pageToken } from '../../../src/user-pools/call/page-token.ts';

let now = 1_700_000_000_000;
const sealer = (byte: number) => createSealer([{ id: `k${byte}`, key: Buffer.alloc(32, byte) }]);
const deps = { sealer: sealer(1), clock: { now: () => now } };
const refused = { name: 'InvalidParameterException', message: 'Invalid pagination token.' };

describe('page tokens', () => {
  it('give the position back, and match the pattern of the contract', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (list, position) => {
        const token = pageToken(deps, list, position);
        assert.match(token, /^\S+$/);
        assert.deepEqual(pagePosition(deps, list, token), position);
      }),
    ));

  it('are refused by another list, another key and after an hour', () => {
    const token = pageToken(deps, 'a', ['x']);
    assert.throws(() => pagePosition(deps, 'b', token), refused);
    const other = { ...deps, sealer: sealer(2) };
    assert.throws(() => pagePosition(other, 'a', token), refused);
    now += 3_600_000;
    assert.deepEqual(pagePosition(deps, 'a', token), ['x']);
    now += 1;
    assert.throws(() => pagePosition(deps, 'a', token), refused);
  });

  it('what nobody has sealed is refused, whatever it is', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), text => {
        assert.throws(
          () => pagePosition(deps, 'a', text),
          error => error instanceof AwsError && error.message === refused.message,
        );
      }),
    ));

  it('no token is the first page', () => assert.equal(pagePosition(deps, 'a', undefined), undefined));

  it('a page has a token when a row is left over', () => {
    const cut = (rows: string[], limit: number) => cutPage(deps, 'a', rows, limit, row => [row]);
    assert.deepEqual(cut([], 2), { items: [], next: undefined });
    assert.deepEqual(cut(['x', 'y'], 2), { items: ['x', 'y'], next: undefined });
    const { items, next } = cut(['x', 'y', 'z'], 2);
    assert.deepEqual(items, ['x', 'y']);
    assert.deepEqual(pagePosition(deps, 'a', next), ['y']);
  });
});
