/** The operations of import jobs. */
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { importJobNotFound, limitExceeded, preconditionNotMet } from '../../../contract/errors.ts';
import { mixedAlphanumeric, randomText } from '../../../lib/random.ts';
import {
  findImportJob,
  hasImportJobs,
  type ImportJob,
  insertImportJob,
  isImporting,
  listImportJobs,
  startImportJob as start,
  stopImportJob as stop,
} from '../../../storage/import-jobs.ts';
import { removeImportChunks } from '../../../storage/import-uploads.ts';
import { holdPool, type UserPool } from '../../../storage/pools.ts';
import type { Db } from '../../../storage/schema.ts';
import type { PoolCall } from '../../call/call.ts';
import { cutPage, pagePosition } from '../../call/page-token.ts';
import { inPool } from '../../doors/in-pool.ts';
import { csvHeader } from './header.ts';
import { expiredMessage, startWithin } from './lifetime.ts';
import { uploadUrl } from './upload-url.ts';

const mostJobs = 1000;
export const stoppedMessage = 'The Import Job was stopped by the developer.';

export const newImportJob = (
  poolId: string,
  more: Pick<ImportJob, 'name' | 'roleArn' | 'hashAlgorithm' | 'createdAt'>,
): ImportJob => ({
  ...more,
  poolId,
  id: `import-${randomText(10, mixedAlphanumeric)}`,
  status: 'Created',
  message: null,
  imported: 0,
  skipped: 0,
  failed: 0,
  rowCount: 0,
  uploadId: null,
  startedAt: null,
  completedAt: null,
});

/** A job that nobody has started in time has expired, also before the runner has come to write that down. */
const withExpiry = (job: ImportJob, now: number): ImportJob =>
  job.status === 'Created' && now >= job.createdAt + startWithin
    ? { ...job, status: 'Expired', message: expiredMessage, completedAt: job.createdAt + startWithin }
    : job;

const date = (time: number | null) => (time === null ? undefined : new Date(time));

const describeJob = (call: PoolCall, stored: ImportJob): UserImportJobType => {
  const job = withExpiry(stored, call.clock.now());
  return {
    JobName: job.name,
    JobId: job.id,
    UserPoolId: job.poolId,
    PreSignedUrl: uploadUrl(call, call.pool, job),
    CreationDate: new Date(job.createdAt),
    StartDate: date(job.startedAt),
    CompletionDate: date(job.completedAt),
    Status: job.status,
    CloudWatchLogsRoleArn: job.roleArn ?? undefined,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    CompletionMessage: job.message ?? undefined,
    PasswordHashingAlgorithm: job.hashAlgorithm ?? undefined,
  };
};

export const getCsvHeader = inPool<'GetCSVHeader'>(async ({ pool }) => ({
  UserPoolId: pool.id,
  CSVHeader: csvHeader(pool),
}));

export const createUserImportJob = inPool<'CreateUserImportJob'>(async (call, input) => {
  const { db, pool, clock } = call;
  const job = newImportJob(pool.id, {
    name: input.JobName,
    roleArn: input.CloudWatchLogsRoleArn,
    hashAlgorithm: input.PasswordHashingAlgorithm ?? null,
    createdAt: clock.now(),
  });
  await db.transaction().execute(async tx => {
    // Those who create jobs at the same time take turns, so that none of them goes beyond the limit.
    await holdPool(tx, pool.id);
    if (await hasImportJobs(tx, pool.id, mostJobs))
      throw limitExceeded(`The user pool has ${mostJobs} import jobs already.`);
    await insertImportJob(tx, job);
  });
  return { UserImportJob: describeJob(call, job) };
});

const findJob = async ({ db, pool }: PoolCall, id: string): Promise<ImportJob> => {
  const job = await findImportJob(db, { poolId: pool.id, id });
  if (job === undefined) throw importJobNotFound(id);
  return job;
};

export const describeUserImportJob = inPool<'DescribeUserImportJob'>(async (call, { JobId }) => ({
  UserImportJob: describeJob(call, await findJob(call, JobId)),
}));

export const listUserImportJobs = inPool<'ListUserImportJobs'>(async (call, { MaxResults, PaginationToken }) => {
  const { db, pool } = call;
  const list = `ListUserImportJobs/${pool.id}`;
  const [createdAt, id = ''] = pagePosition(call, list, PaginationToken) ?? [];
  const after = createdAt === undefined ? undefined : { createdAt: Number(createdAt), id };
  const jobs = await listImportJobs(db, { poolId: pool.id, after, limit: MaxResults + 1 });
  const { items, next } = cutPage(call, list, jobs, MaxResults, last => [String(last.createdAt), last.id]);
  return { UserImportJobs: items.map(job => describeJob(call, job)), PaginationToken: next };
});

/** Passwords are recovered by what is verified: without that, imported users could never sign in. */
const checkStartable = (pool: UserPool, job: ImportJob): void => {
  if (job.status !== 'Created') throw preconditionNotMet(`${job.id} cannot be started: its status is ${job.status}.`);
  if (job.uploadId === null) throw preconditionNotMet(`No csv file was uploaded for ${job.id}`);
  if (!pool.config.AutoVerifiedAttributes?.length)
    throw preconditionNotMet('The user pool must have at least one auto verified attribute.');
};

/** Makes a job the one that runs in its pool; whoever changes the pool at the same time waits. */
export const beginJob = async (
  tx: Db,
  job: ImportJob,
  { now, check }: { now: number; check?: (pool: UserPool, job: ImportJob) => void },
): Promise<ImportJob> => {
  const pool = await holdPool(tx as Parameters<typeof holdPool>[0], job.poolId);
  const current = await findImportJob(tx, job);
  if (pool === undefined || current === undefined) throw importJobNotFound(job.id);
  check?.(pool, withExpiry(current, now));
  if (await isImporting(tx, job.poolId)) throw preconditionNotMet('Another import job is running in this user pool.');
  const started = await start(tx, job, now);
  if (started === undefined) throw preconditionNotMet(`${job.id} cannot be started.`);
  return started;
};

export const startUserImportJob = inPool<'StartUserImportJob'>(async (call, { JobId }) => {
  const { db, clock } = call;
  const job = await findJob(call, JobId);
  const started = await db.transaction().execute(tx => beginJob(tx, job, { now: clock.now(), check: checkStartable }));
  call.wakeImports();
  return { UserImportJob: describeJob(call, started) };
});

export const stopUserImportJob = inPool<'StopUserImportJob'>(async (call, { JobId }) => {
  const { db, pool, clock } = call;
  const job = await findJob(call, JobId);
  // From here on no batch of it is committed; it never has to be seen Stopping.
  const stopped = await stop(db, { poolId: pool.id, id: JobId }, { message: stoppedMessage, now: clock.now() });
  if (stopped === undefined)
    throw preconditionNotMet(`${JobId} cannot be stopped: its status is ${withExpiry(job, clock.now()).status}.`);
  await removeImportChunks(db, stopped);
  return { UserImportJob: describeJob(call, stopped) };
});
