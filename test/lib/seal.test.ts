/** What is sealed opens only unchanged, for the same purpose and context, under a key that is still there. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSealer, type MasterKey } from '../../src/lib/seal.ts';

const key = (id: string): MasterKey => ({ id, key: randomBytes(32) });
const first = key('first');
const sealer = createSealer([first]);

test('whatever is sealed opens again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), fc.string(), (bytes, purpose, context) => {
      const sealed = sealer.seal(purpose, bytes, context);
      assert.match(sealed, /^[\w-]+$/);
      assert.deepEqual(sealer.open(purpose, sealed, context), Buffer.from(bytes));
    }),
  );
  assert.equal(sealer.open('totp', sealer.seal('totp', 'sécret'))?.toString(), 'sécret');
  assert.equal(sealer.open('totp', sealer.seal('totp', ''))?.length, 0);
});

test('a large plaintext opens again', () => {
  const bytes = randomBytes(1 << 20);
  assert.deepEqual(sealer.open('export', sealer.seal('export', bytes)), bytes);
});

test('the same plaintext never seals to the same text', () => {
  assert.notEqual(sealer.seal('totp', 'secret'), sealer.seal('totp', 'secret'));
});

test('a change of any bit of any byte is noticed', () => {
  const bytes = Buffer.from(sealer.seal('session', 'an attempt', 'pool client'), 'base64url');
  for (let index = 0; index < bytes.length; index++) {
    for (let bit = 0; bit < 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1 << bit;
      assert.equal(sealer.open('session', changed.toString('base64url'), 'pool client'), undefined, `byte ${index}`);
    }
  }
});

test('what is cut short, lengthened or another spelling of the same bytes does not open', () => {
  const sealed = sealer.seal('session', 'an attempt');
  assert.ok(sealer.open('session', sealed));
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(sealer.open('session', sealed.slice(0, length)), undefined);
  }
  for (const spelling of [
    `${sealed}A`,
    `${sealed}=`,
    ` ${sealed}`,
    `${sealed}\n`,
    `${sealed.slice(0, 9)}!${sealed.slice(9)}`,
  ]) {
    assert.equal(sealer.open('session', spelling), undefined);
  }
});

test('text that was never sealed does not open and does not throw', () => {
  fc.assert(fc.property(fc.string(), text => assert.equal(sealer.open('session', text), undefined)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), bytes => {
      const text = Buffer.concat([Buffer.from('\x01\x05first'), bytes]).toString('base64url');
      assert.equal(sealer.open('session', text), undefined);
    }),
  );
  assert.equal(sealer.open('session', undefined as unknown as string), undefined);
});

test('purpose and context are bound, and cannot run into one another', () => {
  const sealed = sealer.seal('ab', 'secret', 'c');
  for (const [purpose, context] of [
    ['a', 'bc'],
    ['abc', ''],
    ['ab', ''],
    ['ab', 'd'],
    ['', 'abc'],
  ] as const) {
    assert.equal(sealer.open(purpose, sealed, context), undefined);
  }
  assert.equal(sealer.open('ab', sealed), undefined);
  assert.equal(sealer.open('ab', sealed, 'c')?.toString(), 'secret');
});

test('after a rotation the old texts open and the new key seals', () => {
  const old = sealer.seal('totp', 'secret');
  const second = key('second');
  const rotated = createSealer([second, first]);
  assert.equal(rotated.open('totp', old)?.toString(), 'secret');
  const fresh = rotated.seal('totp', 'secret');
  assert.equal(sealer.open('totp', fresh), undefined);
  assert.equal(createSealer([second]).open('totp', fresh)?.toString(), 'secret');
  assert.equal(createSealer([second]).open('totp', old), undefined);
  assert.equal(createSealer([{ id: 'first', key: second.key }]).open('totp', old), undefined);
});

test('what an older key has sealed is sealed anew, once; what cannot be opened is not', () => {
  const [older, newer] = [key('older'), key('newer')];
  const old = createSealer([older]).seal('totp', 'secret', 'jane');
  const sealer = createSealer([newer, older]);
  const fresh = sealer.reseal('totp', old, 'jane') ?? '';
  assert.equal(createSealer([newer]).open('totp', fresh, 'jane')?.toString(), 'secret');
  assert.equal(sealer.reseal('totp', fresh, 'jane'), fresh);
  assert.equal(sealer.reseal('totp', old, 'joe'), undefined);
  assert.equal(sealer.reseal('device', fresh, 'jane'), undefined);
  assert.equal(createSealer([newer]).reseal('totp', old, 'jane'), undefined);
});

test('a MAC depends on purpose, value and key, and stays findable after a rotation', () => {
  const mac = sealer.mac('code', '123456');
  assert.match(mac, /^[\w-]{43}$/);
  assert.equal(createSealer([{ ...first }]).mac('code', '123456'), mac);
  assert.notEqual(sealer.mac('code', '123457'), mac);
  assert.notEqual(sealer.mac('token', '123456'), mac);
  const rotated = createSealer([key('second'), first]);
  assert.notEqual(rotated.mac('code', '123456'), mac);
  assert.deepEqual(rotated.macs('code', '123456'), [rotated.mac('code', '123456'), mac]);
});

test('unusable keys are refused', () => {
  assert.throws(() => createSealer([]), /at least one key/);
  assert.throws(() => createSealer([{ id: 'short', key: randomBytes(16) }]), /short must have 32 bytes/);
  assert.throws(() => createSealer([key('same'), key('same')]), /differ/);
  assert.throws(() => createSealer([key('')]), /1 to 255/);
});
