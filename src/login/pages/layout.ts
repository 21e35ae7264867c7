/** What the settings of a managed login style say besides colors: what is shown, where, and in which order. Pure. */
import type { AssetCategoryType } from '@aws-sdk/client-cognito-identity-provider';
import type { Settings } from '../../storage/brandings.ts';
import type { Picture, Pictures } from './pictures.ts';
import { setting, type Themed, type Variables } from './theme.ts';

/** A header or a footer. */
export type Bar = { logo: Picture | undefined };

/** The ways into a sign-in, as `auth.authMethodOrder` names them. */
export type Method = 'FEDERATED' | 'USERNAME_PASSWORD';

/** The pictures that stand above a question. */
export type Graphic = 'EMAIL' | 'SMS' | 'AUTH_APP' | 'PASSWORD' | 'PASSKEY';

export type Layout = {
  header: Bar | undefined;
  footer: Bar | undefined;
  /** Of the form: within its frame or outside of it, above or below what it asks. */
  logo: { picture: Picture; outside: boolean; below: boolean } | undefined;
  favicons: readonly Picture[];
  graphics: Partial<Record<Graphic, Picture>>;
  methods: readonly Method[];
  /** Identity providers that go before the others. */
  providers: readonly string[];
  providerIcon(name: string): Picture | undefined;
  languageSelector: boolean;
};

const isOn = (settings: Settings, path: string): boolean => setting(settings, path) === true;

const lines: Record<string, string> = { START: 'start', END: 'end', TOP: 'start', BOTTOM: 'end' };
const density: Record<string, string> = { COMPACT: '.75', SPACIOUS: '1.25' };

/** Places and distances. */
export const layoutVariables = (settings: Settings): Variables => {
  const line = (path: string) => lines[`${setting(settings, path)}`] ?? 'center';
  return {
    '--form-inline': line('categories.form.location.horizontal'),
    '--form-block': line('categories.form.location.vertical'),
    '--logo-place': line('components.form.logo.location'),
    '--header-place': line('components.pageHeader.logo.location'),
    '--footer-place': line('components.pageFooter.logo.location'),
    '--space': density[`${setting(settings, 'categories.global.spacingDensity')}`] ?? '1',
  };
};

const backgrounds: readonly [variable: string, category: AssetCategoryType, isShown: string][] = [
  ['--page-image', 'PAGE_BACKGROUND', 'components.pageBackground.image.enabled'],
  ['--form-image', 'FORM_BACKGROUND', 'components.form.backgroundImage.enabled'],
  ['--header-image', 'PAGE_HEADER_BACKGROUND', 'components.pageHeader.backgroundImage.enabled'],
  ['--footer-image', 'PAGE_FOOTER_BACKGROUND', 'components.pageFooter.backgroundImage.enabled'],
];

/** Nothing in the path of an asset can end an address in quotation marks. */
const address = (path: string): string => `url("${path}")`;

export const backgroundVariables = (settings: Settings, pictures: Pictures): Pick<Themed, 'light' | 'dark'> => {
  const shown = backgrounds.flatMap(([variable, category, isShown]) => {
    const picture = isOn(settings, isShown) ? pictures(category) : undefined;
    return picture === undefined ? [] : [{ variable, picture }];
  });
  return {
    light: Object.fromEntries(shown.map(({ variable, picture }) => [variable, address(picture.light)])),
    dark: Object.fromEntries(shown.map(({ variable, picture }) => [variable, address(picture.dark)])),
  };
};

const barOf = (settings: Settings, pictures: Pictures, name: 'pageHeader' | 'pageFooter'): Bar | undefined => {
  if (!isOn(settings, `categories.global.${name}.enabled`)) return undefined;
  const category = name === 'pageHeader' ? 'PAGE_HEADER_LOGO' : 'PAGE_FOOTER_LOGO';
  return { logo: isOn(settings, `components.${name}.logo.enabled`) ? pictures(category) : undefined };
};

const logoOf = (settings: Settings, pictures: Pictures): Layout['logo'] => {
  const picture = isOn(settings, 'components.form.logo.enabled') ? pictures('FORM_LOGO') : undefined;
  return (
    picture && {
      picture,
      outside: setting(settings, 'components.form.logo.formInclusion') === 'OUT',
      below: setting(settings, 'components.form.logo.position') === 'BOTTOM',
    }
  );
};

const listed = (settings: Settings, path: string): unknown[] => {
  const value = setting(settings, path);
  return Array.isArray(value) ? value : [];
};

const faviconsOf = (settings: Settings, pictures: Pictures): Picture[] => {
  const types = listed(settings, 'components.favicon.enabledTypes');
  const found = (['ICO', 'SVG'] as const).map(type => types.includes(type) && pictures(`FAVICON_${type}`));
  return found.filter(picture => picture !== false && picture !== undefined);
};

const graphicNames: readonly Graphic[] = ['EMAIL', 'SMS', 'AUTH_APP', 'PASSWORD', 'PASSKEY'];

const graphicsOf = (settings: Settings, pictures: Pictures): Layout['graphics'] => {
  if (!isOn(settings, 'categories.form.displayGraphics')) return {};
  return Object.fromEntries(graphicNames.map(name => [name, pictures(`${name}_GRAPHIC`)]).filter(([, found]) => found));
};

/** What the order leaves out comes after it: nobody is locked out by an order. */
const methodsOf = (settings: Settings): Method[] => {
  const named = listed(settings, 'categories.auth.authMethodOrder')
    .flat()
    .map(method => setting(method as Settings, 'type'));
  const known = named.filter(type => type === 'FEDERATED' || type === 'USERNAME_PASSWORD');
  return [...new Set<Method>([...known, 'FEDERATED', 'USERNAME_PASSWORD'])];
};

export const layoutOf = (settings: Settings, pictures: Pictures): Layout => {
  const icons = isOn(settings, 'componentClasses.idpButtons.icons.enabled');
  return {
    header: barOf(settings, pictures, 'pageHeader'),
    footer: barOf(settings, pictures, 'pageFooter'),
    logo: logoOf(settings, pictures),
    favicons: faviconsOf(settings, pictures),
    graphics: graphicsOf(settings, pictures),
    methods: methodsOf(settings),
    providers: listed(settings, 'categories.auth.federation.order').filter(name => typeof name === 'string'),
    providerIcon: name => (icons ? pictures('IDP_BUTTON_ICON', name) : undefined),
    languageSelector: isOn(settings, 'categories.form.languageSelector.enabled'),
  };
};
