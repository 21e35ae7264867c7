/** How settings are read: each parser takes the text of a setting and says what it expected when it cannot use it. */

export const text = (value: string) => value;
export const optional = (value: string): string | undefined => (value === '' ? undefined : value);
export const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    throw new Error(`expected a whole number from ${min} to ${max}, got "${value}"`);
  };
export const url = (value: string): string | undefined => {
  if (value === '') return undefined;
  if (!URL.canParse(value)) throw new Error(`expected a URL such as https://auth.example.com, got "${value}"`);
  return value.replace(/\/+$/, '');
};
export const matching =
  (pattern: RegExp, example: string) =>
  (value: string): string => {
    if (pattern.test(value)) return value;
    throw new Error(`expected something like ${example}, got "${value}"`);
  };
export const oneOf =
  <const T extends string>(...names: T[]) =>
  (value: string): T => {
    const found = names.find(name => name === value);
    if (found !== undefined) return found;
    throw new Error(`expected one of ${names.join(', ')}, got "${value}"`);
  };
export const pairs = (value: string): ReadonlyMap<string, string> =>
  new Map(
    list(value).map(entry => {
      const equals = entry.indexOf('=');
      if (equals < 1) throw new Error(`expected name=target, got "${entry}"`);
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
export const list = (value: string): string[] =>
  value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');

export const smsRoute = (value: string): string => {
  if (value === 'log' || value === 'sns' || (/^https?:\/\//.test(value) && URL.canParse(value))) return value;
  throw new Error('expected log, sns or the URL of a webhook');
};
