/** What commands of IAM have in common: which account they are about, and policy documents from files. */
import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** @param file a path; - reads standard input */
export const readPolicy = async (file: string): Promise<string> => {
  if (file === '-') return text(process.stdin);
  if ((await stat(file)).isDirectory()) throw new Error(`${file}: is a directory, a file is expected`);
  return readFile(file, 'utf8');
};

export const checkedAccount = (id: string): string => {
  if (/^\d{12}$/.test(id)) return id;
  throw new Error(`--account: expected twelve digits, got "${id}"`);
};
