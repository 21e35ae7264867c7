/** `cenote export POOL`: all users of a pool as a CSV file, which `cenote import` takes. */
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Config } from '../config.ts';
import type { Foundation } from '../foundation.ts';
import { loadMasterKeys } from '../lib/master-key.ts';
import { createSealer, type Sealer } from '../lib/seal.ts';
import { findPool } from '../storage/pools.ts';
import { exportUsers } from '../user-pools/users/import/export.ts';
import { startProgress } from './progress.ts';
import { withFoundation } from './with-foundation.ts';

const note = (text: string) => process.stderr.write(`${text}\n`);

/** The key that passwords are sealed with on their way. @param mayMake write a new key into a file that is not there */
export const exportKey = async (file: string, { mayMake }: { mayMake: boolean }): Promise<Sealer> => {
  if (!existsSync(file)) {
    if (!mayMake) throw new Error(`${file}: no such file or directory`);
    note(`A new key was written to ${resolve(file)}: without it nobody can read the passwords in the export.`);
  }
  return createSealer(await loadMasterKeys({ file }));
};

const write = async (
  { storage: { db }, sealer, clock }: Foundation,
  poolId: string,
  key: Sealer,
  output: Writable,
): Promise<void> => {
  const pool = await findPool(db, poolId);
  if (pool === undefined) throw new Error(`User pool ${poolId} does not exist.`);
  const progress = startProgress(clock, count => `${count.toLocaleString('en')} users exported`);
  let users = 0;
  for await (const piece of exportUsers({ db, sealer, key }, pool)) {
    if (!output.write(piece.text)) await once(output, 'drain');
    users += piece.users;
    progress.at(users);
  }
  progress.end();
};

/** Writes into a file beside it first, so that no half export is taken for a whole one. */
const intoFile = async (file: string, fill: (output: Writable) => Promise<void>): Promise<void> => {
  const draft = `${file}.part`;
  const output = createWriteStream(draft, { mode: 0o600, flush: true });
  try {
    // A file that cannot be written ends the work at its next piece.
    await Promise.race([fill(output), once(output, 'error').then(([error]) => Promise.reject(error))]);
    output.end();
    await finished(output);
    await rename(draft, file);
  } catch (error) {
    output.destroy();
    await rm(draft, { force: true });
    throw error;
  }
};

export const exportPool = (
  config: Config,
  poolId: string,
  { keyFile, out }: { keyFile: string; out?: string },
): Promise<void> =>
  withFoundation(config, async foundation => {
    if ((await findPool(foundation.storage.db, poolId)) === undefined)
      throw new Error(`User pool ${poolId} does not exist.`);
    const key = await exportKey(keyFile, { mayMake: true });
    if (out === undefined) return write(foundation, poolId, key, process.stdout);
    return intoFile(out, output => write(foundation, poolId, key, output));
  });
