/** Verifiers and salts from hostile clients, and that a device's record keeps them bound to it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSealer } from '../../../src/lib/seal.ts';
import { evenHex, N } from '../../../src/lib/srp-group.ts';
import type { Device } from '../../../src/storage/devices.ts';
import { openVerifier, readVerifier, sealVerifier } from '../../../src/user-pools/factors/device-record.ts';

const base64 = (value: bigint | Uint8Array): string =>
  Buffer.from(typeof value === 'bigint' ? Buffer.from(evenHex(value), 'hex') : value).toString('base64');
const goodSalt = base64(Buffer.alloc(16, 0x5a));
const badVerifier = { name: 'InvalidParameterException', message: 'Invalid device password verifier given.' };
const badSalt = { name: 'InvalidParameterException', message: 'Invalid device salt given.' };
const read = (PasswordVerifier: string, Salt = goodSalt) => readVerifier({ PasswordVerifier, Salt });

describe('a verifier', () => {
  it('is taken as any number of the group, whatever zeros stand before it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: N - 2n }), fc.nat(1), (verifier, zeros) => {
        const bytes = Buffer.concat([Buffer.alloc(zeros), Buffer.from(evenHex(verifier), 'hex')]);
        assert.equal(read(base64(bytes))?.verifier, evenHex(verifier));
      }),
    );
  });

  it('with which anyone could answer is refused', () => {
    for (const value of [0n, 1n, N - 1n, N, N + 1n]) assert.throws(() => read(base64(value)), badVerifier);
    assert.throws(() => read(base64(1n << 3072n)), badVerifier);
  });

  it('never comes out as 0, 1 or -1 modulo N, nor too large, from whatever text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 2000 }),
      fc.uint8Array({ maxLength: 500 }).map(base64),
      fc
        .bigInt({ min: -3n, max: 3n })
        .chain(near => fc.constantFrom(0n, 1n).map(k => base64(k * N + near < 0n ? 0n : k * N + near))),
    );
    fc.assert(
      fc.property(text, text, (PasswordVerifier, Salt) => {
        try {
          const { salt, verifier } = readVerifier({ PasswordVerifier, Salt }) ?? {};
          const rest = BigInt(`0x${verifier}`) % N;
          assert.ok(rest > 1n && rest < N - 1n && verifier !== undefined && verifier.length <= 768);
          assert.match(salt ?? '', /^([0-9a-f]{2}){1,64}$/);
        } catch (error) {
          assert.ok([badVerifier.message, badSalt.message].includes((error as Error).message), String(error));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a salt', () => {
  it('loses the zeros before it, as it does where it is hashed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), bytes => {
        const { salt } = read(base64(5n), base64(bytes)) ?? {};
        assert.equal(salt, evenHex(Buffer.from(bytes).toString('hex')));
      }),
    );
  });

  it('is refused empty, too long, or not in base64', () => {
    for (const salt of ['', 'ÿ', '====', 'a b', base64(Buffer.alloc(65, 1))])
      assert.throws(() => read(base64(5n), salt), badSalt);
  });
});

describe('a device without a secret', () => {
  it('is one that was told none at all', () => {
    assert.equal(readVerifier(undefined), null);
    assert.equal(readVerifier({}), null);
    assert.throws(() => readVerifier({ PasswordVerifier: base64(5n) }), badSalt);
    assert.throws(() => readVerifier({ Salt: goodSalt }), badVerifier);
  });
});

describe('a sealed verifier', () => {
  const sealer = createSealer([{ id: '1', key: Buffer.alloc(32, 7) }]);
  const id = { poolId: 'us-east-1_pool', sub: 'jane', key: 'us-east-1_0' };
  const verifier = { salt: '5a', verifier: '05' };

  it('opens for its own device only', () => {
    const sealed = sealVerifier({ sealer }, id, verifier);
    const device = (change: Partial<Device>) => ({ ...id, verifier: sealed, ...change }) as Device;
    assert.deepEqual(openVerifier({ sealer }, device({})), verifier);
    assert.equal(openVerifier({ sealer }, device({ verifier: null })), undefined);
    for (const change of [{ key: 'us-east-1_1' }, { sub: 'john' }, { poolId: 'us-east-1_other' }])
      assert.throws(() => openVerifier({ sealer }, device(change)), /cannot be opened with this master key/);
  });
});
