/** The tables of passkeys on both engines: one owner an id, pages, the counter, and what goes with a user or by itself. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { sweep } from '../../src/storage/sweeper.ts';
import {
  advanceSignCount,
  deletePasskey,
  findPasskey,
  findRegistration,
  insertPasskey,
  listPasskeys,
  type Passkey,
  putRegistration,
  removeRegistration,
} from '../../src/storage/webauthn-credentials.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const [POOL, OTHER] = ['us-east-1_one', 'us-east-1_two'];

const passkey = (sub: string, id: string, more: Partial<Passkey> = {}): Passkey => ({
  poolId: POOL,
  id,
  sub,
  publicKey: 'key',
  signCount: 0,
  relyingPartyId: 'example.com',
  name: 'Passkey',
  attachment: null,
  transports: [],
  createdAt: 1,
  ...more,
});

eachEngine('passkeys', database => {
  before(async () => {
    for (const pool of [POOL, OTHER]) {
      await database.db.insertInto('user_pools').values(poolRow(pool)).execute();
      for (const sub of ['ann', 'ben', 'cat', 'dan'])
        await database.db.insertInto('users').values(userRow(pool, sub)).execute();
    }
  });

  it('gives an id to one user of a pool, and keeps what was there', async () => {
    const { db } = database;
    const mine = passkey('ann', 'A', { transports: ['usb'], attachment: 'platform', signCount: 2 ** 32 - 1 });
    assert.equal(await insertPasskey(db, mine), true);
    assert.equal(await insertPasskey(db, passkey('ben', 'A')), false);
    assert.equal(await insertPasskey(db, passkey('ann', 'A', { poolId: OTHER })), true);
    // Base64url tells upper from lower case.
    assert.equal(await insertPasskey(db, passkey('ben', 'a')), true);
    assert.deepEqual(await findPasskey(db, POOL, 'A'), mine);
    assert.equal(await findPasskey(db, POOL, 'B'), undefined);
    assert.equal(await deletePasskey(db, { poolId: POOL, sub: 'ben', id: 'A' }), false);
    assert.equal(await deletePasskey(db, { poolId: POOL, sub: 'ann', id: 'A' }), true);
    assert.deepEqual((await findPasskey(db, OTHER, 'A'))?.sub, 'ann');
  });

  it('lists in the order of registration, page by page', async () => {
    const { db } = database;
    const times = [3, 1, 2, 2, 2, 1];
    for (const [n, createdAt] of times.entries())
      await insertPasskey(
        db,
        passkey('cat', `c${n}`, { createdAt, relyingPartyId: n % 2 ? 'odd.example' : 'even.example' }),
      );
    const owner = { poolId: POOL, sub: 'cat' };
    const order = ['c1', 'c5', 'c2', 'c3', 'c4', 'c0'];
    const ids = (rows: Passkey[]) => rows.map(({ id }) => id);
    assert.deepEqual(ids(await listPasskeys(db, owner, { limit: 20 })), order);
    const paged: string[] = [];
    for (let after: Passkey | undefined; paged.length < order.length; ) {
      const page = await listPasskeys(db, owner, { limit: 2, after });
      paged.push(...ids(page));
      after = page.at(-1);
      assert.ok(page.length > 0);
    }
    assert.deepEqual(paged, order);
    const odd = await listPasskeys(db, owner, { limit: 20, relyingPartyId: 'odd.example' });
    assert.deepEqual(ids(odd), ['c1', 'c5', 'c3']);
  });

  it('advances a counter from the value that was read only', async () => {
    const { db } = database;
    const read = passkey('ann', 'count', { signCount: 4 });
    await insertPasskey(db, read);
    const outcomes = await Promise.all([5, 6, 7].map(next => advanceSignCount(db, read, next)));
    assert.equal(outcomes.filter(Boolean).length, 1);
    assert.equal(await advanceSignCount(db, read, 9), false);
    const now = await findPasskey(db, POOL, 'count');
    assert.equal(await advanceSignCount(db, now ?? read, 9), true);
  });

  it('keeps the last registration of a user until it is used or over', async () => {
    const { db } = database;
    const begun = { poolId: POOL, sub: 'dan', challenge: 'one', clientId: 'c', relyingPartyId: 'x', expiresAt: 10 };
    await putRegistration(db, begun);
    await putRegistration(db, { ...begun, challenge: 'two' });
    assert.equal(await removeRegistration(db, begun), false);
    const found = await findRegistration(db, POOL, 'dan');
    assert.deepEqual(found, { ...begun, challenge: 'two' });
    assert.equal(await removeRegistration(db, found ?? begun), true);
    assert.equal(await findRegistration(db, POOL, 'dan'), undefined);

    await putRegistration(db, begun);
    await putRegistration(db, { ...begun, sub: 'cat', expiresAt: 11 });
    assert.equal(await sweep(db, 10), 1);
    assert.equal(await findRegistration(db, POOL, 'dan'), undefined);
    assert.ok(await findRegistration(db, POOL, 'cat'));
  });

  it('goes with the user', async () => {
    const { db } = database;
    await db.deleteFrom('users').where('pool_id', '=', POOL).where('sub', '=', 'cat').execute();
    assert.deepEqual(await listPasskeys(db, { poolId: POOL, sub: 'cat' }, { limit: 20 }), []);
    assert.equal(await findRegistration(db, POOL, 'cat'), undefined);
  });
});
