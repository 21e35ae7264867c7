/** A deleted group in the database: who was in it is so no more, and the sweeper clears up in batches. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { insertMember, listGroupsOf, membershipsOf } from '../../src/storage/group-members.ts';
import { findGroup, type Group, insertGroup, markGroupDeleted } from '../../src/storage/groups.ts';
import { sweep } from '../../src/storage/sweeper.ts';
import { eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const poolId = 'us-east-1_groups';
const groupWith = (id: string, name: string): Group => ({
  ...{ poolId, id, name, description: null, roleArn: null, precedence: null, createdAt: 1, modifiedAt: 1 },
});

eachEngine('a deleted group', database => {
  it('goes with its members, and takes nobody else’s membership along', async () => {
    const { db } = database;
    const members = async () => (await db.selectFrom('group_members').selectAll().execute()).length;
    await db.insertInto('user_pools').values(poolRow(poolId)).execute();
    const subs = Array.from({ length: 130 }, (_, n) => `user-${n}`);
    await db
      .insertInto('users')
      .values(subs.map(sub => userRow(poolId, sub)))
      .execute();
    const [old, kept, again] = [groupWith('1', 'same'), groupWith('2', 'kept'), groupWith('3', 'same')];
    for (const group of [old, kept]) assert.equal(await insertGroup(db, group), true);
    assert.equal(await insertGroup(db, again), false);
    await db.transaction().execute(async tx => {
      for (const sub of subs) for (const group of [old, kept]) await insertMember(tx, group, sub);
    });
    const user = { poolId, sub: 'user-7' };
    assert.deepEqual(
      (await listGroupsOf(db, user, { after: '', limit: 9 })).map(({ id }) => id),
      ['2', '1'],
    );

    assert.equal(await markGroupDeleted(db, poolId, 'same', 5), true);
    assert.equal(await markGroupDeleted(db, poolId, 'same', 6), false);
    assert.deepEqual(
      (await membershipsOf(db, user)).map(({ name }) => name),
      ['kept'],
    );
    assert.equal(await insertGroup(db, again), true);
    assert.equal((await findGroup(db, poolId, 'same'))?.id, '3');
    assert.deepEqual(
      (await membershipsOf(db, user)).map(({ name }) => name),
      ['kept'],
    );

    // Stopped one batch later each time, until the first members are gone.
    for (let batches = 0; (await members()) === 260; batches++) {
      let asked = 0;
      await sweep(db, 10, () => ++asked > batches);
    }
    const left = await members();
    assert.ok(left > 130 && left < 260, `${left} memberships left when it was stopped`);
    await sweep(db, 10);
    assert.equal(await members(), 130);
    const groups = await db.selectFrom('user_groups').select('group_id').orderBy('group_id').execute();
    assert.deepEqual(groups, [{ group_id: '2' }, { group_id: '3' }]);
  });
});
