/** The files of import jobs, in pieces, where every replica finds them; and the log of rows that were not imported. */
import type { JobKey } from './import-jobs.ts';
import type { Db, Sealed } from './schema.ts';

/** One upload of a job's file. */
export type UploadKey = JobKey & { uploadId: string };

export const insertImportChunk = async (
  db: Db,
  { poolId, id, uploadId }: UploadKey,
  chunk: number,
  content: Sealed,
): Promise<void> => {
  const key = { pool_id: poolId, job_id: id, upload_id: uploadId };
  await db
    .insertInto('user_import_chunks')
    .values({ ...key, chunk, content })
    .execute();
};

export const findImportChunk = async (
  db: Db,
  { poolId, id, uploadId }: UploadKey,
  chunk: number,
): Promise<Sealed | undefined> => {
  const row = await db
    .selectFrom('user_import_chunks')
    .select('content')
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('upload_id', '=', uploadId)
    .where('chunk', '=', chunk)
    .executeTakeFirst();
  return row?.content;
};

/** Makes an upload the job's file, in place of an earlier one. @returns false when the job has begun already, or has ended */
export const completeImportUpload = async (db: Db, { poolId, id, uploadId }: UploadKey): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('user_import_jobs')
    .set({ upload_id: uploadId })
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('status', '=', 'Created')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Small enough not to be noticed by others who want to write. */
const chunksAtOnce = 8;

/** Removes what was uploaded for a job. @param which all of it, one upload, or all but one */
export const removeImportChunks = async (
  db: Db,
  { poolId, id }: JobKey,
  { only, except }: { only?: string; except?: string } = {},
): Promise<void> => {
  for (;;) {
    let some = db
      .selectFrom('user_import_chunks')
      .select(['upload_id', 'chunk'])
      .where('pool_id', '=', poolId)
      .where('job_id', '=', id);
    if (only !== undefined) some = some.where('upload_id', '=', only);
    if (except !== undefined) some = some.where('upload_id', '<>', except);
    const found = await some.orderBy('upload_id').orderBy('chunk').limit(chunksAtOnce).execute();
    const [first] = found;
    if (first === undefined) return;
    await db
      .deleteFrom('user_import_chunks')
      .where('pool_id', '=', poolId)
      .where('job_id', '=', id)
      .where('upload_id', '=', first.upload_id)
      .where(
        'chunk',
        'in',
        found.filter(({ upload_id }) => upload_id === first.upload_id).map(({ chunk }) => chunk),
      )
      .execute();
  }
};

/** What became of a row that made no user. `line` counts the lines of the file from 1, its header. */
export type ImportLogEntry = { rowNumber: number; line: number; outcome: 'SKIPPED' | 'FAILED'; message: string };

export const listImportLog = async (
  db: Db,
  { poolId, id }: JobKey,
  { after, limit }: { after: number; limit: number },
): Promise<ImportLogEntry[]> => {
  const rows = await db
    .selectFrom('user_import_log')
    .select(['row_number', 'line', 'outcome', 'message'])
    .where('pool_id', '=', poolId)
    .where('job_id', '=', id)
    .where('row_number', '>', after)
    .orderBy('row_number')
    .limit(limit)
    .execute();
  return rows.map(({ row_number, ...entry }) => ({ rowNumber: row_number, ...entry }));
};
