/** The settings of a managed login style: a JSON document in the branding editor's form, laid over Cognito's defaults. Pure. */
import { invalidParameter } from '../../contract/errors.ts';
import type { Settings } from '../../storage/brandings.ts';
import { defaultSettings } from './default-settings.ts';

const isObject = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const color = /^[0-9a-f]{8}$/i;

const kindOf = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/** What the document says where the defaults say something, too, must be of the same kind; where they are silent, anything may stand. */
const check = (value: unknown, like: unknown, path: string): void => {
  const refuse = (what: string) => invalidParameter(`Invalid Settings: ${path} must be ${what}.`);
  if (kindOf(value) !== kindOf(like)) throw refuse(`of the type ${kindOf(like)}`);
  if (typeof like === 'string' && color.test(like) && !color.test(value as string))
    throw refuse('a color of eight hexadecimal digits');
  if (!isObject(like) || !isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (path === 'Settings' && !Object.hasOwn(like, key))
      throw invalidParameter(`Invalid Settings: ${key.slice(0, 100)} is unknown.`);
    if (Object.hasOwn(like, key)) check(item, like[key], `${path}.${key}`);
  }
};

/** @throws InvalidParameterException */
export const checkSettings = (settings: unknown): Settings => {
  check(settings, defaultSettings, 'Settings');
  return settings as Settings;
};

/** `over` laid upon `base`: objects are joined member by member, everything else is replaced. Neither is changed. */
export const mergeSettings = (base: Settings, over: Settings): Settings =>
  // Not by assignment: a key such as __proto__ is a key like any other here.
  Object.fromEntries([
    ...Object.entries(base),
    ...Object.entries(over).map(([key, value]) => {
      const below = Object.hasOwn(base, key) ? base[key] : undefined;
      return [key, isObject(below) && isObject(value) ? mergeSettings(below, value) : value];
    }),
  ]);
