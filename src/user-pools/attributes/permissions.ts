/** Which attributes an app client may read and write. Without a list a client has the standard ones; custom ones must be named. */
import type { AppClient } from '../../storage/clients.ts';
import { serviceAttributes, standardAttributes, verifiedFlags } from './standard.ts';

const names = standardAttributes.map(({ Name = '' }) => Name);
const defaultReadable: ReadonlySet<string> = new Set(names);
const defaultWritable: ReadonlySet<string> = new Set(
  names.filter(name => !serviceAttributes.includes(name) && !verifiedFlags.includes(name)),
);

const cache = new WeakMap<readonly string[], ReadonlySet<string>>();
const setOf = (list: readonly string[]): ReadonlySet<string> => {
  const known = cache.get(list) ?? new Set(list);
  cache.set(list, known);
  return known;
};

/** Empty lists mean the same as none. `sub` and `identities` are always readable. */
export const readableAttributes = ({ config: { ReadAttributes } }: Pick<AppClient, 'config'>): ReadonlySet<string> =>
  ReadAttributes?.length ? setOf(ReadAttributes) : defaultReadable;

export const writableAttributes = ({ config: { WriteAttributes } }: Pick<AppClient, 'config'>): ReadonlySet<string> =>
  WriteAttributes?.length ? setOf(WriteAttributes) : defaultWritable;

/** A user's attributes as the client may see them, as the API lists them: `sub` first. */
export const visibleAttributes = (
  client: Pick<AppClient, 'config'>,
  user: { sub: string; attributes: Record<string, string> },
): { Name: string; Value: string }[] => {
  const readable = readableAttributes(client);
  return [
    { Name: 'sub', Value: user.sub },
    ...Object.entries(user.attributes)
      .filter(([name]) => readable.has(name) || name === 'identities')
      .map(([Name, Value]) => ({ Name, Value })),
  ];
};

/** Every attribute, as administrators see them. */
export const allAttributes = (user: { sub: string; attributes: Record<string, string> }) => [
  { Name: 'sub', Value: user.sub },
  ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
];
