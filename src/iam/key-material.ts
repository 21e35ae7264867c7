/** How access keys look: `AKIA` (temporary ones `ASIA`) and 16 characters of base32; secrets are 40 characters of base64, as AWS's are. */
import { randomBytes } from 'node:crypto';
import { randomText } from '../lib/random.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const newAccessKeyId = (): string => `AKIA${randomText(16, alphabet)}`;

/** The id of temporary credentials. */
export const newSessionKeyId = (): string => `ASIA${randomText(16, alphabet)}`;

export const newRoleId = (): string => `AROA${randomText(17, alphabet)}`;

/** Always the same id for the same keyed hash (base64url of 16 bytes or more): five bits of each byte. */
export const derivedAccessKeyId = (mac: string): string => {
  const bytes = Buffer.from(mac, 'base64url').subarray(0, 16);
  return `AKIA${Array.from(bytes, byte => alphabet[byte & 31]).join('')}`;
};

export const newSecret = (): string => randomBytes(30).toString('base64');

/** False for what cannot be an access key id: such a one need not be looked up. */
export const isAccessKeyId = (text: string): boolean => /^[A-Z0-9]{16,32}$/.test(text);
