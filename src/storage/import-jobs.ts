/** Import jobs: the record and its repository. A job that runs belongs to one process, for as long as its lease lasts. */
import type { Insertable, Selectable } from 'kysely';
import type { HashAlgorithm } from '../lib/password-hash.ts';
import type { Db, Schema } from './schema.ts';

export type ImportStatus = Schema['user_import_jobs']['status'];

export type ImportJob = {
  poolId: string;
  id: string;
  name: string;
  /** null: started from the command line. */
  roleArn: string | null;
  hashAlgorithm: HashAlgorithm | null;
  status: ImportStatus;
  message: string | null;
  imported: number;
  skipped: number;
  failed: number;
  /** Rows that are done with, whatever became of them: where to go on after a crash. */
  rowCount: number;
  /** The file that was uploaded last. */
  uploadId: string | null;
  createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
};

export type JobKey = Pick<ImportJob, 'poolId' | 'id'>;
/** A job and the process that runs it. */
export type HeldJob = JobKey & { owner: string };

const toJob = (row: Selectable<Schema['user_import_jobs']>): ImportJob => ({
  poolId: row.pool_id,
  id: row.job_id,
  name: row.name,
  roleArn: row.role_arn,
  hashAlgorithm: row.hash_algorithm,
  status: row.status,
  message: row.message,
  imported: row.imported,
  skipped: row.skipped,
  failed: row.failed,
  rowCount: row.row_count,
  uploadId: row.upload_id,
  createdAt: row.created_at,
  startedAt: row.started_at,
  completedAt: row.completed_at,
});

const running = ['Pending', 'InProgress'] as const;

export const insertImportJob = async (db: Db, job: ImportJob): Promise<void> => {
  const row: Insertable<Schema['user_import_jobs']> = {
    pool_id: job.poolId,
    job_id: job.id,
    name: job.name,
    role_arn: job.roleArn,
    hash_algorithm: job.hashAlgorithm,
    status: job.status,
    message: job.message,
    imported: job.imported,
    skipped: job.skipped,
    failed: job.failed,
    row_count: job.rowCount,
    upload_id: job.uploadId,
    lease_owner: null,
    lease_ends_at: null,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
  };
  await db.insertInto('user_import_jobs').values(row).execute();
};

export const findImportJob = async (db: Db, { poolId, id }: JobKey): Promise<ImportJob | undefined> => {
  const row = await db
    .selectFrom('user_import_jobs')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .executeTakeFirst();
  return row && toJob(row);
};

/** A job whose pool is not known. */
export const findImportJobById = async (db: Db, id: string): Promise<ImportJob | undefined> => {
  const row = await db.selectFrom('user_import_jobs').selectAll().where('job_id', '=', id).executeTakeFirst();
  return row && toJob(row);
};

/** A page of a pool's jobs, the newest first. */
export const listImportJobs = async (
  db: Db,
  { poolId, after, limit }: { poolId: string; after: { createdAt: number; id: string } | undefined; limit: number },
): Promise<ImportJob[]> => {
  let query = db.selectFrom('user_import_jobs').selectAll().where('pool_id', '=', poolId);
  if (after !== undefined)
    query = query.where(({ eb, or, and }) =>
      or([
        eb('created_at', '<', after.createdAt),
        and([eb('created_at', '=', after.createdAt), eb('job_id', '<', after.id)]),
      ]),
    );
  const rows = await query.orderBy('created_at', 'desc').orderBy('job_id', 'desc').limit(limit).execute();
  return rows.map(toJob);
};

/** Whether the pool has as many jobs as that. */
export const hasImportJobs = async (db: Db, poolId: string, count: number): Promise<boolean> => {
  const row = await db
    .selectFrom('user_import_jobs')
    .select('job_id')
    .where('pool_id', '=', poolId)
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
};

/** Whether users are being imported into the pool. */
export const isImporting = async (db: Db, poolId: string): Promise<boolean> => {
  const row = await db
    .selectFrom('user_import_jobs')
    .select('job_id')
    .where('pool_id', '=', poolId)
    .where('status', 'in', running)
    .executeTakeFirst();
  return row !== undefined;
};

/** To be called in a transaction that holds the pool and has seen that no job runs. @returns undefined when it was not `Created` */
export const startImportJob = async (db: Db, { poolId, id }: JobKey, now: number): Promise<ImportJob | undefined> => {
  const row = await db
    .updateTable('user_import_jobs')
    .set({ status: 'Pending', started_at: now })
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('status', '=', 'Created')
    .returningAll()
    .executeTakeFirst();
  return row && toJob(row);
};

/** Ends a job that runs, whoever runs it: its process finds out with its next batch. @returns undefined when it did not run */
export const stopImportJob = async (
  db: Db,
  { poolId, id }: JobKey,
  { message, now }: { message: string; now: number },
): Promise<ImportJob | undefined> => {
  const row = await db
    .updateTable('user_import_jobs')
    .set({ status: 'Stopped', message, completed_at: now })
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('status', 'in', running)
    .returningAll()
    .executeTakeFirst();
  return row && toJob(row);
};

type Claim = { owner: string; now: number; leaseEnds: number };

/** Takes a job that runs, unless a process that is alive has it. */
export const takeImportJob = async (db: Db, { poolId, id }: JobKey, claim: Claim): Promise<ImportJob | undefined> => {
  const row = await db
    .updateTable('user_import_jobs')
    .set({ status: 'InProgress', lease_owner: claim.owner, lease_ends_at: claim.leaseEnds })
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('status', 'in', running)
    .where(({ eb, or }) => or([eb('lease_ends_at', 'is', null), eb('lease_ends_at', '<=', claim.now)]))
    .returningAll()
    .executeTakeFirst();
  return row && toJob(row);
};

/** Takes a job that nobody runs, or one of a process that has not been heard of for a lease. */
export const claimImportJob = async (db: Db, claim: Claim): Promise<ImportJob | undefined> => {
  // Looking is a read: nobody takes the writer's turn for nothing.
  const found = await db
    .selectFrom('user_import_jobs')
    .select(['pool_id', 'job_id'])
    .where('status', 'in', running)
    .where(({ eb, or }) => or([eb('lease_ends_at', 'is', null), eb('lease_ends_at', '<=', claim.now)]))
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return found && takeImportJob(db, { poolId: found.pool_id, id: found.job_id }, claim);
};

const held = (db: Db, { poolId, id, owner }: HeldJob) =>
  db
    .updateTable('user_import_jobs')
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('lease_owner', '=', owner)
    .where('status', '=', 'InProgress');

/**
 * Renews the lease and holds the job for the rest of the transaction.
 * @returns false: it was stopped, or another process has taken it; nothing may be written for it any more
 */
export const holdImportJob = async (tx: Db, job: HeldJob, leaseEnds: number): Promise<boolean> => {
  const { numUpdatedRows } = await held(tx, job).set({ lease_ends_at: leaseEnds }).executeTakeFirst();
  return numUpdatedRows === 1n;
};

export type Progress = { imported: number; skipped: number; failed: number };

/** Counts rows, in the transaction that imports them. */
export const advanceImportJob = async (
  tx: Db,
  job: HeldJob,
  { imported, skipped, failed }: Progress,
): Promise<void> => {
  await held(tx, job)
    .set(({ eb }) => ({
      imported: eb('imported', '+', imported),
      skipped: eb('skipped', '+', skipped),
      failed: eb('failed', '+', failed),
      row_count: eb('row_count', '+', imported + skipped + failed),
    }))
    .execute();
};

/** @returns undefined: somebody else has ended it, or runs it */
export const finishImportJob = async (
  db: Db,
  job: HeldJob,
  { status, message, now }: { status: 'Succeeded' | 'Failed'; message: string; now: number },
): Promise<ImportJob | undefined> => {
  const row = await held(db, job)
    .set({ status, message, completed_at: now, lease_owner: null, lease_ends_at: null })
    .returningAll()
    .executeTakeFirst();
  return row && toJob(row);
};

/** Gives a job back, so that another process may go on with it at once. */
export const releaseImportJob = async (db: Db, job: HeldJob): Promise<void> => {
  await held(db, job).set({ lease_owner: null, lease_ends_at: null }).execute();
};

/** Ends the jobs that nobody has started. @returns their keys */
export const expireImportJobs = async (
  db: Db,
  { createdBefore, message, now }: { createdBefore: number; message: string; now: number },
): Promise<JobKey[]> => {
  // Looking is a read: nobody takes the writer's turn for nothing.
  const due = await db
    .selectFrom('user_import_jobs')
    .select(['pool_id', 'job_id'])
    .where('status', '=', 'Created')
    .where('created_at', '<=', createdBefore)
    .limit(100)
    .execute();
  for (const { pool_id, job_id } of due) {
    await db
      .updateTable('user_import_jobs')
      .set({ status: 'Expired', message, completed_at: now })
      .where('pool_id', '=', pool_id)
      .where('job_id', '=', job_id)
      .where('status', '=', 'Created')
      .execute();
  }
  return due.map(({ pool_id, job_id }) => ({ poolId: pool_id, id: job_id }));
};
