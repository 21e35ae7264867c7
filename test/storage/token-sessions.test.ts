/** Token sessions: no sign-out misses one that is being opened, the cap for each user, pages of tracked sessions. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../src/storage/schema.ts';
import { endAllSessions } from '../../src/storage/sign-out.ts';
import {
  deleteSsoSession,
  findSsoSessionByCookie,
  insertSsoSession,
  listSsoSessions,
} from '../../src/storage/sso-sessions.ts';
import {
  findTokenSession,
  insertTokenSession,
  revokeTokenSession,
  type TokenSession,
} from '../../src/storage/token-sessions.ts';
import { evictTokenSessions, findTracked, listTracked, noteActivity } from '../../src/storage/tracked-sessions.ts';
import { deleteUser, findUser, type User } from '../../src/storage/users.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const NOW = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const poolId = 'us-east-1_sessions';

eachEngine('token sessions', database => {
  let users = 0;
  const newUser = async (): Promise<User> => {
    const sub = `user${++users}`;
    await database.db.insertInto('users').values(userRow(poolId, sub)).execute();
    return (await findUser(database.db, poolId, sub)) as User;
  };
  const family = (user: User, id: string, more: Partial<TokenSession> = {}): TokenSession => ({
    poolId,
    originJti: `${user.sub}/${id}`,
    sub: user.sub,
    clientId: 'client',
    refreshHash: `hash of ${user.sub}/${id}`,
    authTime: 1,
    facts: { scopes: ['a'], eventId: 'event' },
    revokedAt: null,
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: NOW + HOUR,
    record: { sessionId: `tkn${id}`, originSessionId: null, lastIp: '192.0.2.1', deviceType: 'unknown' },
    ...more,
  });
  const open = (user: User, id: string, more: Partial<TokenSession> = {}, db = database.db) =>
    insertTokenSession(db, family(user, id, more), user);
  const living = async (user: User) => {
    const rows = await database.db
      .selectFrom('token_sessions')
      .select('origin_jti')
      .where('pool_id', '=', poolId)
      .where('sub', '=', user.sub)
      .where('revoked_at', 'is', null)
      .execute();
    return rows.map(({ origin_jti }) => origin_jti.slice(user.sub.length + 1)).sort();
  };
  const who = (user: User, now = NOW) => ({ poolId, sub: user.sub, now });
  before(async () => {
    await database.db.insertInto('user_pools').values(poolRow(poolId)).execute();
  });

  it('keeps everything it is given', async () => {
    const user = await newUser();
    const tracked = family(user, 'tracked', {
      record: { sessionId: 'tkn1', originSessionId: 'sso1', lastIp: '2001:db8::1', deviceType: 'Chrome 125 / Linux' },
    });
    const plain = family(user, 'plain', { record: undefined });
    for (const session of [tracked, plain]) {
      assert.equal(await insertTokenSession(database.db, session, user), true);
      assert.deepEqual(await findTokenSession(database.db, poolId, session.originJti), session);
    }
  });

  it('opens one family for one attempt', async () => {
    const user = await newUser();
    const tries = await Promise.all([open(user, 'a'), open(user, 'a'), open(user, 'a')]);
    assert.deepEqual(tries.sort(), [false, false, true]);
  });

  describe('a sign-in that read the user before all sessions were ended', () => {
    const disable = (db: Db, user: User, enabled: 0 | 1) =>
      db.updateTable('users').set({ enabled }).where('pool_id', '=', poolId).where('sub', '=', user.sub).execute();

    it('opens no family afterwards', async () => {
      const user = await newUser();
      await database.db.transaction().execute(tx => endAllSessions(tx, who(user)));
      assert.equal(await open(user, 'late'), false);
      const again = (await findUser(database.db, poolId, user.sub)) as User;
      assert.equal(await open(again, 'new'), true);
      assert.deepEqual(await living(user), ['new']);
    });

    it('opens none for a user who is disabled or gone', async () => {
      const [disabled, gone] = [await newUser(), await newUser()];
      await disable(database.db, disabled, 0);
      await database.db.transaction().execute(tx => deleteUser(tx, poolId, gone.sub));
      for (const user of [disabled, gone]) assert.equal(await open(user, 'late'), false);
    });

    it('opens none when the clock has not moved since the sign-out before', async () => {
      const user = await newUser();
      await database.db.transaction().execute(tx => endAllSessions(tx, who(user)));
      const read = (await findUser(database.db, poolId, user.sub)) as User;
      await database.db.transaction().execute(tx => endAllSessions(tx, who(user, NOW - 1)));
      assert.equal(await open(read, 'late'), false);
    });

    it('waits for a change under way, and sees it', async () => {
      const user = await newUser();
      const { db } = await database.connect();
      const opening = await database.db.transaction().execute(async tx => {
        await disable(tx, user, 0);
        // Not awaited here: it cannot end before the transaction does. Wrapped, so that the transaction's result is no promise.
        const result = { opened: open(user, 'overlapping', {}, db) };
        await Promise.race([result.opened, sleep(100)]);
        await endAllSessions(tx, who(user));
        await disable(tx, user, 1);
        return result;
      });
      assert.equal(await opening.opened, false);
      assert.deepEqual(await living(user), []);
    });

    it('loses its family to a change that waits for it', async () => {
      const user = await newUser();
      const { db } = await database.connect();
      const ending = await database.db.transaction().execute(async tx => {
        assert.equal(await open(user, 'overlapping', {}, tx), true);
        const result = { ended: db.transaction().execute(other => endAllSessions(other, who(user))) };
        await Promise.race([result.ended, sleep(100)]);
        return result;
      });
      assert.equal(await ending.ended, true);
      assert.deepEqual(await living(user), []);
    });

    it('never keeps a family, however they overlap', async () => {
      for (let round = 0; round < 10; round++) {
        const user = await newUser();
        const opened = Promise.all(Array.from({ length: 6 }, (_, n) => open(user, `${n}`)));
        await sleep(round % 3);
        await database.db.transaction().execute(tx => endAllSessions(tx, who(user)));
        await opened;
        assert.deepEqual(await living(user), []);
      }
    });
  });

  describe('the cap', () => {
    it('ends the least recently used beyond it, and counts neither revoked, expired nor untracked ones', async () => {
      const user = await newUser();
      for (const n of [1, 2, 3, 4, 5]) await open(user, `${n}`, { lastUsedAt: NOW + n });
      await open(user, 'revoked', { lastUsedAt: NOW + 9, revokedAt: NOW });
      await open(user, 'expired', { lastUsedAt: NOW + 9, expiresAt: NOW });
      await open(user, 'untracked', { lastUsedAt: NOW, record: undefined });
      await noteActivity(database.db, family(user, '1'), { lastIp: '::1', deviceType: 'b' }, NOW + 60_001);
      await evictTokenSessions(database.db, user, { keep: 3, now: NOW });
      assert.deepEqual(await living(user), ['1', '4', '5', 'expired', 'untracked']);
      await evictTokenSessions(database.db, user, { keep: 3, now: NOW });
      assert.deepEqual(await living(user), ['1', '4', '5', 'expired', 'untracked']);
    });

    it('holds against a crowd that signs in at once', async () => {
      const user = await newUser();
      const others = await Promise.all([database.connect(), database.connect()]);
      const dbs = [database.db, ...others.map(({ db }) => db)];
      await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          const db = dbs[n % dbs.length] as Db;
          assert.equal(await open(user, `${n}`, { lastUsedAt: NOW + (n % 4) }, db), true);
          await evictTokenSessions(db, user, { keep: 5, now: NOW });
        }),
      );
      assert.equal((await living(user)).length, 5);
    });
  });

  it('notes activity once a minute, and not of a session that has ended', async () => {
    const user = await newUser();
    const { db } = database;
    const session = family(user, 'busy');
    const seen = async () => {
      const found = await findTokenSession(db, poolId, session.originJti);
      return [found?.lastUsedAt, found?.record?.lastIp, found?.record?.deviceType];
    };
    await insertTokenSession(db, session, user);
    await noteActivity(db, session, { lastIp: '::2', deviceType: 'b' }, NOW + 59_999);
    assert.deepEqual(await seen(), [NOW, '192.0.2.1', 'unknown']);
    await noteActivity(db, session, { lastIp: '::2', deviceType: 'b' }, NOW + 60_000);
    assert.deepEqual(await seen(), [NOW + 60_000, '::2', 'b']);
    await revokeTokenSession(db, poolId, session.originJti, NOW + 60_000);
    await noteActivity(db, session, { lastIp: '::3', deviceType: 'c' }, NOW + HOUR);
    assert.deepEqual(await seen(), [NOW + 60_000, '::2', 'b']);
  });

  it('lists and finds what is tracked and alive, the newest first', async () => {
    const { db } = database;
    const [user, other] = [await newUser(), await newUser()];
    for (const n of [1, 2, 3]) await open(user, `${n}`, { createdAt: NOW + (n > 1 ? 1 : 0) });
    await open(user, 'revoked', { revokedAt: NOW });
    await open(user, 'expired', { expiresAt: NOW });
    await open(user, 'untracked', { record: undefined });
    await open(other, 'other');
    const ids = (found: TokenSession[]) => found.map(({ record }) => record?.sessionId);
    assert.deepEqual(ids(await listTracked(db, who(user), { limit: 9, after: undefined })), ['tkn3', 'tkn2', 'tkn1']);
    const after = { createdAt: NOW + 1, sessionId: 'tkn3' };
    assert.deepEqual(ids(await listTracked(db, who(user), { limit: 1, after })), ['tkn2']);
    assert.equal((await findTracked(db, who(user), 'tkn2'))?.originJti, `${user.sub}/2`);
    for (const id of ['tknrevoked', 'tknexpired', 'tknother', 'tknuntracked', ''])
      assert.equal(await findTracked(db, who(user), id), undefined);
  });

  it('keeps single sign-on sessions of a user until they end', async () => {
    const { db } = database;
    const [user, other] = [await newUser(), await newUser()];
    const session = (n: number) => ({
      poolId,
      sessionId: `sso${user.sub}${n}`,
      sub: user.sub,
      clientId: 'client',
      lastIp: '::1',
      deviceType: 'unknown',
      createdAt: NOW + n,
      lastUsedAt: NOW + n,
      expiresAt: NOW + n * HOUR,
      browser: n === 1 ? { cookieHash: `hash${user.sub}`, authTime: 7, proven: ['PASSWORD'] } : undefined,
    });
    for (const n of [0, 1, 2, 3]) await insertSsoSession(db, session(n));
    const list = (after?: { createdAt: number; sessionId: string }) =>
      listSsoSessions(db, who(user), { limit: 2, after });
    assert.deepEqual(await list(), [session(3), session(2)]);
    assert.deepEqual(await list(session(2)), [session(1)]);
    const cookie = ['another', `hash${user.sub}`];
    assert.deepEqual(await findSsoSessionByCookie(db, { poolId, now: NOW }, cookie), session(1));
    assert.equal(await findSsoSessionByCookie(db, { poolId, now: NOW + HOUR }, cookie), undefined);
    assert.equal(await findSsoSessionByCookie(db, { poolId: 'another', now: NOW }, cookie), undefined);
    assert.equal(await deleteSsoSession(db, who(other), session(3).sessionId), false);
    assert.equal(await deleteSsoSession(db, who(user), session(0).sessionId), false);
    assert.equal(await deleteSsoSession(db, who(user), session(3).sessionId), true);
    assert.deepEqual(await list(), [session(2), session(1)]);
  });
});
