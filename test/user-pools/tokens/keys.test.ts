/** Signing keys change while tokens live on: rotation with overlap, and what the discovery documents then say. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createSigningKeys } from '../../../src/user-pools/tokens/keys.ts';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { headerOf } from './decode.ts';

for (const engine of engines) {
  describe(`signing keys (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
      await world.createUser(pool, 'jane');
    });
    after(() => world.stop());

    /** As `cenote keys rotate-signing` does it, from another process. */
    const rotate = () => {
      const { storage, sealer } = world.app.foundation;
      return createSigningKeys({ db: storage.db, sealer, clock: world.clock }).rotate(pool);
    };
    const published = async (): Promise<string[]> => {
      const { keys } = (await (await fetch(`${world.url}/${pool}/.well-known/jwks.json`)).json()) as {
        keys: { kid: string }[];
      };
      return keys.map(({ kid }) => kid);
    };
    const verifies = (token: string) =>
      jwtVerify(token, createRemoteJWKSet(new URL(`${world.url}/${pool}/.well-known/jwks.json`)), {
        currentDate: new Date(world.clock.now() - 86_400_000),
        clockTolerance: '2 days',
      });

    it('rotate: new tokens bear new keys, old tokens stay good for a day and not for ever', async () => {
      const day = await world.createClient(pool, {
        AccessTokenValidity: 24,
        IdTokenValidity: 24,
        RefreshTokenValidity: 2,
      });
      const before_ = await world.signIn(day, 'jane');
      const old = await published();
      assert.equal(old.length, 2);
      const made = await rotate();
      assert.equal(made.length, 2);
      world.clock.advance(1001);

      assert.deepEqual((await published()).toSorted(), [...old, ...made].toSorted());
      const after_ = await world.signIn(client, 'jane');
      assert.deepEqual(
        [after_.IdToken, after_.AccessToken].map(token => headerOf(token).kid).toSorted(),
        made.toSorted(),
      );
      for (const { AccessToken, IdToken } of [before_, after_]) {
        await world.browser.getUser({ AccessToken });
        await verifies(AccessToken);
        await verifies(IdToken);
      }

      world.clock.advance(86_400_000 - 3000);
      assert.equal((await published()).length, 4);
      await world.browser.getUser({ AccessToken: before_.AccessToken });
      await verifies(before_.IdToken);

      world.clock.advance(62_000);
      assert.deepEqual((await published()).toSorted(), made.toSorted());
      await assert.rejects(verifies(before_.IdToken), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
      await assert.rejects(world.browser.getUser({ AccessToken: before_.AccessToken }), {
        message: 'Invalid Access Token',
      });
    });

    it('rotate twice in a moment: the last pair signs', async () => {
      await rotate();
      const last = await rotate();
      world.clock.advance(1001);
      const { AccessToken, IdToken } = await world.signIn(client, 'jane');
      assert.deepEqual([AccessToken, IdToken].map(token => headerOf(token).kid).toSorted(), last.toSorted());
    });

    it('of one pool say nothing of another', async () => {
      const { storage, sealer } = world.app.foundation;
      const keys = createSigningKeys({ db: storage.db, sealer, clock: world.clock });
      const { kid } = await keys.current(pool, 'access');
      assert.equal((await keys.byId(pool, kid, 'access'))?.kid, kid);
      assert.equal(await keys.byId(pool, kid, 'id'), undefined);
      assert.equal(await keys.byId('us-east-1_Nobody123', kid, 'access'), undefined);
      await assert.rejects(keys.current('us-east-1_Nobody123', 'access'), /has no active access key/);
    });
  });
}
