/** What the tables themselves guarantee: names have one owner, what belongs to a user goes with the user, order is by bytes. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { eachEngine } from '../support/databases.ts';
import { poolRow, sessionRow, userRow } from '../support/rows.ts';

const POOL = 'us-east-1_names';
const kinds = ['username', 'email', 'phone_number', 'preferred_username'] as const;

eachEngine('tables', database => {
  before(async () => {
    await database.db.insertInto('user_pools').values(poolRow(POOL)).execute();
  });

  it('gives a name to exactly one of fifty who ask at once, whatever kind of name it is to them', async () => {
    const { db } = database;
    const subs = Array.from({ length: 50 }, (_, n) => `sub-${n}`);
    await db
      .insertInto('users')
      .values(subs.map(sub => userRow(POOL, sub)))
      .execute();
    const outcomes = await Promise.allSettled(
      subs.map((sub, n) =>
        db
          .insertInto('user_names')
          .values({ pool_id: POOL, name_key: 'alice', kind: kinds[n % kinds.length]!, sub })
          .execute(),
      ),
    );
    assert.equal(outcomes.filter(outcome => outcome.status === 'fulfilled').length, 1);
    const owners = await db.selectFrom('user_names').select('sub').where('name_key', '=', 'alice').execute();
    assert.deepEqual(owners, [{ sub: subs[outcomes.findIndex(outcome => outcome.status === 'fulfilled')] }]);
  });

  it('removes with a user everything that hangs on it', async () => {
    const { db } = database;
    const user = { pool_id: POOL, sub: 'leaver' };
    await db.insertInto('users').values(userRow(POOL, 'leaver')).execute();
    await db
      .insertInto('user_names')
      .values({ ...user, name_key: 'leaver', kind: 'username' })
      .execute();
    await db
      .insertInto('user_attributes')
      .values({ ...user, name: 'email', value_key: 'x' })
      .execute();
    await db
      .insertInto('password_history')
      .values({ ...user, set_at: 1, password: 'sealed' })
      .execute();
    await db
      .insertInto('token_sessions')
      .values(sessionRow(POOL, 'leaver', 'family', 9))
      .execute();
    await db
      .insertInto('superseded_refresh_tokens')
      .values({ pool_id: POOL, refresh_hash: 'old', origin_jti: 'family', superseded_at: 1, expires_at: 9 })
      .execute();
    await db.deleteFrom('users').where('pool_id', '=', POOL).where('sub', '=', 'leaver').execute();
    for (const table of [
      'user_attributes',
      'password_history',
      'token_sessions',
      'superseded_refresh_tokens',
    ] as const) {
      assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [], table);
    }
    const names = await db.selectFrom('user_names').select('sub').where('sub', '=', 'leaver').execute();
    assert.deepEqual(names, []);
  });

  it('refuses what belongs to nobody', async () => {
    const orphan = { pool_id: POOL, sub: 'nobody', name_key: 'nobody', kind: 'username' as const };
    await assert.rejects(database.db.insertInto('user_names').values(orphan).execute(), /foreign key/i);
  });

  it('sorts keys by bytes, so that pages and prefixes are the same on every engine', async () => {
    const { db } = database;
    const keys = ['B', 'Z', 'a', 'ab', 'b-1', 'b1', 'z', 'é', '日本', '😀'];
    await db.insertInto('users').values(userRow(POOL, 'sorted')).execute();
    const rows = keys.toReversed().map(value_key => ({ pool_id: POOL, name: 'sort', value_key, sub: 'sorted' }));
    await db.insertInto('user_attributes').values(rows).execute();
    const sorted = db.selectFrom('user_attributes').select('value_key').where('name', '=', 'sort').orderBy('value_key');
    assert.deepEqual(
      (await sorted.execute()).map(row => row.value_key),
      keys,
    );
    const range = sorted.where('value_key', '>=', 'b').where('value_key', '<', 'c');
    assert.deepEqual(
      (await range.execute()).map(row => row.value_key),
      ['b-1', 'b1'],
    );
  });

  it('gives times back as numbers', async () => {
    const time = 8_640_000_000_000_000;
    const { db } = database;
    await db.updateTable('user_pools').set({ modified_at: time }).where('pool_id', '=', POOL).execute();
    const pool = await db.selectFrom('user_pools').select('modified_at').where('pool_id', '=', POOL).execute();
    assert.deepEqual(pool, [{ modified_at: time }]);
  });
});
