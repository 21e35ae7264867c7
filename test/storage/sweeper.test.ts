/** The sweeper removes what has expired and what deleted pools leave behind, and nothing else. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSweeper, sweep } from '../../src/storage/sweeper.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, sessionRow, userRow } from '../support/rows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2030, 0, 1);
/** For how long a deleted pool stays. */
const GRACE = 30_000;
const POOL = 'us-east-1_kept';
const USER = { pool_id: POOL, sub: 'user' };
const tables = [
  'codes',
  'sign_in_attempts',
  'superseded_refresh_tokens',
  'token_sessions',
  'throttles',
  'outbox',
  'authorization_codes',
  'pushed_requests',
  'device_grants',
] as const;

eachEngine('sweeper', database => {
  const count = async (table: (typeof tables)[number] | 'users' | 'user_pools' | 'user_names') =>
    (await database.db.selectFrom(table).selectAll().execute()).length;

  before(async () => {
    await database.db.insertInto('user_pools').values(poolRow(POOL)).execute();
    await database.db.insertInto('users').values(userRow(POOL, 'user')).execute();
  });

  const addThrottles = (n: number, expires_at: number) =>
    database.db
      .insertInto('throttles')
      .values(
        Array.from({ length: n }, (_, i) => ({
          ...{ pool_id: POOL, kind: `${expires_at}`, subject: `${i}` },
          ...{ count: 1, last_at: 1, expires_at },
        })),
      )
      .execute();

  it('removes one row that has expired from each table, and leaves the one that has not', async () => {
    const { db } = database;
    for (const expires_at of [NOW, NOW + 1]) {
      const id = `${expires_at}`;
      const code = { ...USER, purpose: id, code_hash: 'x', attribute: 'email', value: 'x', created_at: 1, expires_at };
      await db.insertInto('codes').values(code).execute();
      await db
        .insertInto('sign_in_attempts')
        .values({ ...USER, attempt_id: id, step: 1, tries: 0, expires_at })
        .execute();
      await db
        .insertInto('token_sessions')
        .values(sessionRow(POOL, 'user', id, expires_at - DAY))
        .execute();
      const superseded = { pool_id: POOL, refresh_hash: id, origin_jti: `${NOW + 1}`, superseded_at: 1 };
      if (expires_at > NOW) {
        await db
          .insertInto('superseded_refresh_tokens')
          .values({ ...superseded, expires_at })
          .execute();
        await db
          .insertInto('superseded_refresh_tokens')
          .values({ ...superseded, refresh_hash: 'old', expires_at: NOW })
          .execute();
      }
      const message = {
        message_id: id,
        ...USER,
        medium: 'EMAIL' as const,
        destination: 'x',
        purpose: 'x',
        content: null,
      };
      await db
        .insertInto('outbox')
        .values({
          ...message,
          ...{ state: 'sent', tries: 1, last_error: null, next_try_at: 1, created_at: 1, sent_at: 1, expires_at },
        })
        .execute();
      await addThrottles(1, expires_at);
      const anHourAgo = { client_id: 'client', expires_at: expires_at - HOUR };
      await db
        .insertInto('authorization_codes')
        .values({
          ...USER,
          ...anHourAgo,
          code_hash: id,
          origin_jti: id,
          facts: '{}',
          redeemed_at: 1,
          replayed_at: null,
        })
        .execute();
      await db
        .insertInto('pushed_requests')
        .values({ pool_id: POOL, request_hash: id, client_id: 'client', parameters: '{}', expires_at })
        .execute();
      const waiting = { scopes: '[]', state: 'pending' as const, facts: null, polled_at: null, wait_ms: 1 };
      await db
        .insertInto('device_grants')
        .values({ ...USER, ...anHourAgo, ...waiting, device_hash: id, user_hash: id })
        .execute();
    }
    for (const table of tables) assert.equal(await count(table), 2, table);
    assert.equal(await sweep(db, NOW), tables.length);
    for (const table of tables) assert.equal(await count(table), 1, table);
    assert.equal(await sweep(db, NOW), 0);
  });

  it('removes more than a batch, and stops between batches when told to', async () => {
    const before = await count('throttles');
    await addThrottles(900, NOW - 1);
    let asked = 0;
    const some = await sweep(database.db, NOW, () => ++asked > 6);
    assert.ok(some > 0 && some < 900, `${some} of 900 before it was stopped`);
    assert.equal(some + (await sweep(database.db, NOW)), 900);
    assert.equal(await count('throttles'), before);
  });

  it('removes a deleted pool with all its users, and no other pool', async () => {
    const { db } = database;
    const gone = 'us-east-1_gone';
    await db
      .insertInto('user_pools')
      .values(poolRow(gone, { deleted_at: NOW - GRACE }))
      .execute();
    const subs = Array.from({ length: 120 }, (_, n) => `gone-${n}`);
    await db
      .insertInto('users')
      .values(subs.map(sub => userRow(gone, sub)))
      .execute();
    const names = subs.map(sub => ({ pool_id: gone, name_key: sub, kind: 'username' as const, sub }));
    await db.insertInto('user_names').values(names).execute();
    assert.equal(await sweep(db, NOW), 120);
    assert.deepEqual([await count('user_pools'), await count('users'), await count('user_names')], [1, 1, 0]);
  });

  it('leaves a pool for a while that was deleted just now: a request that still knows it can be finished', async () => {
    const { db } = database;
    const going = 'us-east-1_going';
    await db
      .insertInto('user_pools')
      .values(poolRow(going, { deleted_at: NOW - GRACE + 1 }))
      .execute();
    assert.equal(await sweep(db, NOW), 0);
    await db.insertInto('users').values(userRow(going, 'late')).execute();
    await db
      .updateTable('user_pools')
      .set({ deleted_at: NOW - GRACE })
      .where('pool_id', '=', going)
      .execute();
    assert.equal(await sweep(db, NOW), 1);
    assert.deepEqual([await count('user_pools'), await count('users')], [1, 1]);
  });

  it('sweeps by itself until it is stopped', async () => {
    const errors: unknown[] = [];
    const clock = { now: () => NOW };
    const before = await count('throttles');
    await addThrottles(10, NOW - 2);
    const stop = startSweeper({
      db: database.db,
      clock,
      log: { error: (entry: unknown) => errors.push(entry) },
      every: 5,
    });
    for (let tries = 0; (await count('throttles')) > before && tries < 400; tries++) await sleep(5);
    await stop();
    assert.equal(await count('throttles'), before);
    await addThrottles(10, NOW - 3);
    await sleep(50);
    assert.equal(await count('throttles'), before + 10, 'nothing is deleted after it was stopped');
    assert.deepEqual(errors, []);
  });
});
