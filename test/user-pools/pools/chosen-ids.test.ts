/** Chosen ids of pools and app clients: the conventions, what cannot be an id, and ids that come free again. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';

const invalid = (message?: RegExp) => ({ name: 'InvalidParameterException', ...(message ? { message } : {}) });

for (const engine of engines)
  describe(`chosen ids (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    const create = async (UserPoolTags: Record<string, string>, client = world.aws) =>
      (await client.createUserPool({ PoolName: 'chosen', UserPoolTags })).UserPool;
    const createClient = async (UserPoolId: string, ClientName: string) =>
      (await world.aws.createUserPoolClient({ UserPoolId, ClientName })).UserPoolClient;

    it('of pools are told by a tag, after the region or whole', async () => {
      const rows: [tags: Record<string, string>, id: string][] = [
        [{ 'cenote:id': 'Shop1' }, 'us-east-1_Shop1'],
        [{ _custom_id_: 'us-east-1_Shop2', stage: 'test' }, 'us-east-1_Shop2'],
        [{ 'cenote:id': 'Shop3', _custom_id_: 'us-east-1_Shop3' }, 'us-east-1_Shop3'],
        [{ 'cenote:id': 'x'.repeat(45) }, `us-east-1_${'x'.repeat(45)}`],
      ];
      for (const [tags, id] of rows) {
        const pool = await create(tags);
        assert.equal(pool?.Id, id);
        assert.deepEqual(pool?.UserPoolTags, tags);
        assert.equal((await world.aws.describeUserPool({ UserPoolId: id })).UserPool?.Id, id);
      }
      const abroad = world.awsAs({ region: 'eu-west-1', credentials: world.aws.config.credentials });
      assert.equal((await create({ 'cenote:id': 'Shop1' }, abroad))?.Id, 'eu-west-1_Shop1');
      assert.match((await create({ 'cenote.id': 'Shop9' }))?.Id ?? '', /^us-east-1_\w{9}$/);
    });

    it('of pools that cannot be ids, differ or are taken are refused', async () => {
      await create({ 'cenote:id': 'Taken' });
      for (const value of ['', 'a b', 'a-b', 'ä', '_', 'us-east-1_', 'us-east-1_a_b', 'eu-west-1_Shop', 'x'.repeat(46)])
        await assert.rejects(create({ 'cenote:id': value }), invalid(/^The chosen id .* must be us-east-1_ /), value);
      await assert.rejects(create({ 'cenote:id': 'A', _custom_id_: 'B' }), invalid(/differ/));
      await assert.rejects(create({ _custom_id_: 'Taken' }), invalid(/^User pool us-east-1_Taken already exists\.$/));
      const results = await Promise.allSettled([1, 2, 3].map(() => create({ 'cenote:id': 'Race' })));
      assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected', 'rejected']);
      for (const result of results)
        if (result.status === 'rejected') assert.equal(result.reason.name, 'InvalidParameterException');
    });

    it('of a deleted pool come free, for a pool that knows nobody and trusts no token of the old one', async () => {
      const id = 'us-east-1_Again';
      await create({ 'cenote:id': 'Again' });
      const client = (await createClient(id, '_custom_id_:again'))?.ClientId as string;
      await world.aws.updateUserPoolClient({
        UserPoolId: id,
        ClientId: client,
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      });
      for (let n = 0; n < 25; n++)
        await world.aws.adminCreateUser({ UserPoolId: id, Username: `user${n}`, MessageAction: 'SUPPRESS' });
      await world.createUser(id, 'jane');
      const { AccessToken, RefreshToken } = await world.signIn(client, 'jane');
      const keys = async () => await (await fetch(`${world.url}/${id}/.well-known/jwks.json`)).json();
      const before = await keys();
      await world.aws.deleteUserPool({ UserPoolId: id });
      assert.equal((await create({ 'cenote:id': 'Again' }))?.EstimatedNumberOfUsers, 0);
      assert.equal((await createClient(id, '_custom_id_:again'))?.ClientId, client);
      assert.notDeepEqual(await keys(), before);
      assert.deepEqual((await world.aws.listUsers({ UserPoolId: id })).Users, []);
      assert.equal((await world.aws.describeUserPool({ UserPoolId: id })).UserPool?.EstimatedNumberOfUsers, 0);
      await assert.rejects(world.browser.getUser({ AccessToken }), { name: 'NotAuthorizedException' });
      await assert.rejects(
        world.browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        }),
        { name: 'NotAuthorizedException' },
      );
    });

    it('of app clients are told by their name', async () => {
      const [pool, other] = [await world.createPool(), await world.createPool()];
      for (const id of ['web', 'A_b+9', 'x'.repeat(116)]) {
        const made = await createClient(pool, `_custom_id_:${id}`);
        assert.deepEqual([made?.ClientId, made?.ClientName], [id, `_custom_id_:${id}`]);
        const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: id });
        assert.equal(UserPoolClient?.ClientId, id);
      }
      for (const where of [pool, other])
        await assert.rejects(
          createClient(where, '_custom_id_:web'),
          invalid(/^User pool client web already exists\.$/),
        );
      const pattern =
        /failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\\s\+=,\.@-\]\+$/;
      for (const name of [
        '_custom_id_:',
        '_custom_id_:a b',
        '_custom_id_:a-b',
        'x_custom_id_:a',
        '_custom_id_:a:b',
        'a:b',
      ])
        await assert.rejects(createClient(pool, name), invalid(pattern), name);
      assert.match((await createClient(pool, '_custom_id_'))?.ClientId ?? '', /^[a-z0-9]{26}$/);
    });
  });
