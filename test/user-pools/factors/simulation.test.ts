/** The delivery that is shown for names that nobody has: stable, keyed, and of the kind that the pool's users would see. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSealer } from '../../../src/lib/seal.ts';
import type { PoolConfig, UserPool } from '../../../src/storage/pools.ts';
import type { ContactAttribute } from '../../../src/user-pools/factors/contacts.ts';
import { simulatedDelivery } from '../../../src/user-pools/factors/simulation.ts';

const poolWith = (config: PoolConfig): UserPool => ({ id: 'us-east-1_Simulated', config }) as UserPool;
const sealerOf = (byte: number) => createSealer([{ id: 'key', key: Buffer.alloc(32, byte) }]);

const shown = (name: string, config: PoolConfig, order: ContactAttribute[], key = 1) =>
  simulatedDelivery({ pool: poolWith(config), sealer: sealerOf(key) }, name, order);

describe('simulatedDelivery', () => {
  it('masks a name that is itself an address the pool sends to', () => {
    const order: ContactAttribute[] = ['phone_number', 'email'];
    assert.equal(shown('jane@corp.example', {}, order).Destination, 'j***@c***');
    assert.equal(shown('+15551234567', {}, order).Destination, '+*******4567');
  });

  it('never shows a medium that the pool would not use', () => {
    assert.equal(shown('+15551234567', {}, ['email']).DeliveryMedium, 'EMAIL');
    assert.equal(
      shown('jane@corp.example', { AutoVerifiedAttributes: ['phone_number'] }, ['phone_number']).DeliveryMedium,
      'SMS',
    );
    const both: ContactAttribute[] = ['phone_number', 'email'];
    const media = (config: PoolConfig) => shown('jane', config, both).DeliveryMedium;
    assert.equal(media({}), 'EMAIL');
    assert.equal(media({ AutoVerifiedAttributes: ['email'] }), 'EMAIL');
    assert.equal(media({ AutoVerifiedAttributes: ['email', 'phone_number'] }), 'SMS');
  });

  it('is the same each time, and cannot be computed without the key', () => {
    const digits = (name: string, key: number) =>
      shown(name, { AutoVerifiedAttributes: ['phone_number'] }, ['phone_number'], key).Destination ?? '';
    const names = Array.from({ length: 50 }, (_, n) => `name${n}`);
    for (const name of names) {
      assert.match(digits(name, 1), /^\+\*{7}\d{4}$/);
      assert.equal(digits(name, 1), digits(name, 1));
    }
    assert.ok(names.filter(name => digits(name, 1) === digits(name, 2)).length < 3);
    assert.ok(new Set(names.map(name => digits(name, 1))).size > 45);
    for (const name of ['jane', '三郎', '🦊', "o'hara"])
      assert.match(shown(name, {}, ['email']).Destination ?? '', /^[a-z]\*\*\*@[a-z]\*\*\*$/);
  });
});
