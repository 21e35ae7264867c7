/** The operations on the look of the classic login pages: a style sheet and a logo, for one client or for all. */
import type { UICustomizationType } from '@aws-sdk/client-cognito-identity-provider';
import { clientNotFound, domainRequired, invalidParameter } from '../../contract/errors.ts';
import { holdClient } from '../../storage/clients.ts';
import { findDomainsOf } from '../../storage/domains.ts';
import type { Db } from '../../storage/schema.ts';
import {
  deleteUICustomization,
  everyClient,
  findUICustomization,
  type ImageType,
  putUICustomization,
  type UICustomization,
} from '../../storage/ui-customizations.ts';
import type { PoolCall } from '../../user-pools/call/call.ts';
import { inPool } from '../../user-pools/doors/in-pool.ts';
import { checkCss } from './css.ts';
import { imageType } from './image-type.ts';
import { imagePath } from './images.ts';
import { timestampVersion } from './timestamp-version.ts';

const describeCustomization = (call: PoolCall, customization: UICustomization): UICustomizationType => ({
  UserPoolId: customization.poolId,
  ClientId: customization.scope,
  ImageUrl: customization.image && `${call.publicUrl()}${imagePath(customization)}`,
  CSS: customization.css,
  CSSVersion: timestampVersion(customization.modifiedAt),
  CreationDate: new Date(customization.createdAt),
  LastModifiedDate: new Date(customization.modifiedAt),
});

const requireDomain = async (db: Db, poolId: string) => {
  if ((await findDomainsOf(db, poolId)).length === 0) throw domainRequired();
};

const logoTypes: Partial<Record<string, ImageType>> = { PNG: 'png', JPEG: 'jpeg' };

const logoOf = (bytes: Uint8Array | undefined): UICustomization['image'] => {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const type = logoTypes[imageType(bytes) ?? ''];
  if (type === undefined) throw invalidParameter('The image file must be a PNG or JPEG image.');
  return { bytes, type };
};

/** Style sheet and logo are set together: what the request leaves out is gone. Without both, the customization itself is. */
export const setUICustomization = inPool<'SetUICustomization'>(async (call, input) => {
  const { db, sealer, pool, clock } = call;
  const { ClientId: scope = everyClient, CSS: css = '' } = input;
  const now = clock.now();
  checkCss(css);
  const image = logoOf(input.ImageFile);
  const set = await db.transaction().execute(async tx => {
    if (scope !== everyClient && (await holdClient(tx, sealer, pool.id, scope)) === undefined)
      throw clientNotFound(scope);
    await requireDomain(tx, pool.id);
    if (css === '' && image === undefined) return deleteUICustomization(tx, pool.id, scope);
    const content = { css: css || undefined, image, createdAt: now, modifiedAt: now };
    return putUICustomization(tx, { poolId: pool.id, scope, ...content });
  });
  call.directory.forgetCustomization(pool.id, scope);
  return { UICustomization: set ? describeCustomization(call, set) : { UserPoolId: pool.id, ClientId: scope } };
});

/** A client without a customization of its own has that of all clients; where there is neither, the answer is empty. */
export const getUICustomization = inPool<'GetUICustomization'>(async (call, { ClientId: scope = everyClient }) => {
  const { db, pool, directory } = call;
  if (scope !== everyClient && (await directory.client(scope))?.poolId !== pool.id) throw clientNotFound(scope);
  await requireDomain(db, pool.id);
  const customization =
    (await findUICustomization(db, pool.id, scope)) ?? (await findUICustomization(db, pool.id, everyClient));
  return { UICustomization: customization === undefined ? {} : describeCustomization(call, customization) };
});
