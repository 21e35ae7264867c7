/** Reads JSON in which whole numbers may be longer than a JavaScript number is exact: 64-bit ids, for one. */

type Exact = {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  /** A value that `JSON.stringify` writes as this text. */
  rawJSON(text: string): object;
};
// The compiler's library does not know these parts of the language yet.
const { parse, rawJSON } = JSON as unknown as Exact;

/** A number, not a part of a text, that is long or has an exponent. */
const longNumber = /(?:^|[:,[])\s*-?(?:\d{16}|\d[\d.]*[eE])/;

const isInexact = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);

/**
 * As `JSON.parse`, but whole numbers beyond 2^53 become objects that `JSON.stringify` writes with all of their digits.
 * @throws SyntaxError
 */
export const parseExactly = (text: string): unknown => {
  // Few texts have such a number, and looking at each value is slower.
  if (!longNumber.test(text)) return JSON.parse(text);
  return parse(text, (_, value, { source }) => (isInexact(value) && source !== undefined ? rawJSON(source) : value));
};
