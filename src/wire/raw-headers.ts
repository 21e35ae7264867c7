/** Header values as they were sent, for signatures: Node's own `headers` drops some duplicates and reads bytes as Latin-1. */
import { isUtf8 } from 'node:buffer';

/** Signers hash text as UTF-8 and most clients send it so; what is no UTF-8 was Latin-1. */
const textOf = (value: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the boundary of ASCII is what is asked for
  if (/^[\x00-\x7f]*$/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
};

/**
 * @param rawHeaders names and values in turn, as in `IncomingMessage.rawHeaders`
 * @param names in lower case: which headers to collect
 * @returns values by lower-case name; those of repeated headers joined by commas, in order, each without the white space around it
 */
export const collectHeaders = (rawHeaders: readonly string[], names: ReadonlySet<string>): Record<string, string> => {
  const collected: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!names.has(name)) continue;
    const value = textOf(rawHeaders[index + 1]!).trim();
    const before = collected[name];
    collected[name] = before === undefined ? value : `${before},${value}`;
  }
  return collected;
};
