/** ListUsers: the whole filter grammar, attributes, pages and errors; on both database engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ListUsersCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

for (const engine of engines) {
  describe(`ListUsers (${engine})`, () => {
    let world: World;
    let pool: string;
    let subs: Record<string, string>;
    const list = (input: Partial<ListUsersCommandInput> = {}) => world.aws.listUsers({ UserPoolId: pool, ...input });
    const names = async (Filter: string) => (await list({ Filter })).Users?.map(({ Username }) => Username).sort();

    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({
        AliasAttributes: ['preferred_username'],
        Schema: [
          { Name: 'team', AttributeDataType: 'String', Mutable: true },
          { Name: 'level', AttributeDataType: 'Number', Mutable: true },
          { Name: 'note', AttributeDataType: 'String', Mutable: true, DeveloperOnlyAttribute: true },
        ],
      });
      const client = await world.createClient(pool);
      const create = (name: string, attributes: Record<string, string>) =>
        world.createUser(pool, name, goodPassword, attributes);
      subs = {
        Ann: await create('Ann', {
          email: 'Ann@Example.com',
          name: 'Ann "the \\ cat" O\'Hara',
          given_name: 'Ann',
          family_name: 'Reddy',
          phone_number: '+13125550001',
          preferred_username: 'Queen',
        }),
        anna: await create('anna', {
          email: 'anna@example.com',
          name: 'Änna',
          given_name: 'Anna',
          family_name: 'Ready',
          phone_number: '+13125550002',
        }),
        bob: await create('bob', { email: 'bob@example.org', name: '100%_', family_name: 'REDDY' }),
      };
      subs.carl = (await world.signUp(client, 'carl')).UserSub as string;
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'bob' });
    });
    after(() => world.stop());

    it('finds by each attribute, whole or by its beginning', async () => {
      const rows: [string, string[]][] = [
        ['', ['Ann', 'anna', 'bob', 'carl']],
        ['   ', ['Ann', 'anna', 'bob', 'carl']],
        ['username = "Ann"', ['Ann']],
        ['username = "ann"', []],
        ['username ^= "ann"', ['anna']],
        ['username ^= ""', ['Ann', 'anna', 'bob', 'carl']],
        ['username=""', []],
        ['email = "ann@example.com"', ['Ann']],
        ['email = "ANNA@EXAMPLE.COM"', ['anna']],
        ['"email"^="ann"', ['Ann', 'anna']],
        ['  email\t^=\n"ANN"  ', ['Ann', 'anna']],
        ['email = "ann"', []],
        ['email ^= ""', ['Ann', 'anna', 'bob']],
        ['phone_number ^= "+1312"', ['Ann', 'anna']],
        ['phone_number = "+13125550002"', ['anna']],
        ['name = "Ann \\"the \\\\ cat\\" O\'Hara"', ['Ann']],
        ['name ^= "ann \\"THE"', ['Ann']],
        ['name = "änna"', ['anna']],
        ['name ^= "100%"', ['bob']],
        ['name ^= "1__"', []],
        ['name ^= "%"', []],
        ['given_name = "Ann"', ['Ann']],
        ['given_name ^= "ann"', ['Ann', 'anna']],
        ['family_name = "reddy"', ['Ann', 'bob']],
        ['preferred_username = "queen"', ['Ann']],
        ['cognito:user_status = "Confirmed"', ['Ann', 'anna', 'bob']],
        ['cognito:user_status = "UNCONFIRMED"', ['carl']],
        ['cognito:user_status ^= "unc"', ['carl']],
        ['"cognito:user_status" = "nonsense"', []],
        ['status = "Enabled"', ['Ann', 'anna', 'carl']],
        ['status = "Disabled"', ['bob']],
        [`sub = "${subs.anna}"`, ['anna']],
        [`sub ^= "${subs.bob?.slice(0, 13)}"`, ['bob']],
        ['sub = "x"', []],
      ];
      for (const [filter, expected] of rows) assert.deepEqual(await names(filter), expected.sort(), filter);
    });

    it('finds by any attribute of the schema, also after it has changed', async () => {
      const set = (Username: string, attributes: Record<string, string>) =>
        world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username,
          UserAttributes: attributeList(attributes),
        });
      await set('Ann', { 'custom:team': 'Red Team', 'custom:level': '15', nickname: 'Annie', email_verified: 'true' });
      await set('anna', { 'custom:team': 'red team', 'dev:custom:note': 'x'.repeat(2000), locale: 'de-CH' });
      await set('bob', { 'custom:team': 'Blue', 'custom:level': '150' });
      const rows: [string, string[]][] = [
        ['custom:team = "red team"', ['Ann', 'anna']],
        ['"custom:team" ^= "RED"', ['Ann', 'anna']],
        ['custom:team = "red"', []],
        ['custom:level = "15"', ['Ann']],
        ['custom:level ^= "15"', ['Ann', 'bob']],
        ['nickname = "annie"', ['Ann']],
        ['email_verified = "true"', ['Ann']],
        ['locale ^= "de-"', ['anna']],
        [`dev:custom:note ^= "${'x'.repeat(200)}"`, ['anna']],
        [`dev:custom:note = "${'x'.repeat(200)}"`, []],
        ['address ^= ""', []],
      ];
      for (const [filter, expected] of rows) assert.deepEqual(await names(filter), expected, filter);
      await set('Ann', { 'custom:team': 'Blue', nickname: '' });
      assert.deepEqual(await names('custom:team = "red team"'), ['anna']);
      assert.deepEqual(await names('custom:team = "blue"'), ['Ann', 'bob']);
      assert.deepEqual(await names('nickname ^= ""'), []);
      await world.aws.adminDeleteUserAttributes({
        UserPoolId: pool,
        Username: 'bob',
        UserAttributeNames: ['custom:team'],
      });
      assert.deepEqual(await names('custom:team = "blue"'), ['Ann']);
      // An attribute that another pool has is none of this one.
      const other = await world.createPool();
      await refused(
        world.aws.listUsers({ UserPoolId: other, Filter: 'custom:team = "blue"' }),
        'InvalidParameterException',
        'Input fails to satisfy the constraints.',
      );
    });

    it('refuses what it cannot understand', async () => {
      const unreadable = [
        'email',
        'email = ann',
        'email == "ann"',
        'email = "ann',
        'email = "a"b"',
        'email = "ann" and name = "x"',
        '= "ann"',
        'email != "ann"',
        "email = 'ann'",
        'status = "enabled"',
        'status = "Nonsense"',
        'status ^= "Enab"',
        'email = "a\\"',
      ];
      for (const Filter of unreadable)
        await refused(list({ Filter }), 'InvalidParameterException', 'Error while parsing filter');
      for (const name of ['nick', 'identities', 'Username', '__proto__', 'constructor', ''])
        await refused(
          list({ Filter: `"${name}" = "x"` }),
          'InvalidParameterException',
          `Invalid search attribute: ${name}`,
        );
      await refused(
        list({ Filter: 'custom:nope = "15"' }),
        'InvalidParameterException',
        'Input fails to satisfy the constraints.',
      );
      await refused(list({ Filter: `name = "${'x'.repeat(300)}"` }), 'InvalidParameterException');
      for (const Limit of [-1, 61]) await refused(list({ Limit }), 'InvalidParameterException');
    });

    it('returns the attributes that are asked for, if everybody has them', async () => {
      const found = await list({ Filter: 'username = "Ann"', AttributesToGet: ['email', 'family_name'] });
      const [ann] = found.Users ?? [];
      assert.deepEqual(
        [...(ann?.Attributes ?? [])].sort((a, b) => (a.Name ?? '').localeCompare(b.Name ?? '')),
        attributeList({ email: 'Ann@Example.com', family_name: 'Reddy' }),
      );
      assert.equal(ann?.Enabled, true);
      assert.equal(ann?.UserStatus, 'CONFIRMED');
      assert.ok(ann?.UserCreateDate instanceof Date && ann.UserLastModifiedDate instanceof Date);
      const message = 'One or more requested attributes do not exist in user pool.';
      await refused(list({ AttributesToGet: ['email'] }), 'InvalidParameterException', message);
      await refused(list({ AttributesToGet: ['custom:nope'] }), 'InvalidParameterException', message);
    });

    it('gives pages that neither repeat nor leave out anybody while users come and go', async () => {
      const big = await world.createPool();
      const create = (Username: string, given_name: string) =>
        world.aws.adminCreateUser({
          UserPoolId: big,
          Username,
          MessageAction: 'SUPPRESS',
          UserAttributes: attributeList({ given_name }),
        });
      const first = Array.from({ length: 23 }, (_, n) => `user${n}`);
      await Promise.all(first.map(name => create(name, name < 'user15' ? 'Same' : `Same${name}`)));
      const kinds: { filter?: string; there: string[] }[] = [
        { there: first },
        { filter: 'given_name ^= "same"', there: first },
        { filter: 'given_name = "same"', there: first.filter(name => name < 'user15') },
        { filter: 'cognito:user_status = "force_change_password"', there: first },
        { filter: 'status = "Enabled"', there: first },
        { filter: 'username ^= "user"', there: first },
      ];
      let late = 0;
      for (const { filter, there } of kinds) {
        const seen: string[] = [];
        let PaginationToken: string | undefined;
        let pages = 0;
        do {
          const page = await world.aws.listUsers({ UserPoolId: big, Limit: 5, Filter: filter, PaginationToken });
          assert.ok((page.Users?.length ?? 0) <= 5);
          seen.push(...(page.Users ?? []).map(({ Username }) => Username as string));
          PaginationToken = page.PaginationToken;
          pages++;
          await create(`late${late++}`, 'Same');
        } while (PaginationToken !== undefined);
        assert.equal(new Set(seen).size, seen.length, `${filter} repeats`);
        for (const name of there) assert.ok(seen.includes(name), `${filter} leaves out ${name}`);
        assert.ok(pages > there.length / 5 - 1);
        for (const { Username } of (await world.aws.listUsers({ UserPoolId: big, Filter: 'username ^= "late"' }))
          .Users ?? [])
          await world.aws.adminDeleteUser({ UserPoolId: big, Username });
      }
      // No limit, and a limit of 0, mean sixty.
      assert.equal((await world.aws.listUsers({ UserPoolId: big, Limit: 0 })).Users?.length, 23);
    });

    it('refuses tokens that are forged, of another list, or too old', async () => {
      const { PaginationToken } = await list({ Limit: 1 });
      assert.ok(PaginationToken);
      const other = await world.createPool();
      const middle = Math.floor(PaginationToken.length / 2);
      const forged = `${PaginationToken.slice(0, middle)}${PaginationToken[middle] === 'A' ? 'B' : 'A'}${PaginationToken.slice(middle + 1)}`;
      const message = 'Invalid pagination token.';
      for (const input of [
        { PaginationToken: 'nonsense' },
        { PaginationToken: forged },
        { PaginationToken, UserPoolId: other },
        { PaginationToken, Filter: 'status = "Enabled"' },
      ])
        await refused(list(input), 'InvalidParameterException', message);
      await list({ PaginationToken });
      world.clock.advance(61 * 60_000);
      await refused(list({ PaginationToken }), 'InvalidParameterException', message);
    });
  });
}
