/** The table of functions, CENOTE_TRIGGERS: from the ARNs that pools name to where the functions really are. Pure. */

/** What stands before the first `=` → what stands behind it. */
export type TriggerTable = ReadonlyMap<string, string>;

/** Each kind of target, as an error shows it to whoever has written something else. */
const kinds: Record<string, string> = {
  module: 'module:<path of a module>[#<exported name>]',
  lambda: 'lambda:[<endpoint>][#<name there>]',
  https: 'https://<webhook>',
  http: 'http://<webhook>',
};

/** `module:./a.mjs#b` → `module`. */
export const kindOf = (target: string): string => target.split(':', 1)[0] ?? '';

const pairOf = (entry: string): [string, unknown] => {
  const equals = entry.indexOf('=');
  if (equals < 1) throw new Error(`expected ARN=target, got "${entry}"`);
  return [entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()];
};

const pairsIn = (text: string): [string, unknown][] => {
  if (text.startsWith('{')) return Object.entries(JSON.parse(text));
  return text
    .split(',')
    .filter(entry => entry.trim() !== '')
    .map(entry => pairOf(entry.trim()));
};

/**
 * @param text `ARN=target`, several separated by commas, or a JSON object
 * @throws Error that says what is expected
 */
export const parseTriggers = (text: string): TriggerTable =>
  new Map(
    pairsIn(text.trim()).map(([key, target]) => {
      if (typeof target !== 'string' || !target.includes(':') || !Object.hasOwn(kinds, kindOf(target)))
        throw new Error(`${key}: "${target}" is no target; expected ${Object.values(kinds).join(', ')}`);
      return [key, target];
    }),
  );

/** The name of a function within its ARN: `arn:aws:lambda:us-east-1:123456789012:function:NAME[:VERSION]`. */
export const nameOf = (arn: string): string | undefined => /:function:([^:]+)/.exec(arn)?.[1];

/**
 * The entry for a function: its ARN, else its name, else the first prefix (of either, with `*` at its end) that fits.
 * @returns the key and the target
 */
export const findTarget = (table: TriggerTable, arn: string): [key: string, target: string] | undefined => {
  const names = [arn, nameOf(arn) ?? ''];
  const fits = (key: string) => key.endsWith('*') && names.some(name => name.startsWith(key.slice(0, -1)));
  const key = names.find(name => table.has(name)) ?? [...table.keys()].find(fits);
  return key === undefined ? undefined : [key, table.get(key) as string];
};
