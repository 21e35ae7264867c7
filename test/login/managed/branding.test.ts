/** Managed login styles through the AWS SDK: one a client, settings and images that add up, their limits. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  AssetType,
  CreateManagedLoginBrandingCommandInput,
  ManagedLoginBrandingType,
} from '@aws-sdk/client-cognito-identity-provider';
import { defaultSettings } from '../../../src/login/managed/default-settings.ts';
import { sweep } from '../../../src/storage/sweeper.ts';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../../user-pools/users/refused.ts';
import { ico, jpeg, png, svg, webp } from './images.ts';

const invalid = 'InvalidParameterException';
const notFound = 'ResourceNotFoundException';
const nobodys = '00000000-0000-4000-8000-000000000000';
const Settings = { components: { form: { borderRadius: 2, lightMode: { backgroundColor: '11223344' } } } };

type Branding = ManagedLoginBrandingType & { ManagedLoginBrandingId: string };

const asset = (Category: AssetType['Category'], more: Partial<AssetType> = {}): AssetType => ({
  Category,
  ColorMode: 'LIGHT',
  Extension: 'PNG',
  Bytes: png,
  ...more,
});
const sorted = (assets: AssetType[] | undefined) =>
  assets?.map(({ Category, ColorMode, Bytes }) => [Category, ColorMode, Bytes?.length]).toSorted();

for (const engine of engines) {
  describe(`managed login styles (${engine})`, () => {
    let world: World;
    let pool: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
    });
    after(() => world.stop());

    const create = async (input: Partial<CreateManagedLoginBrandingCommandInput> = {}) => {
      const ClientId = input.ClientId ?? (await world.createClient(pool));
      const made = await world.aws.createManagedLoginBranding({ UserPoolId: pool, ...input, ClientId });
      return { ClientId, ...made.ManagedLoginBranding } as Branding & { ClientId: string };
    };
    const read = async ({ ManagedLoginBrandingId }: Branding, ReturnMergedResources?: boolean) => {
      const input = { UserPoolId: pool, ManagedLoginBrandingId, ReturnMergedResources };
      return (await world.aws.describeManagedLoginBranding(input)).ManagedLoginBranding;
    };
    const update = async ({ ManagedLoginBrandingId }: Branding, input: object) => {
      const request = { UserPoolId: pool, ManagedLoginBrandingId, ...input };
      return (await world.aws.updateManagedLoginBranding(request)).ManagedLoginBranding;
    };

    it('Cognito’s own values: no settings, no assets, until the defaults are asked for', async () => {
      const { ClientId, ...made } = await create({ UseCognitoProvidedValues: true });
      const { CreationDate, LastModifiedDate, ...rest } = made;
      const { ManagedLoginBrandingId } = made;
      assert.deepEqual(rest, {
        ManagedLoginBrandingId,
        UserPoolId: pool,
        UseCognitoProvidedValues: true,
        Assets: [],
      });
      assert.match(ManagedLoginBrandingId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual(CreationDate, LastModifiedDate);
      const byClient = { UserPoolId: pool, ClientId };
      assert.deepEqual(await read(made), made);
      const { ManagedLoginBranding } = await world.aws.describeManagedLoginBrandingByClient(byClient);
      assert.deepEqual(ManagedLoginBranding, made);
      const merged = await world.aws.describeManagedLoginBrandingByClient({ ...byClient, ReturnMergedResources: true });
      assert.deepEqual(merged.ManagedLoginBranding, { ...made, Settings: defaultSettings });
    });

    it('settings and images come back as they were given; merged, the settings lie upon the defaults', async () => {
      const Assets = [
        asset('PAGE_BACKGROUND', { ColorMode: 'DARK', Extension: 'JPEG', Bytes: jpeg }),
        asset('FAVICON_ICO', { ColorMode: 'DYNAMIC', Extension: 'ICO', Bytes: ico }),
        asset('FAVICON_SVG', { Extension: 'SVG', Bytes: svg }),
        asset('FORM_LOGO', { Extension: 'WEBP', Bytes: webp, ResourceId: 'my logo' }),
        asset('IDP_BUTTON_ICON', { Extension: 'SVG', Bytes: svg, ResourceId: 'one' }),
        asset('IDP_BUTTON_ICON', { Extension: 'ICO', Bytes: ico, ResourceId: 'two' }),
      ];
      const made = await create({ Settings, Assets });
      assert.equal(made.UseCognitoProvidedValues, false);
      assert.deepEqual(made.Settings, Settings);
      const order = ({ Category, ResourceId = '' }: AssetType) => `${Category}${ResourceId}`;
      const stored = (await read(made))?.Assets ?? [];
      const byName = (one: AssetType, other: AssetType) => (order(one) < order(other) ? -1 : 1);
      const plain = stored.map(({ Bytes, ...rest }) => ({ ...rest, Bytes: new Uint8Array(Bytes ?? []) }));
      assert.deepEqual(plain.toSorted(byName), Assets.toSorted(byName));
      const merged = (await read(made, true))?.Settings as typeof defaultSettings & typeof Settings;
      const { form } = merged.components;
      assert.deepEqual([form.borderRadius, form.lightMode.backgroundColor], [2, '11223344']);
      const expected = structuredClone(defaultSettings) as typeof merged;
      Object.assign(expected.components.form, { borderRadius: 2 });
      Object.assign(expected.components.form.lightMode, { backgroundColor: '11223344' });
      assert.deepEqual(merged, expected);
    });

    it('one style a client, even at the same moment; the next after a deletion', async () => {
      const ClientId = await world.createClient(pool);
      const results = await Promise.allSettled([1, 2, 3].map(() => create({ ClientId })));
      const made = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
      assert.equal(made.length, 1);
      for (const result of results)
        if (result.status === 'rejected') assert.equal(result.reason.name, 'ManagedLoginBrandingExistsException');
      const ManagedLoginBrandingId = made[0]?.ManagedLoginBrandingId;
      const gone = { UserPoolId: pool, ManagedLoginBrandingId };
      await world.aws.deleteManagedLoginBranding(gone);
      await refused(world.aws.deleteManagedLoginBranding(gone), notFound);
      await refused(world.aws.describeManagedLoginBranding(gone), notFound);
      await refused(world.aws.updateManagedLoginBranding(gone), notFound);
      await refused(world.aws.describeManagedLoginBrandingByClient({ UserPoolId: pool, ClientId }), notFound);
      await create({ ClientId });
    });

    it('updates add up, also those at the same moment', async () => {
      const made = await create({ UseCognitoProvidedValues: true });
      world.clock.advance(1000);
      const first = await update(made, { Settings, Assets: [asset('FORM_LOGO')] });
      assert.equal(first?.UseCognitoProvidedValues, false);
      assert.deepEqual(first?.CreationDate, made.CreationDate);
      assert.ok(Number(first?.LastModifiedDate) > Number(made.LastModifiedDate));
      await Promise.all([
        update(made, { Settings: { components: { form: { borderRadius: 5 } } } }),
        update(made, { Settings: { categories: { global: { colorSchemeMode: 'DARK' } } } }),
        update(made, { Assets: [asset('FORM_LOGO', { ColorMode: 'DARK', Bytes: jpeg, Extension: 'JPEG' })] }),
        update(made, { Assets: [asset('PAGE_HEADER_LOGO')] }),
      ]);
      const now = await read(made);
      assert.deepEqual(now?.Settings, {
        components: { form: { borderRadius: 5, lightMode: { backgroundColor: '11223344' } } },
        categories: { global: { colorSchemeMode: 'DARK' } },
      });
      assert.deepEqual(sorted(now?.Assets), [
        ['FORM_LOGO', 'DARK', jpeg.length],
        ['FORM_LOGO', 'LIGHT', png.length],
        ['PAGE_HEADER_LOGO', 'LIGHT', png.length],
      ]);
      const replaced = await update(made, { Assets: [asset('FORM_LOGO', { Bytes: svg, Extension: 'SVG' })] });
      assert.deepEqual(sorted(replaced?.Assets)?.[1], ['FORM_LOGO', 'LIGHT', svg.length]);
      const kept = await update(made, {
        Assets: [asset('FORM_LOGO', { Bytes: undefined, Extension: 'SVG', ResourceId: 'named' })],
      });
      assert.deepEqual(sorted(kept?.Assets)?.[1], ['FORM_LOGO', 'LIGHT', svg.length]);
    });

    it('an update goes back to Cognito’s values', async () => {
      const made = await create({ Settings, Assets: [asset('FORM_LOGO')] });
      const { LastModifiedDate, ...back } = (await update(made, { UseCognitoProvidedValues: true })) ?? {};
      assert.deepEqual(back, {
        ManagedLoginBrandingId: made.ManagedLoginBrandingId,
        UserPoolId: pool,
        UseCognitoProvidedValues: true,
        Assets: [],
        CreationDate: made.CreationDate,
      });
      const again = await update(made, { UseCognitoProvidedValues: true, Assets: [asset('EMAIL_GRAPHIC')] });
      assert.deepEqual([again?.UseCognitoProvidedValues, again?.Assets?.length], [true, 1]);
      await update(made, { Assets: [asset('SMS_GRAPHIC')] });
      const now = await read(made);
      assert.deepEqual([now?.UseCognitoProvidedValues, now?.Assets?.length], [true, 2]);
    });

    it('what a style must not be', async () => {
      const made = await create({});
      const scripted = new Uint8Array(Buffer.from('<svg><script>alert(1)</script></svg>'));
      const inputs: Partial<CreateManagedLoginBrandingCommandInput>[] = [
        { UseCognitoProvidedValues: true, Settings },
        { Settings: 'dark' },
        { Settings: { unknown: {} } },
        { Settings: { components: { form: { borderRadius: 'round' } } } },
        { Assets: [asset('FORM_LOGO', { Category: 'LOGO' as never })] },
        { Assets: [asset('FORM_LOGO', { ColorMode: 'BRIGHT' as never })] },
        { Assets: [asset('FORM_LOGO', { Extension: 'GIF' as never })] },
        { Assets: [asset('FAVICON_ICO')] },
        { Assets: [asset('FORM_LOGO', { Extension: 'JPEG' })] },
        { Assets: [asset('FORM_LOGO', { Bytes: new Uint8Array(Buffer.from('iVBORw0KGgo=')) })] },
        { Assets: [asset('FORM_LOGO', { Bytes: undefined })] },
        { Assets: [asset('FORM_LOGO', { Extension: 'SVG', Bytes: scripted })] },
        { Assets: [asset('FORM_LOGO', { ResourceId: 'a/b' })] },
        { Assets: [asset('FORM_LOGO'), asset('FORM_LOGO', { ResourceId: 'again' })] },
        { Assets: Array.from({ length: 41 }, () => asset('FORM_LOGO')) },
      ];
      for (const input of inputs) {
        await refused(create(input), invalid);
        await refused(update(made, input), invalid);
      }
      assert.deepEqual(await read(made), (({ ClientId: _, ...rest }) => rest)(made));
      const stranger = await world.createClient(await world.createPool());
      for (const ClientId of ['unknown', stranger]) {
        const message = `User pool client ${ClientId} does not exist.`;
        await refused(create({ ClientId }), notFound, message);
        await refused(
          world.aws.describeManagedLoginBrandingByClient({ UserPoolId: pool, ClientId }),
          notFound,
          message,
        );
      }
    });

    it('an update that does not say of what', async () => {
      const { ManagedLoginBrandingId } = await create({});
      await refused(world.aws.updateManagedLoginBranding({ ManagedLoginBrandingId }), invalid);
      await refused(world.aws.updateManagedLoginBranding({ UserPoolId: pool }), invalid);
      const UserPoolId = 'us-east-1_000000000';
      await refused(world.aws.updateManagedLoginBranding({ UserPoolId, ManagedLoginBrandingId }), notFound);
      await refused(
        world.aws.deleteManagedLoginBranding({ UserPoolId: pool, ManagedLoginBrandingId: nobodys }),
        notFound,
      );
    });

    it('a style has at most 40 assets in all, however many requests bring them', async () => {
      const icons = (from: number, to: number) =>
        Array.from({ length: to - from }, (_, i) =>
          asset('IDP_BUTTON_ICON', { Extension: 'ICO', Bytes: ico, ResourceId: `provider ${from + i}` }),
        );
      const made = await create({ Assets: icons(0, 39) });
      await update(made, { Assets: icons(30, 40) });
      await refused(update(made, { Assets: icons(40, 41) }), invalid);
      assert.equal((await read(made))?.Assets?.length, 40);
    });

    it('an image may have a million bytes, a request two megabytes', async () => {
      const largest = new Uint8Array(1_000_000);
      largest.set(png);
      const made = await create({ Assets: [asset('PAGE_BACKGROUND', { Bytes: largest })] });
      await update(made, { Assets: [asset('PAGE_BACKGROUND', { ColorMode: 'DARK', Bytes: largest })] });
      assert.deepEqual(sorted((await read(made))?.Assets), [
        ['PAGE_BACKGROUND', 'DARK', 1_000_000],
        ['PAGE_BACKGROUND', 'LIGHT', 1_000_000],
      ]);
      const tooLarge = new Uint8Array(1_000_001);
      tooLarge.set(png);
      await refused(update(made, { Assets: [asset('FORM_LOGO', { Bytes: tooLarge })] }), invalid);
      const both = [asset('FORM_LOGO', { Bytes: largest }), asset('FORM_BACKGROUND', { Bytes: largest })];
      await refused(update(made, { Assets: both }), 'RequestEntityTooLargeException');
    });

    it('goes with its client, and with the pool', async () => {
      const { db } = world.app.foundation.storage;
      const rows = async (ids: string[]) =>
        (await db.selectFrom('managed_login_assets').select('branding_id').where('branding_id', 'in', ids).execute())
          .length;
      const UserPoolId = await world.createPool();
      const clients = await Promise.all([1, 2].map(() => world.createClient(UserPoolId)));
      const brandings: string[] = [];
      for (const ClientId of clients) {
        const Assets = [asset('FORM_LOGO')];
        const { ManagedLoginBranding } = await world.aws.createManagedLoginBranding({ UserPoolId, ClientId, Assets });
        brandings.push(ManagedLoginBranding?.ManagedLoginBrandingId ?? '');
      }
      assert.equal(await rows(brandings), 2);
      await world.aws.deleteUserPoolClient({ UserPoolId, ClientId: clients[0] });
      assert.equal(await rows(brandings), 1);
      await world.aws.deleteUserPool({ UserPoolId });
      // Half a minute after the deletion.
      await sweep(db, world.clock.now() + 30_000);
      assert.equal(await rows(brandings), 0);
    });
  });
}
