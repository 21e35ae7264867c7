/** Lists of pools and of clients: page by page, per account and region, and page tokens that are nobody else's. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';

type Page = { ids: string[]; next: string | undefined };
type Lister = (limit: number, token?: string) => Promise<Page>;

/** Follows the tokens to the end. */
const pagesOf = async (list: Lister, limit: number) => {
  const pages: string[][] = [];
  let token: string | undefined;
  do {
    const { ids, next } = await list(limit, token);
    pages.push(ids);
    token = next;
  } while (token !== undefined);
  return pages;
};

const refusedToken = { name: 'InvalidParameterException', message: 'Invalid pagination token.' };
const tokenLifetime = 3_600_000;

for (const engine of engines) {
  describe(`lists of pools and clients (${engine})`, () => {
    let world: World;
    let stranger: CognitoIdentityProvider;
    let elsewhere: CognitoIdentityProvider;
    let pools: string[];
    let clients: string[];
    let pool: string;

    const listPools =
      (aws: CognitoIdentityProvider): Lister =>
      async (MaxResults, NextToken) => {
        const answer = await aws.listUserPools({ MaxResults, NextToken });
        return { ids: (answer.UserPools ?? []).map(({ Id = '' }) => Id), next: answer.NextToken };
      };
    const listClients =
      (UserPoolId: string, aws = world.aws): Lister =>
      async (MaxResults, NextToken) => {
        const answer = await aws.listUserPoolClients({ UserPoolId, MaxResults, NextToken });
        return { ids: (answer.UserPoolClients ?? []).map(({ ClientId = '' }) => ClientId), next: answer.NextToken };
      };

    before(async () => {
      world = await startWorld({ engine });
      const key = await world.app.foundation.accessKeys.create({ accountId: '111111111111', name: 'it', policy: null });
      stranger = world.awsAs({ credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secret } });
      elsewhere = world.awsAs({ credentials: world.aws.config.credentials, region: 'eu-west-1' });
      pools = await Promise.all(Array.from({ length: 13 }, (_, n) => world.createPool({ PoolName: `pool ${n}` })));
      pool = pools[0] as string;
      clients = await Promise.all(
        Array.from({ length: 13 }, (_, n) => world.createClient(pool, { ClientName: `client ${n}` })),
      );
    });
    after(() => world.stop());

    for (const limit of [1, 5, 12, 13, 14, 60])
      it(`every item once, ${limit} a page`, async () => {
        for (const [list, items] of [
          [listPools(world.aws), pools],
          [listClients(pool), clients],
        ] as const) {
          const pages = await pagesOf(list, limit);
          assert.equal(pages.length, Math.ceil(items.length / limit));
          assert.ok(pages.slice(0, -1).every(({ length }) => length === limit));
          assert.deepEqual(pages.flat().toSorted(), items.toSorted());
        }
      });

    it('items tell what they are', async () => {
      const { UserPools } = await world.aws.listUserPools({ MaxResults: 60 });
      const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
      const { Id, Name, LambdaConfig, CreationDate, LastModifiedDate } = UserPool ?? {};
      assert.deepEqual(
        UserPools?.find(each => each.Id === pool),
        { Id, Name, LambdaConfig, CreationDate, LastModifiedDate },
      );
      const { UserPoolClients } = await world.aws.listUserPoolClients({ UserPoolId: pool });
      assert.equal(UserPoolClients?.length, 13, 'sixty a page unless said otherwise');
      const first = UserPoolClients?.find(({ ClientId }) => ClientId === clients[0]);
      assert.deepEqual(first, { ClientId: clients[0], UserPoolId: pool, ClientName: 'client 0' });
    });

    it('clients of one kind', async () => {
      const of = async (ClientType: 'DCR' | 'REGULAR') =>
        (await world.aws.listUserPoolClients({ UserPoolId: pool, ClientType })).UserPoolClients?.length;
      assert.deepEqual([await of('REGULAR'), await of('DCR')], [13, 0]);
    });

    it('another account and another region have lists of their own', async () => {
      assert.deepEqual(await listPools(stranger)(60), { ids: [], next: undefined });
      assert.deepEqual(await listPools(elsewhere)(60), { ids: [], next: undefined });
      const { UserPool: theirs } = await stranger.createUserPool({ PoolName: 'theirs' });
      const { UserPool: far } = await elsewhere.createUserPool({ PoolName: 'far' });
      assert.match(theirs?.Arn ?? '', /:111111111111:/);
      assert.match(far?.Arn ?? '', /^arn:aws:cognito-idp:eu-west-1:.*:userpool\/eu-west-1_/);
      assert.deepEqual((await listPools(stranger)(60)).ids, [theirs?.Id]);
      assert.deepEqual((await listPools(elsewhere)(60)).ids, [far?.Id]);
      assert.equal((await listPools(world.aws)(60)).ids.length, 13);
    });

    it('another account does not even learn that a pool exists', async () => {
      const [UserPoolId, ClientId] = [pool, clients[0] as string];
      const message = `User pool ${pool} does not exist.`;
      for (const refused of [
        () => stranger.describeUserPool({ UserPoolId }),
        () => stranger.updateUserPool({ UserPoolId, PoolName: 'mine' }),
        () => stranger.deleteUserPool({ UserPoolId }),
        () =>
          stranger.addCustomAttributes({ UserPoolId, CustomAttributes: [{ Name: 'x', AttributeDataType: 'String' }] }),
        () => stranger.createUserPoolClient({ UserPoolId, ClientName: 'mine' }),
        () => stranger.describeUserPoolClient({ UserPoolId, ClientId }),
        () => stranger.updateUserPoolClient({ UserPoolId, ClientId }),
        () => stranger.deleteUserPoolClient({ UserPoolId, ClientId }),
        () => stranger.listUserPoolClients({ UserPoolId }),
      ])
        await assert.rejects(refused, { name: 'ResourceNotFoundException', message });
    });

    it('a page token is good for its own list only', async () => {
      const poolToken = (await listPools(world.aws)(1)).next as string;
      const clientToken = (await listClients(pool)(1)).next as string;
      const changed = `${poolToken.startsWith('A') ? 'B' : 'A'}${poolToken.slice(1)}`;
      const forged = [changed, poolToken.slice(0, -4), 'x', Buffer.from('[9e15,"us-east-1_"]').toString('base64url')];
      for (const token of [...forged, clientToken]) await assert.rejects(listPools(world.aws)(1, token), refusedToken);
      await assert.rejects(listPools(stranger)(1, poolToken), refusedToken);
      await assert.rejects(listPools(elsewhere)(1, poolToken), refusedToken);
      await assert.rejects(listClients(pool)(1, poolToken), refusedToken);
      await assert.rejects(listClients(pools[1] as string)(1, clientToken), refusedToken);
      assert.equal((await listPools(world.aws)(60, poolToken)).ids.length, 12);
      assert.equal((await listClients(pool)(60, clientToken)).ids.length, 12);
    });

    it('a token outlives the item that it was cut at, and the hour not', async () => {
      const { ids, next } = await listClients(pool)(6);
      const [last] = ids.slice(-1) as [string];
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId: last });
      const rest = await listClients(pool)(60, next);
      assert.deepEqual([...ids, ...rest.ids].toSorted(), clients.toSorted());
      world.clock.advance(tokenLifetime - 60_000);
      assert.equal((await listClients(pool)(60, next)).ids.length, 7);
      world.clock.advance(120_000);
      await assert.rejects(listClients(pool)(60, next), refusedToken);
    });
  });
}
