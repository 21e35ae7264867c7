/** Lists of users: every page costs the same, whatever the filter and however far into the list. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CompiledQuery, type RootOperationNode } from 'kysely';
import type { Db } from '../../src/storage/schema.ts';
import { type Position, searchUsers, type UserFilter } from '../../src/storage/user-search.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const pool = 'us-east-1_Search123';
const count = 40;
const filters: Record<string, UserFilter> = {
  all: { by: 'all' },
  'sub ^=': { by: 'sub', value: 'user-', prefix: true },
  'username ^=': { by: 'username', value: '', prefix: true },
  'status =': { by: 'status', value: 'CONFIRMED', prefix: false },
  'status ^=': { by: 'status', value: 'C', prefix: true },
  enabled: { by: 'enabled', value: true },
  'attribute =': { by: 'attribute', name: 'family_name', value: 'Smith', prefix: false },
  'attribute ^=': { by: 'attribute', name: 'family_name', value: 's', prefix: true },
};

/** How the engine runs what `search` asks for, a line a table. */
const planOf = async (db: Db, search: (db: Db) => Promise<unknown>): Promise<string[]> => {
  let asked: RootOperationNode | undefined;
  const listening = db.withPlugin({
    transformQuery: ({ node }) => {
      asked = node;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await search(listening);
  assert.ok(asked);
  const { sql, parameters } = db.getExecutor().compileQuery(asked, { queryId: 'plan' });
  const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
  const { rows } = await db.executeQuery<{ detail: string }>(explain);
  return rows.map(({ detail }) => detail);
};

eachEngine('lists of users', database => {
  const subs = Array.from({ length: count }, (_, n) => `user-${String(n).padStart(3, '0')}`);

  it('are put together of pages, with none left out and none twice', async () => {
    const { db } = database;
    await db.insertInto('user_pools').values(poolRow(pool)).execute();
    await db
      .insertInto('users')
      .values(subs.map(sub => ({ ...userRow(pool, sub), status: 'CONFIRMED' })))
      .execute();
    // Many with one value, and some with another before and after it.
    const families = subs.map((sub, n) => ({ sub, value_key: n < 5 ? 'sand' : n < 35 ? 'smith' : 'snow' }));
    const named = families.map(family => ({ ...family, pool_id: pool, name: 'family_name' }));
    await db.insertInto('user_attributes').values(named).execute();
    for (const [name, filter] of Object.entries(filters)) {
      const seen: string[] = [];
      let after: Position | undefined;
      do {
        const found = await searchUsers(db, { poolId: pool, after, limit: 7 }, filter);
        seen.push(...found.map(({ user }) => user.sub));
        after = found.at(-1)?.position;
      } while (after !== undefined);
      const expected = name === 'attribute =' ? subs.slice(5, 35) : subs;
      assert.deepEqual(seen, expected, name);
    }
  });

  // PostgreSQL plans by statistics: for so few rows it rightly uses no index.
  if (database.engine !== 'sqlite') return;
  it('begin each page where the last one ended, along an index', async () => {
    const { db } = database;
    for (const [name, filter] of Object.entries(filters)) {
      const [found] = await searchUsers(db, { poolId: pool, after: undefined, limit: 1 }, filter);
      for (const after of [undefined, found?.position]) {
        const plan = await planOf(db, listening => searchUsers(listening, { poolId: pool, after, limit: 7 }, filter));
        // No scan of a table, no sorting; and one bound below, which is the position.
        for (const line of plan) assert.match(line, /^SEARCH \w+ USING (INDEX|PRIMARY KEY)/, name);
        assert.match(plan[0] ?? '', after ? /(\bsub>\?|,sub\)>\(\?,\?\))/ : /pool_id=\?/, name);
      }
    }
  });
});
