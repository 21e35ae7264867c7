/** Managed login styles and their images: the record and its repository. */
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider';
import type { Selectable, Transaction } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Asset = Required<Pick<AssetType, 'Category' | 'ColorMode' | 'Extension' | 'Bytes'>> &
  Pick<AssetType, 'ResourceId'>;

/** A JSON object, as the branding editor writes it. */
export type Settings = { readonly [key: string]: unknown };

export type Branding = {
  poolId: string;
  id: string;
  clientId: string;
  useCognitoProvidedValues: boolean;
  settings: Settings | undefined;
  createdAt: number;
  modifiedAt: number;
};

/** What makes an image another one of the same style: a second image of the same key replaces the first. */
export const assetKey = ({ Category, ColorMode, ResourceId }: AssetType) => ({
  category: Category as string,
  color_mode: ColorMode as string,
  icon_of: Category === 'IDP_BUTTON_ICON' ? (ResourceId ?? '') : '',
});

const toBranding = (row: Selectable<Schema['managed_login_brandings']>): Branding => ({
  poolId: row.pool_id,
  id: row.branding_id,
  clientId: row.client_id,
  useCognitoProvidedValues: row.use_cognito_provided_values === 1,
  settings: row.settings === null ? undefined : JSON.parse(row.settings),
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

const toAsset = (row: Selectable<Schema['managed_login_assets']>): Asset => ({
  Category: row.category as Asset['Category'],
  ColorMode: row.color_mode as Asset['ColorMode'],
  Extension: row.extension as Asset['Extension'],
  Bytes: row.bytes,
  ResourceId: row.resource_id ?? undefined,
});

const contentOf = ({ useCognitoProvidedValues, settings, modifiedAt }: Branding) => ({
  use_cognito_provided_values: useCognitoProvidedValues ? (1 as const) : (0 as const),
  settings: settings === undefined ? null : JSON.stringify(settings),
  modified_at: modifiedAt,
});

/** @returns false when the client has a style already */
export const insertBranding = async (db: Db, branding: Branding): Promise<boolean> => {
  const result = await db
    .insertInto('managed_login_brandings')
    .values({
      pool_id: branding.poolId,
      branding_id: branding.id,
      client_id: branding.clientId,
      version: 1,
      created_at: branding.createdAt,
      ...contentOf(branding),
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'client_id']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
};

/** The newest record, and the right to change it and its images until the transaction ends: see `holdPool`. */
export const holdBranding = async (
  tx: Transaction<Schema>,
  poolId: string,
  id: string,
): Promise<Branding | undefined> => {
  const row = await tx
    .updateTable('managed_login_brandings')
    .set(({ eb, ref }) => ({ version: eb(ref('version'), '+', 1) }))
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && toBranding(row);
};

/** Saves what may change of a style that this transaction holds. */
export const saveBranding = async (tx: Transaction<Schema>, branding: Branding): Promise<void> => {
  await tx
    .updateTable('managed_login_brandings')
    .set(contentOf(branding))
    .where('pool_id', '=', branding.poolId)
    .where('branding_id', '=', branding.id)
    .execute();
};

/** @param by what `value` is: the style's own id, or that of its client */
export const findBranding = async (
  db: Db,
  poolId: string,
  by: 'branding_id' | 'client_id',
  value: string,
): Promise<Branding | undefined> => {
  const row = await db
    .selectFrom('managed_login_brandings')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where(by, '=', value)
    .executeTakeFirst();
  return row && toBranding(row);
};

/** Its images go with it. @returns false when there was no such style */
export const deleteBranding = async (db: Db, poolId: string, id: string): Promise<boolean> => {
  const result = await db
    .deleteFrom('managed_login_brandings')
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
};

export const putAsset = async (tx: Transaction<Schema>, { poolId, id }: Branding, asset: Asset): Promise<void> => {
  const content = {
    extension: asset.Extension as string,
    resource_id: asset.ResourceId ?? null,
    bytes: asset.Bytes as Uint8Array,
  };
  await tx
    .insertInto('managed_login_assets')
    .values({ pool_id: poolId, branding_id: id, ...assetKey(asset), ...content })
    .onConflict(conflict =>
      conflict.columns(['pool_id', 'branding_id', 'category', 'color_mode', 'icon_of']).doUpdateSet(content),
    )
    .execute();
};

export const deleteAssets = async (tx: Transaction<Schema>, { poolId, id }: Branding): Promise<void> => {
  await tx.deleteFrom('managed_login_assets').where('pool_id', '=', poolId).where('branding_id', '=', id).execute();
};

/** The images of a style, by category and color mode. */
export const listAssets = async (db: Db, { poolId, id }: Branding): Promise<Asset[]> => {
  const rows = await db
    .selectFrom('managed_login_assets')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', id)
    .orderBy('category')
    .orderBy('color_mode')
    .orderBy('icon_of')
    .execute();
  return rows.map(toAsset);
};

/** An image as a page names it: everything but its bytes. */
export type AssetName = Omit<Asset, 'Bytes'>;

/** The style of an app client as its pages need it. */
export type ClientBranding = Pick<Branding, 'poolId' | 'id' | 'settings'> & {
  /** Another one after every change of the style or its images. */
  version: number;
  assets: readonly AssetName[];
};

export const findClientBranding = async (
  db: Db,
  poolId: string,
  clientId: string,
): Promise<ClientBranding | undefined> => {
  const row = await db
    .selectFrom('managed_login_brandings')
    .select(['branding_id', 'settings', 'version'])
    .where('pool_id', '=', poolId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { branding_id: id, settings, version } = row;
  const assets = await db
    .selectFrom('managed_login_assets')
    .select(['category', 'color_mode', 'extension', 'resource_id'])
    .where('pool_id', '=', poolId)
    .where('branding_id', '=', id)
    .execute();
  return {
    poolId,
    id,
    version,
    settings: settings === null ? undefined : JSON.parse(settings),
    assets: assets.map(asset => ({
      Category: asset.category as Asset['Category'],
      ColorMode: asset.color_mode as Asset['ColorMode'],
      Extension: asset.extension as Asset['Extension'],
      ResourceId: asset.resource_id ?? undefined,
    })),
  };
};

/** One image, and the version of its style, read together. */
export const findAsset = async (
  db: Db,
  { poolId, id }: Pick<Branding, 'poolId' | 'id'>,
  asset: AssetType,
): Promise<{ extension: string; bytes: Uint8Array; version: number } | undefined> => {
  const key = assetKey(asset);
  return db
    .selectFrom('managed_login_assets as asset')
    .innerJoin('managed_login_brandings as style', join =>
      join.onRef('style.pool_id', '=', 'asset.pool_id').onRef('style.branding_id', '=', 'asset.branding_id'),
    )
    .select(['asset.extension', 'asset.bytes', 'style.version'])
    .where('asset.pool_id', '=', poolId)
    .where('asset.branding_id', '=', id)
    .where('asset.category', '=', key.category)
    .where('asset.color_mode', '=', key.color_mode)
    .where('asset.icon_of', '=', key.icon_of)
    .executeTakeFirst();
};
