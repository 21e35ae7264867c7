/** Reads the JSON text of a request, whatever it holds: too deep or not JSON at all is the client's error, never ours. */
import { AwsError } from './errors.ts';

const maximumDepth = 100;
const quote = 0x22;
const backslash = 0x5c;

const malformed = (message: string) => new AwsError('SerializationException', message);

/** Where the string that opens at `start` ends, the index of its closing quote. */
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
};

/** Whether brackets nest deeper than the limit; one pass, no allocation, so that hostile text costs no more than honest text. */
const tooDeep = (text: string): boolean => {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maximumDepth) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
};

/**
 * Text to JSON value; an empty body is an empty object, since some clients send none where nothing is required.
 * @throws AwsError SerializationException for what is not JSON or nests over 100 levels. The text is not quoted: it may hold a password.
 */
export const parseJson = (text: string): unknown => {
  if (text === '') return {};
  if (tooDeep(text)) throw malformed(`The request body is nested over ${maximumDepth} levels deep.`);
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The request body is not valid JSON.');
  }
};
