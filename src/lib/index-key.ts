/** What stands for a value in an index, where entries cannot be of any length. */
import { createHash } from 'node:crypto';

const longestKey = 256;

/** The value, compared byte by byte; a hash stands for one that is longer than an index entry should be. */
export const indexKey = (value: string): string =>
  value.length <= longestKey ? value : `sha256 ${createHash('sha256').update(value).digest('hex')}`;
