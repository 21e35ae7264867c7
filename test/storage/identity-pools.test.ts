/** What the database itself keeps of identity pools: whose a login is, and what goes with a deleted pool. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { deleteIdentity, findIdentity, type Identity, insertIdentity } from '../../src/storage/identities.ts';
import { findLoginOwner, findLogins, type IdentityLogin, insertLogin } from '../../src/storage/identity-logins.ts';
import {
  findIdentityPool,
  type IdentityPool,
  insertIdentityPool,
  listIdentityPools,
  markIdentityPoolDeleted,
} from '../../src/storage/identity-pools.ts';
import { sweep } from '../../src/storage/sweeper.ts';
import { eachEngine } from '../support/databases.ts';

const now = Date.UTC(2030, 0, 1);
const grace = 30_000;
const poolOf = (id: string): IdentityPool => ({
  id,
  accountId: '000000000000',
  region: 'us-east-1',
  name: 'test',
  config: { AllowUnauthenticatedIdentities: true },
  settings: {},
  createdAt: now,
  modifiedAt: now,
});
const identityOf = (poolId: string, id: string): Identity => ({
  poolId,
  id,
  authenticated: true,
  disabledAt: null,
  createdAt: now,
  modifiedAt: now,
});

eachEngine('identity pools', database => {
  before(async () => {
    for (const id of ['a:1', 'a:2']) await insertIdentityPool(database.db, poolOf(id));
    for (const id of ['i:1', 'i:2']) await insertIdentity(database.db, identityOf('a:1', id));
  });

  const link = (login: Partial<IdentityLogin>) =>
    database.db.transaction().execute(tx => {
      const whole = { provider: 'p', subject: 's', identityId: 'i:1', developer: false, ...login };
      return insertLogin(tx, 'a:1', whole, now);
    });

  it('a login is one identity’s, and of a public provider the only one', async () => {
    assert.equal(await link({}), true);
    assert.equal(await link({}), false);
    assert.equal(await link({ identityId: 'i:2' }), false);
    assert.equal(await link({ subject: 'other' }), false);
    assert.equal(await link({ subject: 'other', identityId: 'i:2' }), true);
    assert.equal(await findLoginOwner(database.db, 'a:1', { provider: 'p', subject: 's' }), 'i:1');
    assert.equal(await findLoginOwner(database.db, 'a:2', { provider: 'p', subject: 's' }), undefined);
  });

  it('of the developer’s users an identity has any number', async () => {
    for (const subject of ['1', '2', '3'])
      assert.equal(await link({ provider: 'dev', subject, developer: true }), true);
    assert.equal(await link({ provider: 'dev', subject: '1', developer: true, identityId: 'i:2' }), false);
  });

  it('subjects are compared byte by byte, however long', async () => {
    const long = 'x'.repeat(3000);
    for (const subject of ['Jane', 'jane', `${long}a`, `${long}b`])
      assert.equal(await link({ provider: `of ${subject}`, subject }), true);
    assert.equal(await findLoginOwner(database.db, 'a:1', { provider: 'of Jane', subject: 'jane' }), undefined);
    assert.equal(await findLoginOwner(database.db, 'a:1', { provider: `of ${long}a`, subject: `${long}a` }), 'i:1');
  });

  it('the id of an identity is nobody else’s, in any pool', async () => {
    await assert.rejects(insertIdentity(database.db, identityOf('a:2', 'i:1')));
  });

  it('logins go with their identity', async () => {
    await deleteIdentity(database.db, { poolId: 'a:1', id: 'i:2' });
    assert.deepEqual(await findLogins(database.db, 'a:1', ['i:2']), []);
  });

  it('a deleted pool is gone at once, and its rows after a while', async () => {
    const { db } = database;
    for (let i = 0; i < 120; i++) await insertIdentity(db, identityOf('a:2', `b:${i}`));
    assert.equal(await markIdentityPoolDeleted(db, 'a:2', now), true);
    assert.equal(await markIdentityPoolDeleted(db, 'a:2', now), false);
    assert.equal(await findIdentityPool(db, 'a:2'), undefined);
    const listed = await listIdentityPools(db, { accountId: '000000000000', region: 'us-east-1', after: '', limit: 9 });
    assert.deepEqual(
      listed.map(({ id }) => id),
      ['a:1'],
    );
    assert.equal(await sweep(db, now + grace - 1), 0);
    assert.equal(await sweep(db, now + grace), 120);
    assert.equal(await findIdentity(db, 'b:1'), undefined);
    assert.ok(await findIdentity(db, 'i:1'));
    assert.equal((await db.selectFrom('identity_pools').selectAll().execute()).length, 1);
  });
});
