/** What the images of a managed login style must be. Pure. */
import type { AssetCategoryType, AssetExtensionType, AssetType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import { type Asset, assetKey } from '../../storage/brandings.ts';
import { imageType } from './image-type.ts';
import { svgProblem } from './svg.ts';

const pictures: readonly AssetExtensionType[] = ['PNG', 'SVG', 'JPEG'];

/** "Image assets" in the developer guide; WEBP, which its table leaves out, is as good as the other pictures. */
const extensions: Record<AssetCategoryType, readonly AssetExtensionType[]> = {
  FAVICON_ICO: ['ICO'],
  FAVICON_SVG: ['SVG'],
  EMAIL_GRAPHIC: [...pictures, 'WEBP'],
  SMS_GRAPHIC: [...pictures, 'WEBP'],
  AUTH_APP_GRAPHIC: [...pictures, 'WEBP'],
  PASSWORD_GRAPHIC: [...pictures, 'WEBP'],
  PASSKEY_GRAPHIC: [...pictures, 'WEBP'],
  PAGE_HEADER_LOGO: [...pictures, 'WEBP'],
  PAGE_HEADER_BACKGROUND: [...pictures, 'WEBP'],
  PAGE_FOOTER_LOGO: [...pictures, 'WEBP'],
  PAGE_FOOTER_BACKGROUND: [...pictures, 'WEBP'],
  PAGE_BACKGROUND: [...pictures, 'WEBP'],
  FORM_BACKGROUND: [...pictures, 'WEBP'],
  FORM_LOGO: [...pictures, 'WEBP'],
  IDP_BUTTON_ICON: ['ICO', 'SVG'],
};

const mostAssets = 40;

const checkAsset = ({ Category, Extension, Bytes }: AssetType) => {
  const refuse = (why: string) => invalidParameter(`Invalid asset ${Category}: ${why}.`);
  const allowed = extensions[Category as AssetCategoryType];
  if (!allowed.includes(Extension as AssetExtensionType))
    throw refuse(`the extension must be one of ${allowed.join(', ')}`);
  if (Bytes === undefined || imageType(Bytes) !== Extension) throw refuse(`its bytes are no ${Extension} image`);
  const problem = Extension === 'SVG' ? svgProblem(Bytes) : undefined;
  if (problem !== undefined) throw refuse(problem);
};

const keyOf = (asset: AssetType) => Object.values(assetKey(asset)).join('/');

/**
 * @param given those of the request; one without bytes keeps the image that its category and color mode have
 * @param current those of the style
 * @returns those of the request that are to be stored
 * @throws InvalidParameterException for an image that is not what it says, for twins, and for more than 40 in all
 */
export const checkAssets = (given: readonly AssetType[], current: readonly Asset[] = []): Asset[] => {
  const stored = new Map(current.map(asset => [keyOf(asset), asset]));
  const complete = given.map(asset => ({ ...asset, Bytes: asset.Bytes ?? stored.get(keyOf(asset))?.Bytes }));
  complete.forEach(checkAsset);
  if (new Set(given.map(keyOf)).size < given.length)
    throw invalidParameter('There must be one asset of a category and color mode.');
  if (new Set([...stored.keys(), ...given.map(keyOf)]).size > mostAssets)
    throw invalidParameter(`A style can have at most ${mostAssets} assets.`);
  return complete as Asset[];
};
