/** Serves the images of managed login styles, on every host of the server. */
import type { FastifyInstance } from 'fastify';
import { type AssetName, type Branding, findAsset } from '../../storage/brandings.ts';
import type { Directory } from '../../storage/directory.ts';
import type { Db } from '../../storage/schema.ts';

export const mediaTypes: Record<string, string> = {
  PNG: 'image/png',
  JPEG: 'image/jpeg',
  WEBP: 'image/webp',
  SVG: 'image/svg+xml',
  ICO: 'image/x-icon',
};

type Style = Pick<Branding, 'poolId' | 'id'> & { version: number };

/** A file's name says which image of the style it is: `form_logo-dark.png`, `idp_button_icon-light-Google.svg`. */
const fileOf = ({ Category, ColorMode, Extension, ResourceId }: AssetName): string => {
  const category = `${Category}-${ColorMode}`.toLowerCase();
  const iconOf = Category === 'IDP_BUTTON_ICON' ? `-${ResourceId ?? ''}` : '';
  return `${category}${iconOf}.${`${Extension}`.toLowerCase()}`;
};

/** The path of an image. It names the version of the style, so that a changed image has another address. */
export const assetPath = ({ poolId, id, version }: Style, asset: AssetName): string =>
  `/branding/${poolId}/${id}/${version}/${encodeURIComponent(fileOf(asset))}`;

const fileShape = /^([a-z_]{1,40})-(light|dark|dynamic)(?:-([\w -]{0,40}))?\.[a-z]{3,4}$/;
const idShape = /^[0-9a-f-]{36}$/;

type AssetRoute = { Params: { poolId: string; id: string; version: string; file: string } };

/** What an image may do when somebody opens it by itself: nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** A year for the version that was asked for; another one is what the page has not heard of yet. */
const cacheControl = (isCurrent: boolean): string =>
  isCurrent ? 'public, max-age=31536000, immutable' : 'public, max-age=5';

/** `GET /branding/{poolId}/{styleId}/{version}/{file}`: anybody may see what a login page shows. */
export const addAssetFiles = (server: FastifyInstance, { db, directory }: { db: Db; directory: Directory }): void => {
  server.get<AssetRoute>('/branding/:poolId/:id/:version/:file', async ({ params }, reply) => {
    const { poolId, id, version, file } = params;
    const [, category = '', mode = '', iconOf] = fileShape.exec(file) ?? [];
    const known = category !== '' && idShape.test(id) && (await directory.pool(poolId)) !== undefined;
    const name = { Category: category.toUpperCase(), ColorMode: mode.toUpperCase(), ResourceId: iconOf } as AssetName;
    const found = known ? await findAsset(db, { poolId, id }, name) : undefined;
    if (found === undefined || fileOf({ ...name, Extension: found.extension as AssetName['Extension'] }) !== file)
      return reply.code(404).send({ message: 'There is no such image.' });
    const { bytes, extension } = found;
    return reply
      .headers({
        'content-type': mediaTypes[extension] ?? 'application/octet-stream',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': '*',
        'cache-control': cacheControl(version === `${found.version}`),
      })
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
};
