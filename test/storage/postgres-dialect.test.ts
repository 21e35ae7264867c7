/** Prepared statements on PostgreSQL: used, bounded, and no obstacle to a migration by another process. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { connect } from '../../src/storage/connect.ts';
import { createDatabase } from '../support/databases.ts';

it('prepares statements, a bounded number, and survives a change of their tables', async t => {
  const { options, drop } = await createDatabase('postgres');
  const { db, close, ready } = await connect({ ...options, poolSize: 1 });
  t.after(async () => {
    await close();
    await drop();
  });
  assert.equal(await ready(), true);
  await sql`create table things (id bigint primary key)`.execute(db);
  await sql`insert into things values (${1})`.execute(db);
  const things = async () => (await sql`select * from things where id = ${1}`.execute(db)).rows;
  assert.deepEqual(await things(), [{ id: 1 }]);

  await sql`alter table things add column name text default 'new'`.execute(db);
  assert.deepEqual(await things(), [{ id: 1, name: 'new' }]);
  assert.deepEqual(await things(), [{ id: 1, name: 'new' }]);

  for (let n = 0; n < 600; n++) await sql`select ${sql.lit(n)}, ${'x'}::text`.execute(db);
  const { rows } = await sql<{ n: number }>`select count(*) as n from pg_prepared_statements`.execute(db);
  assert.ok(rows[0]!.n > 100 && rows[0]!.n <= 502, `${rows[0]!.n} statements are prepared`);
});

it('recovers when the server closes its connections', async t => {
  const { options, drop } = await createDatabase('postgres');
  const storage = await connect(options);
  const other = await connect(options);
  t.after(async () => {
    await Promise.all([storage.close(), other.close()]);
    await drop();
  });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
    other.db,
  );
  // The idle connection may still be in the pool for a moment; after it is found dead, a new one is made.
  for (let tries = 0; !(await storage.ready()) && tries < 10; tries++);
  assert.equal(await storage.ready(), true);
});

it('says so when the database cannot be reached', async () => {
  await assert.rejects(connect({ url: 'postgres://127.0.0.1:1/none', dataDir: '' }), /ECONNREFUSED/);
  await assert.rejects(connect({ url: 'mysql://localhost', dataDir: '' }), /must start with postgres:/);
});
