/** Random identifiers and codes from the operating system's generator. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const digits = '0123456789';
const lowerCase = 'abcdefghijklmnopqrstuvwxyz';

/** `a-z0-9`: client ids and generated client secrets. */
export const lowerAlphanumeric = lowerCase + digits;

/** `A-Za-z0-9`: pool ids, device group keys, import job ids. */
export const mixedAlphanumeric = lowerCase.toUpperCase() + lowerCase + digits;

/** A version 4 UUID in lower case. Node draws the entropy of many at once, so this is the cheapest identifier. */
export function uuid(): string {
  return randomUUID();
}

/**
 * Makes version 4 UUIDs that begin alike: what is stored in their order then lies side by side, and many of them touch few
 * pages of a database. 90 random bits remain in each.
 */
export function neighbouringUuids(): () => string {
  const beginning = randomBytes(4).toString('hex');
  return () => beginning + uuid().slice(8);
}

/**
 * `length` characters, each equally likely to be any character of `alphabet` (1 to 256 characters).
 * Bytes at or above the largest multiple of the alphabet's size are drawn again: a plain remainder would favour
 * the first characters.
 */
export function randomText(length: number, alphabet: string): string {
  if (alphabet.length < 1 || alphabet.length > 256) throw new RangeError('an alphabet has 1 to 256 characters');
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 4)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** A code of exactly `digits` decimal digits (1 to 14), leading zeros included. */
export function numericCode(digits: number): string {
  return randomInt(10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/** The base64url text of `bytes` random bytes. */
export function randomBase64Url(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
