/** Simultaneous requests: one login is one identity, a guest becomes one person, and nothing is lost, on both engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../support/databases.ts';
import { startWorld, type World } from '../support/world.ts';
import { createIdentityPool, userPoolName } from './house.ts';

for (const engine of engines)
  describe(`simultaneous requests (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    let provider: string;
    const loginOf = async (name: string) => ({ [provider]: (await world.signIn(client, name)).IdToken });
    const identitiesIn = async () =>
      (await world.identity.listIdentities({ IdentityPoolId: pool, MaxResults: 60 })).Identities;

    before(async () => {
      world = await startWorld({ engine });
      const userPool = await world.createPool();
      client = await world.createClient(userPool);
      provider = userPoolName(userPool);
      for (const name of ['jane', 'joe']) await world.createUser(userPool, name);
      pool = await createIdentityPool(world, {
        DeveloperProviderName: 'login.my.app',
        CognitoIdentityProviders: [{ ProviderName: provider, ClientId: client }],
      });
    });
    after(() => world.stop());

    it('a thousand of one login make one identity', async () => {
      const body = JSON.stringify({ IdentityPoolId: pool, Logins: await loginOf('jane') });
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityService.GetId',
      };
      const ask = async (): Promise<string> => {
        const response = await fetch(world.url, { method: 'POST', headers, body });
        assert.equal(response.status, 200);
        return ((await response.json()) as { IdentityId: string }).IdentityId;
      };
      const ids = new Set(await Promise.all(Array.from({ length: 1000 }, ask)));
      assert.equal(ids.size, 1);
      assert.equal((await identitiesIn())?.length, 1);
    });

    it('a guest who signs in many times over stays one identity', async () => {
      const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool });
      const Logins = await loginOf('joe');
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => world.guest.getOpenIdToken({ IdentityId, Logins })),
      );
      assert.deepEqual([...new Set(answers.map(each => each.IdentityId))], [IdentityId]);
    });

    it('many guests who sign in as one person end in one identity', async () => {
      const guests = await Promise.all(Array.from({ length: 8 }, () => world.guest.getId({ IdentityPoolId: pool })));
      const Logins = await loginOf('jane');
      const answers = await Promise.all(
        guests.map(({ IdentityId }) => world.guest.getOpenIdToken({ IdentityId, Logins })),
      );
      const { IdentityId } = await world.guest.getId({ IdentityPoolId: pool, Logins });
      assert.deepEqual([...new Set(answers.map(each => each.IdentityId))], [IdentityId]);
    });

    it('merges of the same users in either direction leave one identity with all of them', async () => {
      const users = ['a', 'b', 'c', 'd'];
      const vouch = (user: string) =>
        world.identity.getOpenIdTokenForDeveloperIdentity({ IdentityPoolId: pool, Logins: { 'login.my.app': user } });
      for (const user of users) await vouch(user);
      const pairs = users.flatMap(a => users.filter(b => b !== a).map(b => [a, b] as const));
      await Promise.all(
        pairs.map(([SourceUserIdentifier, DestinationUserIdentifier]) =>
          world.identity.mergeDeveloperIdentities({
            IdentityPoolId: pool,
            DeveloperProviderName: 'login.my.app',
            SourceUserIdentifier,
            DestinationUserIdentifier,
          }),
        ),
      );
      const found = await Promise.all(users.map(vouch));
      assert.equal(new Set(found.map(each => each.IdentityId)).size, 1);
      const { IdentityId } = found[0] as { IdentityId: string };
      const { DeveloperUserIdentifierList } = await world.identity.lookupDeveloperIdentity({
        IdentityPoolId: pool,
        IdentityId,
      });
      assert.deepEqual(DeveloperUserIdentifierList, users);
    });

    it('changes of one pool are all kept', async () => {
      const ResourceArn = `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${pool}`;
      const keys = Array.from({ length: 20 }, (_, i) => `tag${i}`);
      await Promise.all(keys.map(key => world.identity.tagResource({ ResourceArn, Tags: { [key]: '1' } })));
      const { Tags = {} } = await world.identity.listTagsForResource({ ResourceArn });
      assert.equal(Object.keys(Tags).length, 20);
    });
  });
