/** Serves the logos of the classic login pages. */
import type { FastifyInstance } from 'fastify';
import type { Directory } from '../../storage/directory.ts';
import type { Db } from '../../storage/schema.ts';
import { findUICustomization, type UICustomization } from '../../storage/ui-customizations.ts';
import { timestampVersion } from './timestamp-version.ts';

const mediaTypes = { png: 'image/png', jpeg: 'image/jpeg' };
/** A client id, or ALL: what cannot be one does not reach the database. */
const scopeShape = /^[\w+]{1,128}$/;

type ImageRoute = { Params: { poolId: string; scope: string; version: string; file: string } };

type Named = Pick<UICustomization, 'poolId' | 'scope' | 'modifiedAt'> & {
  image: Pick<NonNullable<UICustomization['image']>, 'type'> | undefined;
};

const fileOf = ({ image, modifiedAt }: Named): string =>
  `${timestampVersion(modifiedAt)}/assets/images/image.${image?.type}`;

/** The path of a logo: it names the version, so that a new logo has a new address. */
export const imagePath = (customization: Named): string =>
  `/${customization.poolId}/${encodeURIComponent(customization.scope)}/${fileOf(customization)}`;

/** `GET /{poolId}/{clientId or ALL}/{version}/assets/images/image.{type}`: anybody may see what a login page shows. */
export const addImages = (server: FastifyInstance, { db, directory }: { db: Db; directory: Directory }): void => {
  server.get<ImageRoute>('/:poolId/:scope/:version/assets/images/:file', async ({ params }, reply) => {
    const { poolId, scope, version, file } = params;
    const known = scopeShape.test(scope) && (await directory.pool(poolId)) !== undefined;
    const found = known ? await findUICustomization(db, poolId, scope) : undefined;
    if (found?.image === undefined || fileOf(found) !== `${version}/assets/images/${file}`)
      return reply.code(404).send({ message: 'There is no such image.' });
    const { bytes, type } = found.image;
    return reply
      .headers({
        'content-type': mediaTypes[type],
        'content-security-policy': "default-src 'none'",
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=300',
      })
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
};
