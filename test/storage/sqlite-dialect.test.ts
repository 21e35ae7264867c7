/** What the SQLite dialect promises beyond SQL: isolation, fairness, and that sharing a commit harms nobody. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Generated, Kysely, sql } from 'kysely';
import { connect } from '../../src/storage/connect.ts';
import { sqliteDialect } from '../../src/storage/sqlite-dialect.ts';

type Notes = { notes: { id: number; text: string; rank: Generated<number> } };
type NotesDb = Kysely<Notes>;

for (const place of ['file', 'file, written in a thread', ':memory:']) {
  describe(`SQLite dialect (${place})`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'cenote-test-'));
    let db: NotesDb;
    before(async () => {
      const file = place === ':memory:' ? place : join(directory, 'test.db');
      db = new Kysely<Notes>({ dialect: sqliteDialect(file, { inThread: place.endsWith('thread') }) });
      await sql`create table notes (id integer primary key, text text not null unique, rank integer not null default 0) strict`.execute(
        db,
      );
    });
    beforeEach(() => db.deleteFrom('notes').execute());
    after(async () => {
      await db.destroy();
      rmSync(directory, { recursive: true, force: true });
    });

    const add = (on: NotesDb, id: number, text = `note ${id}`) => on.insertInto('notes').values({ id, text }).execute();
    const ids = async (on: NotesDb) =>
      (await on.selectFrom('notes').select('id').orderBy('id').execute()).map(note => note.id);

    it('counts affected rows, returns rows, and reads back what it wrote', async () => {
      await Promise.all([1, 2, 3].map(id => add(db, id)));
      const updated = await db.updateTable('notes').set({ rank: 7 }).where('id', '>', 1).executeTakeFirst();
      assert.equal(updated.numUpdatedRows, 2n);
      const deleted = await db.deleteFrom('notes').where('id', '=', 3).returning(['id', 'rank']).execute();
      assert.deepEqual(deleted, [{ id: 3, rank: 7 }]);
      const raw = await sql`update notes set rank = ${5}`.execute(db);
      assert.equal(raw.numAffectedRows, 2n);
      assert.deepEqual(await db.selectFrom('notes').select(['id', 'rank']).execute(), [
        { id: 1, rank: 5 },
        { id: 2, rank: 5 },
      ]);
    });

    it('keeps times in milliseconds exact', async () => {
      await db.insertInto('notes').values({ id: 8_640_000_000_000_000, text: 'the end of time' }).execute();
      assert.deepEqual(await ids(db), [8_640_000_000_000_000]);
    });

    it('hides what a transaction has written until it commits', async () => {
      const written = Promise.withResolvers<void>();
      const mayCommit = Promise.withResolvers<void>();
      const transaction = db.transaction().execute(async trx => {
        await add(trx, 1);
        assert.deepEqual(await ids(trx), [1], 'the transaction sees its own write');
        written.resolve();
        await mayCommit.promise;
        await add(trx, 2);
      });
      await written.promise;
      const seen = ids(db);
      if (place === 'file') assert.deepEqual(await seen, [], 'readers do not wait for the writer');
      mayCommit.resolve();
      await transaction;
      // In memory there is one connection: the read had to wait and sees everything, but never a half.
      if (place === ':memory:') assert.deepEqual(await seen, [1, 2]);
      assert.deepEqual(await ids(db), [1, 2]);
    });

    it('undoes a transaction that throws, and nothing of its neighbours', async () => {
      const outcomes = await Promise.allSettled([
        add(db, 1),
        db.transaction().execute(async trx => {
          await add(trx, 2);
          await nextTurn();
          throw new Error('changed my mind');
        }),
        db.transaction().execute(trx => add(trx, 3)),
        add(db, 4),
      ]);
      assert.deepEqual(
        outcomes.map(outcome => outcome.status),
        ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
      );
      assert.deepEqual(await ids(db), [1, 3, 4]);
    });

    it('lets one failed write of a group fail alone', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, id) => add(db, id, id % 4 === 3 ? 'the same text' : undefined)),
      );
      const failed = outcomes.flatMap((outcome, id) => (outcome.status === 'rejected' ? [id] : []));
      assert.deepEqual(failed, [7, 11, 15, 19, 23, 27, 31, 35, 39], 'all but the first with the same text');
      assert.deepEqual(
        await ids(db),
        Array.from({ length: 40 }, (_, id) => id).filter(id => !failed.includes(id)),
      );
    });

    it('starves neither writes nor transactions under a stream of the other', async () => {
      let running = true;
      let done = 0;
      const keepDoing = async (work: (id: number) => Promise<unknown>, from: number) => {
        for (let id = from; running; id++, done++) await work(id);
      };
      const streams = Array.from({ length: 8 }, (_, n) => [
        keepDoing(id => add(db, id), 1_000_000 * (n + 1)),
        keepDoing(id => db.transaction().execute(trx => add(trx, id)), 100_000_000 * (n + 1)),
      ]).flat();
      for (let id = 1; id <= 10; id++) {
        const before = done;
        if (id % 2) await add(db, id);
        else await db.transaction().execute(trx => add(trx, id));
        // Sixteen streams have one place each in the queue: who comes last is served with the next group or two.
        assert.ok(done - before <= 200, `${done - before} others were served first`);
      }
      running = false;
      await Promise.all(streams);
    });

    it('never loses an update of concurrent transactions', async () => {
      await add(db, 1);
      await Promise.all(
        Array.from({ length: 50 }, () =>
          db.transaction().execute(async trx => {
            const { rank } = await trx.selectFrom('notes').select('rank').where('id', '=', 1).executeTakeFirstOrThrow();
            await nextTurn();
            await trx
              .updateTable('notes')
              .set({ rank: rank + 1 })
              .where('id', '=', 1)
              .execute();
          }),
        ),
      );
      assert.equal((await db.selectFrom('notes').select('rank').executeTakeFirstOrThrow()).rank, 50);
    });

    it('still knows its statements after more different ones than it remembers', async () => {
      await add(db, 1);
      for (let n = 0; n < 600; n++) {
        const { rows } = await sql<{ id: number }>`select id, ${sql.lit(n)} as n from notes`.execute(db);
        assert.deepEqual(rows, [{ id: 1, n }]);
      }
      assert.deepEqual(await ids(db), [1]);
    });
  });
}

describe('SQLite storage', () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), 'cenote-test-')), 'data');
  after(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

  it('undoes a transaction that never ends, so that others can write', async () => {
    const db: NotesDb = new Kysely<Notes>({ dialect: sqliteDialect(':memory:', { transactionTimeout: 50 }) });
    await sql`create table notes (id integer primary key, text text not null)`.execute(db);
    const stuck = db.transaction().execute(async trx => {
      await trx.insertInto('notes').values({ id: 1, text: 'stuck' }).execute();
      await sleep(150);
      await trx.insertInto('notes').values({ id: 2, text: 'too late' }).execute();
    });
    const outcome = assert.rejects(stuck, /took too long or failed, and was rolled back/);
    await db.insertInto('notes').values({ id: 3, text: 'next' }).execute();
    await outcome;
    assert.deepEqual(await db.selectFrom('notes').select('id').execute(), [{ id: 3 }]);
    await db.destroy();
  });

  it('keeps directory and file from other users', async () => {
    const storage = await connect({ dataDir });
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
    assert.equal(statSync(join(dataDir, 'cenote.db')).mode & 0o777, 0o600);
    await storage.close();
    assert.equal(await storage.ready(), false);
  });

  it('lets one server have the directory, and commands write beside it', async () => {
    const server = await connect({ dataDir, exclusive: true });
    await assert.rejects(connect({ dataDir, exclusive: true }), /Another Cenote server is using the data directory/);
    const command = await connect({ dataDir });
    await sql`create table shared (id integer primary key)`.execute(command.db);

    // Many at once from both sides: whoever finds the file busy waits, without an error.
    const writers = Array.from({ length: 100 }, (_, id) => (id % 2 ? server : command).db);
    await Promise.all(writers.map((db, id) => sql`insert into shared values (${id})`.execute(db)));
    const { rows } = await sql`select count(*) as n from shared`.execute(server.db);
    assert.deepEqual(rows, [{ n: 100 }]);
    await command.close();
    await server.close();
    const next = await connect({ dataDir, exclusive: true });
    assert.equal(await next.ready(), true);
    await next.close();
  });

  it('reads while another process holds the write lock, and writes after it', async () => {
    const { db, close } = await connect({ dataDir });
    await sql`create table log (id integer primary key)`.execute(db);
    const other = new DatabaseSync(join(dataDir, 'cenote.db'));
    other.exec('begin immediate; insert into log values (1)');
    let written = false;
    const write = sql`insert into log values (2)`.execute(db).then(() => {
      written = true;
    });
    await sleep(30);
    const count = async () => (await sql<{ n: number }>`select count(*) as n from log`.execute(db)).rows[0]?.n;
    assert.deepEqual([await count(), written], [0, false]);
    other.exec('commit');
    other.close();
    await write;
    assert.equal(await count(), 2);
    await close();
  });

  it('stores exactly what it acknowledges when the disk is full', async () => {
    const { db, close } = await connect({ dataDir });
    await sql`create table blobs (id integer primary key, text text not null)`.execute(db);
    // The limit belongs to the connection, and a transaction's is the writer.
    const limit = (pages: number) =>
      db.transaction().execute(trx => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(trx));
    await limit(100);
    const put = (on: typeof db, id: number) =>
      sql`insert into blobs values (${id}, ${'x'.repeat(id % 10 === 5 ? 1_000_000 : 10)})`.execute(on);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, id) => (id % 3 ? put(db, id) : db.transaction().execute(trx => put(trx, id)))),
    );
    const acknowledged = outcomes.flatMap((outcome, id) => (outcome.status === 'fulfilled' ? [id] : []));
    const stored = await sql<{ id: number }>`select id from blobs order by id`.execute(db);
    assert.deepEqual(
      stored.rows.map(row => row.id),
      acknowledged,
    );
    for (const id of [5, 15, 25, 35, 45, 55]) assert.ok(!acknowledged.includes(id));
    assert.ok(acknowledged.length > 0);
    await limit(1_000_000);
    await put(db, 65);
    await close();
  });

  it('is durable at each commit, with foreign keys on', async () => {
    const { db, close } = await connect({ dataDir });
    const setting = (name: string) =>
      db
        .transaction()
        .execute(async trx => Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(trx)).rows[0]!)[0]);
    assert.deepEqual(await setting('journal_mode'), 'wal');
    assert.deepEqual(await setting('synchronous'), 2);
    assert.deepEqual(await setting('foreign_keys'), 1);
    await close();
  });
});
