/** Customization of the classic login pages: the record and its repository. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type ImageType = 'png' | 'jpeg';

/** The scope of what applies to every client that has no customization of its own. */
export const everyClient = 'ALL';

export type UICustomization = {
  poolId: string;
  /** A client id, or ALL. */
  scope: string;
  css: string | undefined;
  image: { bytes: Uint8Array; type: ImageType } | undefined;
  createdAt: number;
  modifiedAt: number;
};

const toCustomization = (row: Selectable<Schema['ui_customizations']>): UICustomization => ({
  poolId: row.pool_id,
  scope: row.scope,
  css: row.css ?? undefined,
  image: row.image === null ? undefined : { bytes: row.image, type: row.image_type as ImageType },
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** Replaces what was set for this scope before. @returns the record, which keeps the date of its creation */
export const putUICustomization = async (db: Db, customization: UICustomization): Promise<UICustomization> => {
  const { poolId, scope, css, image, createdAt, modifiedAt } = customization;
  const content = {
    css: css ?? null,
    image: image?.bytes ?? null,
    image_type: image?.type ?? null,
    modified_at: modifiedAt,
  };
  const row = await db
    .insertInto('ui_customizations')
    .values({
      pool_id: poolId,
      scope,
      client_id: scope === everyClient ? null : scope,
      created_at: createdAt,
      ...content,
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'scope']).doUpdateSet(content))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toCustomization(row);
};

export const deleteUICustomization = async (db: Db, poolId: string, scope: string): Promise<void> => {
  await db.deleteFrom('ui_customizations').where('pool_id', '=', poolId).where('scope', '=', scope).execute();
};

export const findUICustomization = async (
  db: Db,
  poolId: string,
  scope: string,
): Promise<UICustomization | undefined> => {
  const row = await db
    .selectFrom('ui_customizations')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('scope', '=', scope)
    .executeTakeFirst();
  return row && toCustomization(row);
};

/** A customization as the pages need it: the logo without its bytes. */
export type PageCustomization = Pick<UICustomization, 'poolId' | 'scope' | 'css' | 'modifiedAt'> & {
  imageType: ImageType | undefined;
};

export const findPageCustomization = async (
  db: Db,
  poolId: string,
  scope: string,
): Promise<PageCustomization | undefined> => {
  const row = await db
    .selectFrom('ui_customizations')
    .select(['css', 'image_type', 'modified_at'])
    .where('pool_id', '=', poolId)
    .where('scope', '=', scope)
    .executeTakeFirst();
  return (
    row && {
      poolId,
      scope,
      css: row.css ?? undefined,
      modifiedAt: row.modified_at,
      imageType: (row.image_type ?? undefined) as ImageType | undefined,
    }
  );
};
