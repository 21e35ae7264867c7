/** Devices in the database: one of a key for a user, lists in pages, and announcements that are used up once. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type Device,
  deleteDevice,
  findDevice,
  insertDevice,
  listDevices,
  updateDevice,
} from '../../src/storage/devices.ts';
import { findTokenSession, insertTokenSession, replaceGrantFacts } from '../../src/storage/token-sessions.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const poolId = 'us-east-1_devices';
const device = (key: string, change: Partial<Device> = {}): Device => ({
  ...{ poolId, sub: 'jane', key, groupKey: '-group', name: null, verifier: null, remembered: false },
  ...{ lastIp: '192.0.2.1', createdAt: 1, modifiedAt: 1, authenticatedAt: 1 },
  ...change,
});

eachEngine('devices', database => {
  it('are each user’s own, listed by age and key, changed and deleted', async () => {
    const { db } = database;
    await db.insertInto('user_pools').values(poolRow(poolId)).execute();
    await db
      .insertInto('users')
      .values(['jane', 'john'].map(sub => userRow(poolId, sub)))
      .execute();
    const all = [
      device('r_b'),
      device('r_c', { remembered: true, name: 'phone', verifier: 'sealed' }),
      device('r_a', { createdAt: 2 }),
    ];
    for (const each of all) assert.equal(await insertDevice(db, each), true);
    assert.equal(await insertDevice(db, device('r_b', { name: 'another' })), false);
    assert.equal(await insertDevice(db, device('r_b', { sub: 'john' })), true);

    const jane = { poolId, sub: 'jane' };
    assert.deepEqual(await listDevices(db, jane, { limit: 9 }), all);
    assert.deepEqual(await listDevices(db, jane, { limit: 9, rememberedOnly: true }), [all[1]]);
    assert.deepEqual(await listDevices(db, jane, { limit: 1, after: { createdAt: 1, key: 'r_b' } }), [all[1]]);
    assert.deepEqual(await listDevices(db, jane, { limit: 9, after: { createdAt: 1, key: 'r_c' } }), [all[2]]);

    const id = { ...jane, key: 'r_b' };
    assert.equal(await updateDevice(db, id, { modifiedAt: 5, remembered: true }), true);
    assert.equal(await updateDevice(db, id, { modifiedAt: 7, lastIp: '192.0.2.9', authenticatedAt: 6 }), true);
    const changed = { remembered: true, lastIp: '192.0.2.9', authenticatedAt: 6, modifiedAt: 7 };
    assert.deepEqual(await findDevice(db, id), device('r_b', changed));
    assert.deepEqual(await findDevice(db, { ...id, sub: 'john' }), device('r_b', { sub: 'john' }));
    assert.equal(await deleteDevice(db, id), true);
    assert.equal(await deleteDevice(db, id), false);
    assert.equal(await updateDevice(db, id, { modifiedAt: 8 }), false);
    assert.equal((await listDevices(db, { poolId, sub: 'john' }, { limit: 9 })).length, 1);
  });

  it('are announced in a session, whose word is taken once', async () => {
    const { db } = database;
    const facts = { scopes: ['a'], eventId: 'e', deviceKey: 'r_b', newDeviceGroupKey: '-group' };
    const family = {
      ...{ poolId, originJti: 'family', sub: 'john', clientId: 'c', refreshHash: 'h', authTime: 1, facts },
      ...{ revokedAt: null, createdAt: 1, lastUsedAt: 1, expiresAt: 9, record: undefined },
    };
    assert.equal(await insertTokenSession(db, family, { signedOutAt: null }), true);
    const session = await findTokenSession(db, poolId, 'family');
    assert(session);
    const after = { ...session.facts, newDeviceGroupKey: undefined };
    const outcomes = await Promise.all([1, 2, 3].map(() => replaceGrantFacts(db, session, after)));
    assert.equal(outcomes.filter(Boolean).length, 1);
    const { newDeviceGroupKey: _, ...kept } = facts;
    assert.deepEqual((await findTokenSession(db, poolId, 'family'))?.facts, kept);
  });
});
