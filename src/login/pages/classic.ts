/** The customization of the classic pages: people's own style sheet, for Cognito's class names, and their logo. Pure. */
import type { PageCustomization } from '../../storage/ui-customizations.ts';
import { imagePath } from '../managed/images.ts';

export type Classic = {
  /** Follows the page's own rules. */
  css: string;
  /** The path of the logo. */
  logo: string | undefined;
  /** The strip above the form, which holds the logo. */
  hasBanner: boolean;
};

/**
 * The text was checked when it was stored (`managed/css.ts`). An escape of CSS means the same wherever `<` may stand in a style
 * sheet, and can end no style element, whatever has come into the database.
 */
const contained = (css: string): string => css.replaceAll('<', '\\3c ');

/** Heights are fixed there, and borders not always spoken of. */
const ground =
  '.btn-primary{border-color:transparent}.choices{gap:.5rem}.idp{height:2.875rem;padding-block:0}.idp span{padding-inline:.75rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}';

export const classicOf = (customization: PageCustomization): Classic => {
  const { css = '', imageType: type } = customization;
  const logo = type && imagePath({ ...customization, image: { type } });
  return { css: ground + contained(css), logo, hasBanner: logo !== undefined || css.includes('.banner-customizable') };
};

/** Providers that Cognito calls social; all others are corporate. */
const social: ReadonlySet<string> = new Set(['Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple']);

export const providerButtonClass = (provider: string): string =>
  social.has(provider) ? 'socialButton-customizable' : 'idpButton-customizable';
