/** The settings of a managed login style as CSS custom properties, each under its own name. Pure. */
import type { Settings } from '../../storage/brandings.ts';

/** `DYNAMIC`: as the visitor's system says. */
export type ColorScheme = 'LIGHT' | 'DARK' | 'DYNAMIC';

export type Variables = Readonly<Record<string, string>>;
/** What holds in both modes, and what in one of them. */
export type Themed = { common: Variables; light: Variables; dark: Variables };

const isObject = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** A setting by its path: `components.form.logo.enabled`. */
export const setting = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => member(value, name), settings);

/** The same within a color mode, which stands somewhere on the way: `form.lightMode.borderColor`, `idpButton.standard.lightMode.…`. */
const inMode = (node: unknown, [name, ...rest]: readonly string[], mode: string): unknown => {
  if (name === undefined || node === undefined) return node;
  const below = member(node, mode);
  const found = below === undefined ? undefined : [name, ...rest].reduce<unknown>(member, below);
  return found ?? inMode(member(node, name), rest, mode);
};

/** Colors (RRGGBBAA) and lengths in pixels. Everything else is no value: nothing else gets into a style sheet. */
const cssValue = (value: unknown): string | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return `${Math.min(Math.max(Math.round(value), 0), 999)}px`;
  return typeof value === 'string' && /^[0-9a-f]{8}$/i.test(value) ? `#${value}` : undefined;
};

/** The variables that a style sheet uses. */
const usedIn = (sheet: string): Set<string> =>
  new Set(Array.from(sheet.matchAll(/var\(--([\w-]+)/g), match => match[1] as string));

/**
 * `components.primaryButton.lightMode.defaults.backgroundColor` is `--primaryButton-defaults-backgroundColor`: the names of
 * components and component classes do not overlap.
 * @param sheet what it has no variable for is left out
 */
export const variablesOf = ({ components, componentClasses }: Settings, sheet: string): Themed => {
  const [common, light, dark]: Record<string, string>[] = [{}, {}, {}];
  for (const name of usedIn(sheet)) {
    const path = name.split('-');
    const valueIn = (mode: string) =>
      cssValue(inMode(components, path, mode)) ?? cssValue(inMode(componentClasses, path, mode));
    const [day, night] = [valueIn('lightMode'), valueIn('darkMode')];
    if (day === night && day !== undefined) Object.assign(common as object, { [`--${name}`]: day });
    else {
      if (day !== undefined) Object.assign(light as object, { [`--${name}`]: day });
      if (night !== undefined) Object.assign(dark as object, { [`--${name}`]: night });
    }
  }
  return { common, light, dark } as Themed;
};

const block = (...variables: Variables[]): string =>
  variables
    .flatMap(each => Object.entries(each))
    .map(([name, value]) => `${name}:${value}`)
    .join(';');

/** The rules that give a style sheet its values. */
export const themeCss = ({ common, light, dark }: Themed, colorScheme: ColorScheme): string => {
  if (colorScheme === 'DARK') return `:root{color-scheme:dark;${block(common, dark)}}`;
  if (colorScheme === 'LIGHT') return `:root{color-scheme:light;${block(common, light)}}`;
  return `:root{color-scheme:light dark;${block(common, light)}}@media(prefers-color-scheme:dark){:root{${block(dark)}}}`;
};
