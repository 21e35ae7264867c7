/** Opens the foundation for one command and closes it again, also after an error. */
import type { Config } from '../config.ts';
import { type Foundation, openFoundation } from '../foundation.ts';

export const withFoundation = async (
  config: Config,
  work: (foundation: Foundation) => Promise<void>,
): Promise<void> => {
  const foundation = await openFoundation(config);
  try {
    await work(foundation);
  } finally {
    await foundation.storage.close();
  }
};

/** The answer of a command: one line or several on standard output. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
