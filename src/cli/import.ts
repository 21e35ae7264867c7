/** `cenote import POOL FILE`: users from a CSV file, Cognito's or an export; and the log of what was not imported. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Config } from '../config.ts';
import type { Foundation } from '../foundation.ts';
import { type HashAlgorithm, hashAlgorithms } from '../lib/password-hash.ts';
import { uuid } from '../lib/random.ts';
import type { Sealer } from '../lib/seal.ts';
import {
  findImportJobById,
  finishImportJob,
  type ImportJob,
  insertImportJob,
  stopImportJob,
  takeImportJob,
} from '../storage/import-jobs.ts';
import { listImportLog } from '../storage/import-uploads.ts';
import { findPool } from '../storage/pools.ts';
import { beginJob, newImportJob, stoppedMessage } from '../user-pools/users/import/jobs.ts';
import { runImport } from '../user-pools/users/import/run.ts';
import { exportKey } from './export.ts';
import { startProgress } from './progress.ts';
import { print, withFoundation } from './with-foundation.ts';

/** Milliseconds without progress after which servers take the command for dead. */
const lease = 60_000;

/** The job's name may have only some characters. */
const nameOf = (file: string) => `cenote import ${basename(file).replace(/[^\w+=,.@-]/g, '_')}`.slice(0, 128);

const checkedAlgorithm = (name: string | undefined): HashAlgorithm | null => {
  if (name === undefined) return null;
  const found = hashAlgorithms.find(algorithm => algorithm === name);
  if (found === undefined) throw new Error(`--hashes: expected one of ${hashAlgorithms.join(', ')}`);
  return found;
};

/** The bytes of the file, or of standard input. @throws Error before anything is written, when it cannot be read */
const sourceOf = async (file: string): Promise<AsyncIterable<Buffer>> => {
  if (file === '-') return process.stdin;
  await (await open(file)).close();
  return createReadStream(file);
};

/** A job like those of the API, held by this process from its beginning. */
const startJob = async ({ storage: { db }, clock }: Foundation, job: ImportJob, owner: string): Promise<ImportJob> =>
  db.transaction().execute(async tx => {
    const now = clock.now();
    await insertImportJob(tx, job);
    await beginJob(tx, job, { now });
    return (await takeImportJob(tx, job, { owner, now, leaseEnds: now + lease })) ?? job;
  });

const run = async (
  { storage: { db, bulk }, clock, sealer }: Foundation,
  job: ImportJob,
  owner: string,
  { source, key }: { source: AsyncIterable<Buffer>; key: Sealer | undefined },
): Promise<ImportJob | undefined> => {
  const held = { poolId: job.poolId, id: job.id, owner };
  const progress = startProgress(clock, count => `${count.toLocaleString('en')} rows done`);
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const ended = await runImport(
      {
        db: bulk,
        clock,
        sealer,
        owner,
        lease,
        stopped: () => interrupted,
        onProgress: ({ imported, skipped, failed }) => progress.at(imported + skipped + failed),
        restores: { key },
      },
      job,
      source,
    );
    progress.end();
    return ended ?? (await stopImportJob(db, held, { message: stoppedMessage, now: clock.now() }));
  } catch (error) {
    await finishImportJob(db, held, { status: 'Failed', message: 'The import was interrupted.', now: clock.now() });
    throw error;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
};

export const importFile = (
  config: Config,
  poolId: string,
  file: string,
  { keyFile, hashes }: { keyFile?: string; hashes?: string },
): Promise<void> =>
  withFoundation(config, async foundation => {
    const { storage, clock } = foundation;
    const hashAlgorithm = checkedAlgorithm(hashes);
    if ((await findPool(storage.db, poolId)) === undefined) throw new Error(`User pool ${poolId} does not exist.`);
    const key = keyFile === undefined ? undefined : await exportKey(keyFile, { mayMake: false });
    const source = await sourceOf(file);
    const owner = uuid();
    const name = nameOf(file === '-' ? 'stdin' : file);
    const job = newImportJob(poolId, { name, roleArn: null, hashAlgorithm, createdAt: clock.now() });
    const ended = await run(foundation, await startJob(foundation, job, owner), owner, { source, key });
    const { id, status, message, imported, skipped, failed } = ended ?? job;
    print(`${id}  ${status}  ${imported} imported, ${skipped} skipped, ${failed} failed  ${message ?? ''}`.trimEnd());
    if (skipped + failed > 0) print(`"cenote import log ${id}" tells which rows, and why.`);
    if (status !== 'Succeeded') process.exitCode = 1;
  });

/** Lines in the form of Cognito's log; those of users who were imported are not kept. */
export const showLog = (config: Config, id: string): Promise<void> =>
  withFoundation(config, async ({ storage: { db } }) => {
    const job = await findImportJobById(db, id);
    if (job === undefined) throw new Error(`there is no import job ${id}`);
    const { poolId, name, status, imported, skipped, failed, message } = job;
    print(`# ${id}  ${poolId}  ${name}  ${status}  ${imported} imported, ${skipped} skipped, ${failed} failed`);
    if (message !== null) print(`# ${message}`);
    for (let after = 0; ; ) {
      const entries = await listImportLog(db, job, { after, limit: 1000 });
      for (const { outcome, line, message } of entries) print(`[${outcome}] Line Number ${line} - ${message}`);
      const last = entries.at(-1);
      if (last === undefined) return;
      after = last.rowNumber;
    }
  });
