/** The look of the classic login pages through the AWS SDK: for all clients and for one, style sheet and logo. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SetUICustomizationCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../../user-pools/users/refused.ts';
import { ico, jpeg, png, svg } from './images.ts';

const invalid = 'InvalidParameterException';
const noDomain = 'There has to be an existing domain associated with this user pool';
const CSS = '.label-customizable {font-weight: 400;}';
const otherCSS = '.label-customizable {font-weight: 100;}';

for (const engine of engines) {
  describe(`customization of the classic login pages (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
      await world.aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'classic' });
    });
    after(() => world.stop());

    const set = async (input: Partial<SetUICustomizationCommandInput>) =>
      (await world.aws.setUICustomization({ UserPoolId: pool, ...input })).UICustomization ?? {};
    const get = async (ClientId?: string) =>
      (await world.aws.getUICustomization({ UserPoolId: pool, ClientId })).UICustomization;
    const reset = async () => {
      await set({});
      await set({ ClientId: client });
    };

    it('is empty at first', async () => {
      assert.deepEqual(await get(), {});
      assert.deepEqual(await get('ALL'), {});
      assert.deepEqual(await get(client), {});
    });

    it('a client has that of all clients until it has its own', async () => {
      const { CreationDate, LastModifiedDate, CSSVersion, ...all } = await set({ CSS });
      assert.deepEqual(all, { UserPoolId: pool, ClientId: 'ALL', CSS });
      assert.match(CSSVersion ?? '', /^\d{14}$/);
      assert.deepEqual(CreationDate, LastModifiedDate);
      for (const scope of [undefined, 'ALL', client]) assert.deepEqual((await get(scope))?.CSS, CSS);
      assert.equal((await get(client))?.ClientId, 'ALL');
      const own = await set({ ClientId: client, CSS: otherCSS });
      assert.deepEqual([own.ClientId, own.CSS], [client, otherCSS]);
      assert.deepEqual(await get(client), own);
      assert.equal((await get('ALL'))?.CSS, CSS);
      await set({ ClientId: client });
      assert.equal((await get(client))?.ClientId, 'ALL');
      await reset();
      assert.deepEqual(await get(client), {});
    });

    it('style sheet and logo are set together, and dated', async () => {
      const first = await set({ CSS, ImageFile: png });
      world.clock.advance(2000);
      const second = await set({ ImageFile: jpeg });
      assert.equal(second.CSS, undefined);
      assert.deepEqual(second.CreationDate, first.CreationDate);
      assert.ok(Number(second.CSSVersion) > Number(first.CSSVersion));
      assert.notEqual(second.ImageUrl, first.ImageUrl);
      const third = await set({ CSS: otherCSS });
      assert.deepEqual([third.CSS, third.ImageUrl], [otherCSS, undefined]);
      assert.equal((await fetch(second.ImageUrl ?? '')).status, 404);
      await reset();
    });

    it('anybody may fetch the logo, as the image it is and nothing else', async () => {
      for (const [ImageFile, type] of [
        [png, 'png'],
        [jpeg, 'jpeg'],
      ] as const) {
        const { ImageUrl = '' } = await set({ ClientId: client, ImageFile });
        assert.ok(ImageUrl.startsWith(`${world.url}/`) && ImageUrl.endsWith(`.${type}`), ImageUrl);
        const response = await fetch(ImageUrl);
        assert.equal(response.headers.get('content-type'), `image/${type}`);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
        assert.deepEqual(new Uint8Array(await response.arrayBuffer()), ImageFile);
        const path = new URL(ImageUrl).pathname.split('/');
        for (const [at, wrong] of [
          [1, 'us-east-1_000000000'],
          [1, '%00'],
          [2, 'ALL'],
          [2, '%00'],
          [3, '20000101000000'],
          [6, 'image.gif'],
        ] as const)
          assert.equal((await fetch(world.url + path.with(at, wrong).join('/'))).status, 404, wrong);
      }
      await reset();
    });

    it('what neither may be', async () => {
      await refused(set({ CSS: 'body { color: red }' }), invalid);
      await refused(set({ CSS: `${CSS}@import url(https://example.com)` }), invalid);
      await refused(set({ CSS: `${CSS}${' '.repeat(131_072)}` }), invalid);
      for (const ImageFile of [svg, ico, new Uint8Array(Buffer.from('GIF89a')), new Uint8Array(131_073)])
        await refused(set({ ImageFile }), invalid);
      assert.deepEqual(await get(), {});
      const largest = new Uint8Array(131_072);
      largest.set(png);
      await set({ ImageFile: largest, CSS: `${CSS}${' '.repeat(131_072 - CSS.length)}` });
      await reset();
    });

    it('unknown clients and clients of another pool', async () => {
      const stranger = await world.createClient(await world.createPool());
      for (const ClientId of ['unknown', stranger]) {
        const message = `User pool client ${ClientId} does not exist.`;
        await refused(set({ ClientId, CSS }), 'ResourceNotFoundException', message);
        await refused(get(ClientId), 'ResourceNotFoundException', message);
      }
    });

    it('needs a domain', async () => {
      const UserPoolId = await world.createPool();
      await refused(world.aws.setUICustomization({ UserPoolId, CSS }), invalid, noDomain);
      await refused(world.aws.getUICustomization({ UserPoolId }), invalid, noDomain);
    });

    it('goes with its client', async () => {
      const ClientId = await world.createClient(pool);
      await set({ ClientId, CSS, ImageFile: png });
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId });
      const { db } = world.app.foundation.storage;
      const left = await db.selectFrom('ui_customizations').select('scope').where('scope', '=', ClientId).execute();
      assert.deepEqual(left, []);
    });
  });
}
