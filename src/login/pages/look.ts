/** What the pages of an app client look like: its managed login style, or the customization of the classic pages, or neither. */
import type { ClientBranding, Settings } from '../../storage/brandings.ts';
import { everyClient, type PageCustomization } from '../../storage/ui-customizations.ts';
import type { LoginCall } from '../host.ts';
import { defaultSettings } from '../managed/default-settings.ts';
import { mergeSettings } from '../managed/settings.ts';
import { type Classic, classicOf } from './classic.ts';
import { backgroundVariables, type Layout, layoutOf, layoutVariables } from './layout.ts';
import { noPictures, type Pictures, picturesOf } from './pictures.ts';
import { providerButtonsOf } from './provider-buttons.ts';
import { styleSheet } from './style.ts';
import { type ColorScheme, setting, themeCss, variablesOf } from './theme.ts';

export type Look = Layout & {
  /** The whole style sheet of a page. */
  css: string;
  /** The class of the button of an identity provider that has colors of its own. */
  providerClass(name: string): string | undefined;
  /** What the classic pages have of their own. */
  classic: Classic | undefined;
};

/** @param settings complete ones */
export const drawLook = (settings: Settings, pictures: Pictures, colorScheme: ColorScheme): Look => {
  const values = variablesOf(settings, styleSheet);
  const buttons = providerButtonsOf(settings);
  const backgrounds = backgroundVariables(settings, pictures);
  const themed = {
    common: { ...values.common, ...layoutVariables(settings), ...buttons.themed.common },
    light: { ...values.light, ...backgrounds.light, ...buttons.themed.light },
    dark: { ...values.dark, ...backgrounds.dark, ...buttons.themed.dark },
  };
  return {
    ...layoutOf(settings, pictures),
    css: themeCss(themed, colorScheme) + styleSheet + buttons.css,
    providerClass: buttons.classOf,
    classic: undefined,
  };
};

/** What the defaults leave to a picture in the background: the form must stand out without one. */
const plainSettings = mergeSettings(defaultSettings, {
  components: { pageBackground: { lightMode: { color: 'f2f4f8ff' }, darkMode: { color: '080f18ff' } } },
});

/** A pool without any style: Cognito's colors, light or dark as the visitor likes it, in the language that they choose. */
export const plainLook: Look = { ...drawLook(plainSettings, noPictures, 'DYNAMIC'), languageSelector: true };

const schemeOf = (settings: Settings): ColorScheme => {
  const mode = setting(settings, 'categories.global.colorSchemeMode');
  return mode === 'DARK' || mode === 'DYNAMIC' ? mode : 'LIGHT';
};

export const managedLook = (branding: ClientBranding): Look => {
  const settings = mergeSettings(defaultSettings, branding.settings ?? {});
  const colorScheme = schemeOf(settings);
  return drawLook(settings, picturesOf(branding, colorScheme), colorScheme);
};

/** Style sheets for the classic pages are written for a light ground. */
const classicGround = drawLook(plainSettings, noPictures, 'LIGHT');

export const classicLook = (customization: PageCustomization): Look => {
  const classic = classicOf(customization);
  return { ...classicGround, css: classicGround.css + classic.css, classic };
};

/** A record is drawn once, as long as it stays in the cache. */
const once = <Of extends object>(draw: (record: Of) => Look) => {
  const drawn = new WeakMap<Of, Look>();
  return (record: Of | undefined): Look | undefined => {
    if (record === undefined) return undefined;
    const look = drawn.get(record) ?? draw(record);
    drawn.set(record, look);
    return look;
  };
};
const managed = once(managedLook);
const classic = once(classicLook);

/**
 * Of a domain, as its branding version says. The server's own host has none: there a managed login style goes before a
 * customization.
 */
export const lookOf = async (
  { directory, pool, domain }: Pick<LoginCall, 'directory' | 'pool' | 'domain'>,
  clientId: string | undefined,
): Promise<Look> => {
  const version = domain?.config.ManagedLoginVersion;
  const style = version === 1 || clientId === undefined ? undefined : await directory.branding(pool.id, clientId);
  if (style !== undefined || version === 2) return managed(style) ?? plainLook;
  const own = clientId === undefined ? undefined : await directory.customization(pool.id, clientId);
  return classic(own ?? (await directory.customization(pool.id, everyClient))) ?? plainLook;
};
