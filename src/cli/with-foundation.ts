/** Opens the foundation for one command and closes it again, also after an error. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { type Foundation, openFoundation } from '../foundation.ts';

/** A command in the wrong directory must not make a new, empty installation there and answer from it. */
const requireDatabase = ({ databaseUrl, dataDir }: Config) => {
  if (databaseUrl !== undefined || existsSync(join(dataDir, 'cenote.db'))) return;
  throw new Error(
    `there is no database in ${resolve(dataDir)}: name its directory in CENOTE_DATA_DIR, or make one with "cenote serve" or "cenote migrate"`,
  );
};

export const withFoundation = async (
  config: Config,
  work: (foundation: Foundation) => Promise<void>,
): Promise<void> => {
  requireDatabase(config);
  const foundation = await openFoundation(config);
  try {
    await work(foundation);
  } finally {
    await foundation.storage.close();
  }
};

/** What others have written, such as a name or an address, must not steer the terminal. */
export const harmless = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** The answer of a command: one line or several on standard output. */
export const print = (text: string): void => {
  process.stdout.write(`${harmless(text)}\n`);
};
