/** Migrations: repeatable, safe when several processes start at once, all or nothing. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { type Migration, migrate } from '../../src/storage/migrate.ts';
import { migrations } from '../../src/storage/migrations/index.ts';
import { eachEngine } from '../support/databases.ts';

const names = Object.keys(migrations);

eachEngine(
  'migrate',
  database => {
    it('lets one of several connections that start at once apply everything, once', async () => {
      const connections = await Promise.all([1, 2, 3, 4].map(() => database.connect()));
      const applied = await Promise.all(connections.map(connection => migrate(connection)));
      assert.deepEqual(applied.flat().sort(), names, 'each migration is reported by exactly one of those that raced');
    });

    it('does nothing the second time', async () => {
      assert.deepEqual(await migrate(database.storage), []);
    });

    it('leaves the old state when a step fails half-way', async () => {
      const half: Migration = async db => {
        await sql`create table half_way (id text primary key)`.execute(db);
        await sql`insert into nowhere values (1)`.execute(db);
      };
      await assert.rejects(migrate(database.storage, { ...migrations, '9999-half': half }), /nowhere/);
      await assert.rejects(sql`select * from half_way`.execute(database.db), /half_way/);
      assert.deepEqual(await migrate(database.storage), []);
    });

    it('refuses a database of a newer version', async () => {
      const newer = { ...migrations, '9999-newer': async () => undefined };
      assert.deepEqual(await migrate(database.storage, newer), ['9999-newer']);
      await assert.rejects(migrate(database.storage), /newer version of Cenote \(9999-newer\)/);
    });
  },
  { migrated: false },
);
