/** The look of the pages as CSS custom properties: every setting of a managed login style under its own name. Pure. */
import type { Settings } from '../../storage/brandings.ts';
import { defaultSettings } from '../managed/default-settings.ts';

/** `DYNAMIC`: as the visitor's system says. */
export type ColorScheme = 'LIGHT' | 'DARK' | 'DYNAMIC';

/** What a page looks like; branding makes one of a client's settings. */
export type Look = { settings: Settings; colorScheme: ColorScheme };

/** A pool without any style: Cognito's colors, light or dark as the visitor likes it. */
export const plainLook: Look = { settings: defaultSettings, colorScheme: 'DYNAMIC' };

type Variables = Record<string, string>;
type Themed = { common: Variables; light: Variables; dark: Variables };

const isObject = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cssValue = (value: unknown): string | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}px`;
  return typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value) ? `#${value}` : undefined;
};

const isName = (key: string) => /^\w+$/.test(key);

const collect = (settings: Settings, path: readonly string[], into: Themed, mode: keyof Themed): void => {
  for (const [key, value] of Object.entries(settings)) {
    if (!isName(key)) continue;
    if (isObject(value)) {
      if (key === 'lightMode') collect(value, path, into, 'light');
      else if (key === 'darkMode') collect(value, path, into, 'dark');
      else collect(value, [...path, key], into, mode);
      continue;
    }
    const css = cssValue(value);
    if (css !== undefined) into[mode][`--${[...path, key].join('-')}`] = css;
  }
};

/**
 * `components.primaryButton.lightMode.defaults.backgroundColor` becomes `--primaryButton-defaults-backgroundColor`: the names of
 * components and component classes do not overlap. Colors and lengths only; everything else is layout.
 */
export const variablesOf = ({ components, componentClasses }: Settings): Themed => {
  const found: Themed = { common: {}, light: {}, dark: {} };
  for (const part of [components, componentClasses]) if (isObject(part)) collect(part, [], found, 'common');
  return found;
};

const block = (variables: Variables): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}:${value}`)
    .join(';');

const only = (variables: Variables, used: ReadonlySet<string>): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name)));

/**
 * The rules that give a style sheet its colors.
 * @param sheet of its variables only those that it uses are written
 */
export const themeCss = ({ settings, colorScheme }: Look, sheet: string): string => {
  const used = new Set(Array.from(sheet.matchAll(/var\((--[\w-]+)/g), match => match[1] as string));
  const { common, light, dark } = variablesOf(settings);
  const [day, night] = [block(only(light, used)), block(only(dark, used))];
  const shared = block(only(common, used));
  if (colorScheme === 'LIGHT') return `:root{color-scheme:light;${shared};${day}}`;
  if (colorScheme === 'DARK') return `:root{color-scheme:dark;${shared};${night}}`;
  return `:root{color-scheme:light dark;${shared};${day}}@media(prefers-color-scheme:dark){:root{${night}}}`;
};
