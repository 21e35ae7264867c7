/** Groups through the AWS SDK: their life, their members, pages, quotas, what a deletion leaves. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sweep } from '../../../src/storage/sweeper.ts';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

const groupNotFound = ['ResourceNotFoundException', 'Group not found.'] as const;
const userNotFound = ['UserNotFoundException', 'User does not exist.'] as const;
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const namesOf = (groups: { GroupName?: string }[] = []) => groups.map(({ GroupName }) => GroupName);

for (const engine of engines) {
  describe(`groups (${engine})`, () => {
    let world: World;
    let UserPoolId: string;
    before(async () => {
      world = await startWorld({ engine });
      UserPoolId = await world.createPool({ AliasAttributes: ['email'] });
      await world.createUser(UserPoolId, 'jane', undefined, { email: 'jane@example.com', email_verified: 'true' });
    });
    after(() => world.stop());

    const create = (GroupName: string, more = {}) => world.aws.createGroup({ UserPoolId, GroupName, ...more });
    const add = (GroupName: string, Username = 'jane') =>
      world.aws.adminAddUserToGroup({ UserPoolId, GroupName, Username });
    const groupsOf = async (Username = 'jane') =>
      namesOf((await world.aws.adminListGroupsForUser({ UserPoolId, Username })).Groups);
    const membersOf = async (GroupName: string) =>
      (await world.aws.listUsersInGroup({ UserPoolId, GroupName })).Users?.map(({ Username }) => Username);
    const subOf = async (Username: string) => {
      const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId, Username });
      return UserAttributes?.find(({ Name }) => Name === 'sub')?.Value as string;
    };
    const db = () => world.app.foundation.storage.db;

    it('come back as they were made, with what was said and nothing else', async () => {
      const said = { Description: 'All of it', RoleArn: role('a'), Precedence: 0 };
      const { Group } = await create('full', said);
      const { CreationDate, LastModifiedDate, ...rest } = Group ?? {};
      assert.deepEqual(rest, { GroupName: 'full', UserPoolId, ...said });
      assert.ok(CreationDate instanceof Date);
      assert.deepEqual(LastModifiedDate, CreationDate);
      assert.deepEqual((await world.aws.getGroup({ UserPoolId, GroupName: 'full' })).Group, Group);

      const { Group: bare } = await create('bare');
      assert.deepEqual(Object.keys(bare ?? {}).sort(), ['CreationDate', 'GroupName', 'LastModifiedDate', 'UserPoolId']);
    });

    it('have names of any letters, told apart by case, each only once in a pool', async () => {
      for (const name of ['Ärzte/✓', 'ärzte/✓', 'x'.repeat(128)]) {
        await create(name);
        assert.equal((await world.aws.getGroup({ UserPoolId, GroupName: name })).Group?.GroupName, name);
        await refused(create(name), 'GroupExistsException', 'A group with the name already exists');
      }
      const other = await world.createPool();
      await world.aws.createGroup({ UserPoolId: other, GroupName: 'ärzte/✓' });
      for (const name of ['with space', '', 'x'.repeat(129)]) await refused(create(name), 'InvalidParameterException');
    });

    it('of one name, made at the same moment: one is', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => create('once')));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'GroupExistsException');
    });

    it('keep what an update does not say', async () => {
      const { Group: before } = await create('changing', { Description: 'old', RoleArn: role('old'), Precedence: 5 });
      world.clock.advance(2000);
      const update = (changes: object) => world.aws.updateGroup({ UserPoolId, GroupName: 'changing', ...changes });
      const { Group: one } = await update({ Precedence: 0 });
      assert.deepEqual(one, { ...before, Precedence: 0, LastModifiedDate: one?.LastModifiedDate });
      assert.ok(Number(one?.LastModifiedDate) - Number(before?.LastModifiedDate) >= 2000);
      const { Group: two } = await update({ Description: '', RoleArn: role('new') });
      assert.deepEqual([two?.Description, two?.RoleArn, two?.Precedence], ['', role('new'), 0]);
      assert.deepEqual((await world.aws.getGroup({ UserPoolId, GroupName: 'changing' })).Group, two);
    });

    it('have a precedence from 0 to 2^31-1 and a role that is an ARN', async () => {
      const { Group } = await create('last', { Precedence: 2 ** 31 - 1 });
      assert.equal(Group?.Precedence, 2 ** 31 - 1);
      for (const wrong of [{ Precedence: -1 }, { Precedence: 2 ** 31 }, { RoleArn: 'no-arn-but-long-enough' }]) {
        await refused(create('wrong', wrong), 'InvalidParameterException');
        await refused(world.aws.updateGroup({ UserPoolId, GroupName: 'last', ...wrong }), 'InvalidParameterException');
      }
      await refused(world.aws.getGroup({ UserPoolId, GroupName: 'wrong' }), ...groupNotFound);
    });

    it('take a user once, however often and by whatever name', async () => {
      await create('members');
      for (const name of ['jane', 'jane', 'jane@example.com', await subOf('jane')]) await add('members', name);
      assert.deepEqual(await membersOf('members'), ['jane']);
      assert.deepEqual(await groupsOf('jane@example.com'), ['members']);
      const { Users } = await world.aws.listUsersInGroup({ UserPoolId, GroupName: 'members' });
      const { Users: listed } = await world.aws.listUsers({ UserPoolId, Filter: 'username = "jane"' });
      assert.deepEqual(Users, listed);
    });

    it('let a user go, also one who was never in', async () => {
      await create('leaving');
      await add('leaving');
      const leave = () => world.aws.adminRemoveUserFromGroup({ UserPoolId, GroupName: 'leaving', Username: 'jane' });
      await leave();
      await leave();
      assert.deepEqual(await membersOf('leaving'), []);
      assert.ok(!(await groupsOf()).includes('leaving'));
    });

    it('end for members at once; a group of the same name begins without them', async () => {
      await world.createUser(UserPoolId, 'joe');
      await create('brief', { RoleArn: role('brief') });
      await add('brief', 'joe');
      await world.aws.deleteGroup({ UserPoolId, GroupName: 'brief' });
      const gone = { UserPoolId, GroupName: 'brief' };
      assert.deepEqual(await groupsOf('joe'), []);
      assert.ok(!namesOf((await world.aws.listGroups({ UserPoolId })).Groups).includes('brief'));
      for (const call of [
        () => world.aws.getGroup(gone),
        () => world.aws.updateGroup({ ...gone, Precedence: 1 }),
        () => world.aws.deleteGroup(gone),
        () => world.aws.listUsersInGroup(gone),
        () => add('brief', 'joe'),
        () => world.aws.adminRemoveUserFromGroup({ ...gone, Username: 'joe' }),
      ])
        await refused(call(), ...groupNotFound);

      const { Group } = await create('brief');
      assert.equal(Group?.RoleArn, undefined);
      assert.deepEqual(await membersOf('brief'), []);
      await sweep(db(), world.clock.now());
      const left = await db().selectFrom('user_groups').selectAll().where('deleted_at', 'is not', null).execute();
      const sub = await subOf('joe');
      const rows = await db().selectFrom('group_members').selectAll().where('sub', '=', sub).execute();
      assert.deepEqual([left, rows], [[], []]);
    });

    it('lose a member who is deleted', async () => {
      await create('widow');
      await world.createUser(UserPoolId, 'jim');
      await add('widow', 'jim');
      await world.aws.adminDeleteUser({ UserPoolId, Username: 'jim' });
      assert.deepEqual(await membersOf('widow'), []);
    });

    it('are nobody’s who does not exist, in no pool that does not', async () => {
      await refused(add('members', 'nobody'), ...userNotFound);
      await refused(groupsOf('nobody'), ...userNotFound);
      const remove = { UserPoolId, GroupName: 'members', Username: 'nobody' };
      await refused(world.aws.adminRemoveUserFromGroup(remove), ...userNotFound);
      const nowhere = { UserPoolId: 'us-east-1_Nowhere00', GroupName: 'g', Username: 'jane' };
      for (const call of [
        () => world.aws.createGroup(nowhere),
        () => world.aws.getGroup(nowhere),
        () => world.aws.updateGroup(nowhere),
        () => world.aws.deleteGroup(nowhere),
        () => world.aws.listGroups(nowhere),
        () => world.aws.listUsersInGroup(nowhere),
        () => world.aws.adminAddUserToGroup(nowhere),
        () => world.aws.adminRemoveUserFromGroup(nowhere),
        () => world.aws.adminListGroupsForUser(nowhere),
      ])
        await refused(call(), 'ResourceNotFoundException', 'User pool us-east-1_Nowhere00 does not exist.');
    });

    it('come in pages: all of them, each once, and nobody else’s page token', async () => {
      const pool = await world.createPool();
      const names = Array.from({ length: 7 }, (_, n) => `g${n}`);
      const users = Array.from({ length: 5 }, (_, n) => `user${n}`);
      for (const GroupName of names) await world.aws.createGroup({ UserPoolId: pool, GroupName });
      for (const user of users) await world.createUser(pool, user);
      for (const Username of users)
        await world.aws.adminAddUserToGroup({ UserPoolId: pool, GroupName: 'g3', Username });
      for (const GroupName of names)
        await world.aws.adminAddUserToGroup({ UserPoolId: pool, GroupName, Username: 'user0' });

      type Page = { items: (string | undefined)[] | undefined; next: string | undefined };
      const collect = async (page: (NextToken: string | undefined) => Promise<Page>) => {
        const found: (string | undefined)[] = [];
        const tokens: string[] = [];
        for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
          const { items = [], next } = await page(token);
          assert.ok(items.length <= 3);
          found.push(...items);
          if (next !== undefined) tokens.push(next);
          token = next;
        }
        return { found, tokens };
      };
      const groupPages = await collect(async NextToken => {
        const { Groups, NextToken: next } = await world.aws.listGroups({ UserPoolId: pool, Limit: 3, NextToken });
        return { items: namesOf(Groups), next };
      });
      assert.deepEqual(groupPages.found, names);
      const ofUser = await collect(async NextToken => {
        const page = { UserPoolId: pool, Username: 'user0', Limit: 3, NextToken };
        const { Groups, NextToken: next } = await world.aws.adminListGroupsForUser(page);
        return { items: namesOf(Groups), next };
      });
      assert.deepEqual(ofUser.found, names);
      const members = await collect(async NextToken => {
        const page = { UserPoolId: pool, GroupName: 'g3', Limit: 3, NextToken };
        const { Users, NextToken: next } = await world.aws.listUsersInGroup(page);
        return { items: Users?.map(({ Username }) => Username), next };
      });
      assert.deepEqual(members.found.toSorted(), users);
      assert.equal(members.tokens.length, 1);

      const [NextToken] = members.tokens;
      const bad = ['InvalidParameterException', 'Invalid pagination token.'] as const;
      await refused(world.aws.listGroups({ UserPoolId: pool, NextToken }), ...bad);
      await refused(world.aws.listUsersInGroup({ UserPoolId: pool, GroupName: 'g4', NextToken }), ...bad);
      await refused(world.aws.adminListGroupsForUser({ UserPoolId: pool, Username: 'user0', NextToken: 'x' }), ...bad);
      assert.equal((await world.aws.listGroups({ UserPoolId: pool, Limit: 0 })).Groups?.length, names.length);
    });

    it('are at most a hundred a user', async () => {
      await world.createUser(UserPoolId, 'joiner');
      const rows = Array.from({ length: 101 }, (_, n) => ({
        ...{ pool_id: UserPoolId, group_id: `many${n}`, name: `many${n}`, description: null, role_arn: null },
        ...{ precedence: null, created_at: 1, modified_at: 1, deleted_at: null },
      }));
      await db().insertInto('user_groups').values(rows).execute();
      for (let n = 0; n < 98; n++) await add(`many${n}`, 'joiner');
      const outcomes = await Promise.allSettled([98, 99, 100].map(n => add(`many${n}`, 'joiner')));
      const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(reasons, ['InvalidParameterException']);
      await add('many0', 'joiner');
      const first = await world.aws.adminListGroupsForUser({ UserPoolId, Username: 'joiner' });
      const second = await world.aws.adminListGroupsForUser({
        ...{ UserPoolId, Username: 'joiner', NextToken: first.NextToken },
      });
      assert.equal((first.Groups?.length ?? 0) + (second.Groups?.length ?? 0), 100);
    });

    it('are at most ten thousand a pool', async () => {
      const pool_id = await world.createPool();
      const row = (n: number) => ({
        ...{ pool_id, group_id: `${n}`, name: `group${n}`, description: null, role_arn: null, precedence: null },
        ...{ created_at: 1, modified_at: 1, deleted_at: null },
      });
      for (let n = 0; n < 9999; n += 1111)
        await db()
          .insertInto('user_groups')
          .values(Array.from({ length: 1111 }, (_, i) => row(n + i)))
          .execute();
      await world.aws.createGroup({ UserPoolId: pool_id, GroupName: 'the-last' });
      const more = () => world.aws.createGroup({ UserPoolId: pool_id, GroupName: 'one-more' });
      await refused(more(), 'LimitExceededException');
      await world.aws.deleteGroup({ UserPoolId: pool_id, GroupName: 'the-last' });
      await more();
    });
  });
}
