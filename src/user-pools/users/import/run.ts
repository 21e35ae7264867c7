/** Runs one import job over its file: row by row in constant memory, each batch of users in one transaction with the job's progress. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../lib/clock.ts';
import { readCsv, UnreadableCsv } from '../../../lib/csv.ts';
import { neighbouringUuids, uuid } from '../../../lib/random.ts';
import type { Sealer } from '../../../lib/seal.ts';
import {
  advanceImportJob,
  finishImportJob,
  type HeldJob,
  holdImportJob,
  type ImportJob,
  type Progress,
} from '../../../storage/import-jobs.ts';
import type { ImportLogEntry } from '../../../storage/import-uploads.ts';
import { findPool, type UserPool } from '../../../storage/pools.ts';
import type { Db } from '../../../storage/schema.ts';
import { insertImportLog, insertUsers } from '../../../storage/user-batches.ts';
import type { SignInName } from '../../../storage/users.ts';
import { insisting, Stale } from '../insisting.ts';
import { type Entry, type Reading, readEntry } from './entry.ts';
import { readHeader } from './header.ts';

export type Running = {
  db: Db;
  clock: Clock;
  sealer: Sealer;
  /** The process that holds the job. */
  owner: string;
  /** Milliseconds without progress after which another process may take the job. */
  lease: number;
  /** Asked between batches. */
  stopped(): boolean;
  /** Called after each batch. */
  onProgress?(progress: Progress): void;
  /** From the command line: an export may be restored, under the key that its passwords are sealed with, and a file may be of any size. */
  restores?: { key: Sealer | undefined };
};

/** Users of one transaction. */
const batchSize = 500;
const mostRows = 500_000;

/** The job is not ours any more: stopped, or taken by another process. */
class Lost extends Error {}

type Outcome = { status: 'Succeeded' | 'Failed'; message: string };
const failed = (message: string): Outcome => ({ status: 'Failed', message });
export const succeededMessage = 'Import Job Completed Successfully.';
export const tooManyFailed = 'Too many users have failed or been skipped during the import.';

/** Cognito's rule is not published: it fails jobs of which most rows made no user. */
const outcomeOf = ({ imported, skipped, failed: broken }: Progress): Outcome =>
  broken + skipped > imported ? failed(tooManyFailed) : { status: 'Succeeded', message: succeededMessage };

/** Who is there already is skipped; whose alias belongs to somebody else is refused. */
const takenEntry = ({ config }: UserPool, kind: SignInName['kind']) =>
  kind === 'username' || config.UsernameAttributes?.some(attribute => attribute === kind)
    ? { outcome: 'SKIPPED' as const, message: 'The user already exists.' }
    : { outcome: 'FAILED' as const, message: `An account with the ${kind} already exists.` };

/** Writes a batch and counts it. @throws Lost when that is not ours to do any more; nothing has been written then */
const commitBatch = async (running: Running, pool: UserPool, job: HeldJob, batch: Entry[]): Promise<Progress> => {
  const { db, clock, lease } = running;
  return insisting(() =>
    db.transaction().execute(async tx => {
      if (!(await holdImportJob(tx, job, clock.now() + lease))) throw new Lost();
      const users = batch.flatMap(({ result }) => ('user' in result ? result : []));
      const taken = await insertUsers(tx, pool.id, users);
      if (taken === 'stale') throw new Stale();
      const log = batch.flatMap(({ result, rowNumber, line }): ImportLogEntry[] => {
        if ('problem' in result) return [{ rowNumber, line, outcome: 'FAILED', message: result.problem }];
        const kind = taken.get(result);
        return kind === undefined ? [] : [{ rowNumber, line, ...takenEntry(pool, kind) }];
      });
      await insertImportLog(tx, job, log);
      const skipped = log.filter(({ outcome }) => outcome === 'SKIPPED').length;
      const progress = { imported: batch.length - log.length, skipped, failed: log.length - skipped };
      await advanceImportJob(tx, job, progress);
      return progress;
    }),
  );
};

/**
 * What gives users their subs. Those of one transaction lie side by side, except where the sub is the username and shown before a
 * password is: there a common beginning would tell who exists from who is made up.
 */
const subsFor = ({ config }: UserPool): (() => string) => (config.UsernameAttributes ? uuid : neighbouringUuids());

/** The rows of the file, and how far the job is with them. */
const importRows = async (running: Running, pool: UserPool, job: ImportJob, source: AsyncIterable<Uint8Array>) => {
  const held: HeldJob = { poolId: job.poolId, id: job.id, owner: running.owner };
  const total = { imported: job.imported, skipped: job.skipped, failed: job.failed };
  let reading: Reading | undefined;
  let batch: Entry[] = [];
  let rowNumber = 0;
  let committing: Promise<void> = Promise.resolve();
  /** Begins to write the batch, once the one before it is written: meanwhile the next one can be read. */
  const commit = async () => {
    await committing;
    if (running.stopped()) throw new Lost();
    const entries = batch;
    batch = [];
    if (reading) reading.nextSub = subsFor(pool);
    committing = commitBatch(running, pool, held, entries).then(progress => {
      for (const count of ['imported', 'skipped', 'failed'] as const) total[count] += progress[count];
      running.onProgress?.(total);
    });
    // Told of when it is waited for.
    committing.catch(() => {});
    await nextTurn();
  };
  const committed = async () => {
    if (batch.length > 0) await commit();
    await committing;
  };
  try {
    for await (const rows of readCsv(source)) {
      for (const row of rows) {
        if (reading === undefined) {
          const { restores } = running;
          const header = readHeader(pool, row.fields, { hashAlgorithm: job.hashAlgorithm, restores });
          if (typeof header === 'string') return failed(header);
          reading = { ...running, pool, header, hashAlgorithm: job.hashAlgorithm, nextSub: subsFor(pool) };
          continue;
        }
        rowNumber++;
        if (rowNumber > mostRows && running.restores === undefined) {
          await committed();
          return failed('The CSV file has more than 500000 users.');
        }
        // Done with before a crash.
        if (rowNumber <= job.rowCount) continue;
        batch.push(readEntry(reading, row, rowNumber));
        if (batch.length === batchSize) await commit();
      }
    }
    await committed();
  } finally {
    // Nothing is written any more once this has ended.
    await committing.catch(() => {});
  }
  return reading === undefined ? failed('The CSV file is empty.') : outcomeOf(total);
};

/**
 * Runs a job that this process holds to its end, or until it is stopped.
 * @param source the bytes of the CSV file, from the beginning
 * @returns the job as it ended; undefined when it goes on elsewhere, or was stopped
 */
export const runImport = async (
  running: Running,
  job: ImportJob,
  source: AsyncIterable<Uint8Array>,
): Promise<ImportJob | undefined> => {
  const { db, clock, owner } = running;
  const finish = ({ status, message }: Outcome) =>
    finishImportJob(db, { poolId: job.poolId, id: job.id, owner }, { status, message, now: clock.now() });
  const pool = await findPool(db, job.poolId);
  if (pool === undefined) return finish(failed('The user pool has been deleted.'));
  try {
    return await finish(await importRows(running, pool, job, source));
  } catch (error) {
    if (error instanceof Lost) return undefined;
    if (error instanceof UnreadableCsv) return finish(failed('The CSV file cannot be parsed.'));
    throw error;
  }
};
