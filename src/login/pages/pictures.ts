/** The pictures of a managed login style: which image of a category a visitor sees. Pure. */
import type { AssetCategoryType } from '@aws-sdk/client-cognito-identity-provider';
import { attributes, type Html, html } from '../../lib/html.ts';
import type { AssetName, ClientBranding } from '../../storage/brandings.ts';
import { assetPath, mediaTypes } from '../managed/asset-files.ts';
import type { ColorScheme } from './theme.ts';

/** The paths of a picture on light and on dark ground; the same path where there is but one. */
export type Picture = { light: string; dark: string; type: string };

export type Pictures = (category: AssetCategoryType, iconOf?: string) => Picture | undefined;

export const noPictures: Pictures = () => undefined;

/** Whose image is taken where there is none for the mode itself: better a picture made for the other than none. */
const preference = { LIGHT: ['LIGHT', 'DYNAMIC', 'DARK'], DARK: ['DARK', 'DYNAMIC', 'LIGHT'] };

export const picturesOf =
  (branding: ClientBranding, colorScheme: ColorScheme): Pictures =>
  (category, iconOf = '') => {
    const there = branding.assets.filter(
      asset => asset.Category === category && (category !== 'IDP_BUTTON_ICON' || (asset.ResourceId ?? '') === iconOf),
    );
    const inMode = (mode: 'LIGHT' | 'DARK'): AssetName | undefined =>
      preference[mode].map(wanted => there.find(({ ColorMode }) => ColorMode === wanted)).find(each => each);
    const day = inMode(colorScheme === 'DARK' ? 'DARK' : 'LIGHT');
    const night = inMode(colorScheme === 'LIGHT' ? 'LIGHT' : 'DARK');
    if (day === undefined || night === undefined) return undefined;
    const type = mediaTypes[`${day.Extension}`] ?? '';
    return { light: assetPath(branding, day), dark: assetPath(branding, night), type };
  };

/** @param classes of the image; it says nothing that the page does not say in words */
export const pictureTag = ({ light, dark }: Picture, classes: string): Html => {
  const image = html`<img${attributes({ class: classes, src: light, alt: '' })}>`;
  if (light === dark) return image;
  return html`<picture><source${attributes({ media: '(prefers-color-scheme: dark)', srcset: dark })}>${image}</picture>`;
};
