/** Resource servers through the AWS SDK, and app clients that name their scopes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';

const scope = (ScopeName: string) => ({ ScopeName, ScopeDescription: `May ${ScopeName}` });
const gone = (Identifier: string) =>
  ['ResourceNotFoundException', `Resource server ${Identifier} does not exist.`] as const;

for (const engine of engines) {
  describe(`resource servers (${engine})`, () => {
    let world: World;
    let UserPoolId: string;
    before(async () => {
      world = await startWorld({ engine });
      UserPoolId = await world.createPool();
    });
    after(() => world.stop());
    const create = (Identifier: string, ...names: string[]) =>
      world.aws.createResourceServer({ UserPoolId, Identifier, Name: 'API', Scopes: names.map(scope) });
    const describeServer = async (Identifier: string) =>
      (await world.aws.describeResourceServer({ UserPoolId, Identifier })).ResourceServer;

    it('come back as they were made', async () => {
      const Identifier = 'https://api.example.com/v1';
      const server = { UserPoolId, Identifier, Name: 'The API', Scopes: [scope('read'), scope('admin:write')] };
      assert.deepEqual((await world.aws.createResourceServer(server)).ResourceServer, server);
      assert.deepEqual(await describeServer(Identifier), server);
      const bare = { UserPoolId, Identifier: 'bare', Name: 'Bare' };
      assert.deepEqual((await world.aws.createResourceServer(bare)).ResourceServer, { ...bare, Scopes: [] });
    });

    it('are replaced by an update: scopes that it does not name are gone', async () => {
      await create('updated', 'a', 'b');
      const change = { UserPoolId, Identifier: 'updated', Name: 'New', Scopes: [scope('c')] };
      assert.deepEqual((await world.aws.updateResourceServer(change)).ResourceServer, change);
      assert.deepEqual(await describeServer('updated'), change);
      const { Scopes, ...name } = change;
      assert.deepEqual((await world.aws.updateResourceServer(name)).ResourceServer?.Scopes, []);
    });

    it('have one identifier each in their pool, also when made at the same moment', async () => {
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => create('once')));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      await refused(create('once'), 'InvalidParameterException', `once already exists in user pool ${UserPoolId}.`);
      const other = await world.createPool();
      await world.aws.createResourceServer({ UserPoolId: other, Identifier: 'once', Name: 'API' });
    });

    it('have scopes whose names are theirs alone, without a slash', async () => {
      await refused(create('wrong', 'a', 'b', 'a'), 'InvalidParameterException');
      await refused(create('wrong', 'a/b'), 'InvalidParameterException');
      await refused(create('wrong', ...Array.from({ length: 101 }, (_, n) => `s${n}`)), 'InvalidParameterException');
      await refused(create('with space'), 'InvalidParameterException');
      await create('hundred', ...Array.from({ length: 100 }, (_, n) => `s${n}`));
      const twice = { UserPoolId, Identifier: 'hundred', Name: 'API', Scopes: [scope('a'), scope('a')] };
      await refused(world.aws.updateResourceServer(twice), 'InvalidParameterException');
      assert.equal((await describeServer('hundred'))?.Scopes?.length, 100);
    });

    it('are gone once deleted', async () => {
      await create('brief', 'a');
      const Identifier = 'brief';
      await world.aws.deleteResourceServer({ UserPoolId, Identifier });
      await refused(describeServer(Identifier), ...gone(Identifier));
      await refused(world.aws.updateResourceServer({ UserPoolId, Identifier, Name: 'x' }), ...gone(Identifier));
      await refused(world.aws.deleteResourceServer({ UserPoolId, Identifier }), ...gone(Identifier));
      assert.deepEqual((await create('brief')).ResourceServer?.Scopes, []);
    });

    it('are in no pool that does not exist', async () => {
      const nowhere = { UserPoolId: 'us-east-1_Nowhere00', Identifier: 'x', Name: 'x' };
      const noPool = ['ResourceNotFoundException', 'User pool us-east-1_Nowhere00 does not exist.'] as const;
      for (const call of [
        () => world.aws.createResourceServer(nowhere),
        () => world.aws.describeResourceServer(nowhere),
        () => world.aws.updateResourceServer(nowhere),
        () => world.aws.deleteResourceServer(nowhere),
        () => world.aws.listResourceServers(nowhere),
      ])
        await refused(call(), ...noPool);
    });

    it('are at most 25 a pool, and come in pages', async () => {
      const pool = await world.createPool();
      const identifiers = Array.from({ length: 25 }, (_, n) => `server-${String(n).padStart(2, '0')}`);
      const make = (Identifier: string) =>
        world.aws.createResourceServer({ UserPoolId: pool, Identifier, Name: 'API', Scopes: [scope('a')] });
      for (const identifier of identifiers.slice(0, 24)) await make(identifier);
      const last = await Promise.allSettled([identifiers[24] as string, 'one-too-many'].map(make));
      const reasons = last.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(reasons, ['LimitExceededException']);

      const found: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await world.aws.listResourceServers({ UserPoolId: pool, MaxResults: 10, NextToken });
        for (const { Identifier = '', Scopes } of page.ResourceServers ?? []) {
          found.push(Identifier);
          assert.deepEqual(Scopes, [scope('a')]);
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      assert.equal(found.length, 25);
      assert.deepEqual(found.slice(0, 24), identifiers.slice(0, 24));
      const all = await world.aws.listResourceServers({ UserPoolId: pool });
      assert.deepEqual([all.ResourceServers?.length, all.NextToken], [25, undefined]);
      for (const token of ['x', 'not a token'])
        await refused(
          world.aws.listResourceServers({ UserPoolId: pool, NextToken: token }),
          'InvalidParameterException',
        );
    });

    it('give app clients scopes to ask for; a deleted scope stays with the client', async () => {
      await create('photos', 'read', 'write');
      const AllowedOAuthScopes = ['openid', 'photos/read', 'photos/write'];
      const unknown = ['ScopeDoesNotExistException', 'Invalid scope requested: photos/delete'] as const;
      const withUnknown = { AllowedOAuthScopes: ['photos/read', 'photos/delete'] };
      await refused(world.createClient(UserPoolId, withUnknown), ...unknown);
      const ClientId = await world.createClient(UserPoolId, { AllowedOAuthScopes });
      const update = (scopes: string[]) =>
        world.aws.updateUserPoolClient({ UserPoolId, ClientId, AllowedOAuthScopes: scopes });
      await refused(update(withUnknown.AllowedOAuthScopes), ...unknown);
      await world.aws.deleteResourceServer({ UserPoolId, Identifier: 'photos' });
      const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId, ClientId });
      assert.deepEqual(UserPoolClient?.AllowedOAuthScopes, AllowedOAuthScopes);
      await refused(update(AllowedOAuthScopes), 'ScopeDoesNotExistException', 'Invalid scope requested: photos/read');
      await create('photos', 'read');
      await update(['photos/read']);
      const other = await world.createPool();
      await refused(world.createClient(other, { AllowedOAuthScopes: ['photos/read'] }), 'ScopeDoesNotExistException');
    });
  });
}
