/** Runs the import jobs that are due: one at a time in each process, beside the requests, and on after a crash where it was interrupted. */
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../../../lib/alarm.ts';
import { uuid } from '../../../lib/random.ts';
import {
  claimImportJob,
  expireImportJobs,
  finishImportJob,
  type ImportJob,
  releaseImportJob,
} from '../../../storage/import-jobs.ts';
import { removeImportChunks } from '../../../storage/import-uploads.ts';
import type { Db } from '../../../storage/schema.ts';
import { expiredMessage, startWithin } from './lifetime.ts';
import { type Running, runImport } from './run.ts';
import { readUpload } from './upload.ts';

/** In milliseconds. */
export type RunnerLimits = {
  /** After a crash, when another process takes over. Much longer than a batch takes. */
  lease: number;
  /** How long to wait at most before looking for what other processes have left behind. */
  pollInterval: number;
  /** How long to wait before a job is tried again that the database refused. */
  retryAfter: number;
};
const defaults: RunnerLimits = { lease: 15_000, pollInterval: 5_000, retryAfter: 2_000 };

/** A job that fails so many times at the same row fails for good. */
const mostTries = 5;

/**
 * `wake` it after the commit that made a job due. It is idle when no job is due and none runs here. When it stops, the job
 * that runs goes back after its batch, for another process to go on with.
 */
export type ImportRunner = Loop;

type Deps = Pick<Running, 'db' | 'clock' | 'sealer'> & {
  /** What batches are written through. */
  bulk: Db;
  log: Pick<Logger, 'error' | 'info'>;
};

export const startImports = ({ limits, ...deps }: Deps & { limits?: Partial<RunnerLimits> }): ImportRunner => {
  const { db, clock, log } = deps;
  const { lease, pollInterval, retryAfter } = { ...defaults, ...limits };
  const owner = uuid();
  let tries = { id: '', rowCount: 0, count: 0 };
  let stopped = false;

  const expire = async () => {
    const now = clock.now();
    const expired = await expireImportJobs(db, { createdBefore: now - startWithin, message: expiredMessage, now });
    for (const job of expired) await removeImportChunks(db, job);
  };

  /** A job of the command line has no file here: whoever ran it has ended before its time. */
  const interrupted = (job: ImportJob) =>
    finishImportJob(
      db,
      { poolId: job.poolId, id: job.id, owner },
      { status: 'Failed', message: 'The import was interrupted.', now: clock.now() },
    );

  const run = async (job: ImportJob) => {
    const ended =
      job.uploadId === null
        ? await interrupted(job)
        : await runImport({ ...deps, db: deps.bulk, owner, lease, stopped: () => stopped }, job, readUpload(deps, job));
    if (ended === undefined) return;
    await removeImportChunks(db, job);
    const { id: jobId, poolId, status, imported, skipped, failed } = ended;
    log.info({ jobId, poolId, status, imported, skipped, failed }, 'import: job ended');
  };

  /** What the database refuses over and over, at the same row, it will not take the next time either. */
  const failedAgain = async (job: ImportJob, error: unknown) => {
    log.error({ err: error, jobId: job.id }, 'import: job interrupted');
    const isSame = tries.id === job.id && tries.rowCount === job.rowCount;
    tries = { id: job.id, rowCount: job.rowCount, count: isSame ? tries.count + 1 : 1 };
    const held = { poolId: job.poolId, id: job.id, owner };
    if (tries.count < mostTries) return releaseImportJob(db, held);
    await finishImportJob(db, held, { status: 'Failed', message: 'The import failed.', now: clock.now() });
    await removeImportChunks(db, job);
  };

  /** Takes and runs what is due. @returns milliseconds until there may be more */
  const step = async (rests: () => void): Promise<number> => {
    await expire();
    const now = clock.now();
    const job = await claimImportJob(db, { owner, now, leaseEnds: now + lease });
    if (job === undefined) {
      rests();
      return pollInterval;
    }
    try {
      await run(job);
      if (stopped) await releaseImportJob(db, { poolId: job.poolId, id: job.id, owner });
      return 0;
    } catch (error) {
      await failedAgain(job, error);
      return retryAfter;
    }
  };

  const loop = startLoop({
    round: rests =>
      step(rests).catch(error => {
        log.error({ err: error }, 'import: the database cannot be reached');
        return retryAfter;
      }),
  });
  return {
    ...loop,
    stop() {
      stopped = true;
      return loop.stop();
    },
  };
};
