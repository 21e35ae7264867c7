/** Where the master keys come from: a setting, or a file that the first start writes. */
import { hash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lowerAlphanumeric, randomText } from './random.ts';
import type { MasterKey } from './seal.ts';

/**
 * The master keys, the one that seals first. `value` is one or more keys, each 32 bytes in base64 or hexadecimal,
 * separated by commas or white space. Without it the keys are read from `file`, which has the same form; when that does
 * not exist, one key is generated into it. Throws an Error that says what to do and never shows the key.
 */
export async function loadMasterKeys(from: { value?: string | undefined; file: string }): Promise<MasterKey[]> {
  if (from.value?.trim()) return parse(from.value, 'The master key setting');
  return parse((await contents(from.file)) ?? (await generate(from.file)), `The master key file ${from.file}`);
}

function parse(text: string, where: string): MasterKey[] {
  const keys = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part, index) => {
      const key = decodeKey(part);
      if (key) return { id: hash('sha256', key, 'buffer').toString('hex', 0, 4), key };
      throw new Error(
        `${where} is not usable: key ${index + 1} must be 32 bytes in base64 (44 characters) or hexadecimal (64). ` +
          'Restore the key that sealed the data; for a new installation make one with: openssl rand -base64 32',
      );
    });
  if (keys.length === 0) {
    throw new Error(`${where} is empty. Restore it from a backup or, when there is no data yet, delete it.`);
  }
  const seen = new Set(keys.map(key => key.id));
  if (seen.size < keys.length) throw new Error(`${where} holds the same key twice. Leave each key in it once.`);
  return keys;
}

/** 32 bytes in base64 or hexadecimal. */
export function decodeKey(part: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(part)) return Buffer.from(part, 'hex');
  if (/^[\w+/-]{43}=?$/.test(part)) return Buffer.from(part, 'base64');
  return undefined;
}

async function contents(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The master key file ${file} cannot be read. Let the server's user read it.`, { cause });
  }
}

/**
 * Writes a new key and returns the file's text. The text is complete and on the disk before the name exists, and
 * `link` fails if the name exists: a crash leaves no half key, and of two first starts both use the same one.
 */
async function generate(file: string): Promise<string> {
  const directory = dirname(file);
  const draft = `${file}.${randomText(8, lowerAlphanumeric)}`;
  const text = `${randomBytes(32).toString('base64')}\n`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeDurably(draft, text);
    try {
      await link(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return await readFile(file, 'utf8');
    } finally {
      await unlink(draft);
    }
    await syncDirectory(directory);
    return text;
  } catch (cause) {
    throw new Error(
      `The master key file ${file} cannot be written. Let the server's user write to ${directory}, or set a master key.`,
      { cause },
    );
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and needs no such call.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
