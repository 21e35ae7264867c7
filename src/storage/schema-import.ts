/** The tables of the import of users. */
import type { Sealed } from './schema.ts';

export type ImportTables = {
  user_import_jobs: {
    pool_id: string;
    job_id: string;
    name: string;
    /** CloudWatchLogsRoleArn; null for a job of the command line. */
    role_arn: string | null;
    hash_algorithm: 'BCRYPT' | 'SCRYPT' | 'ARGON2ID' | 'PBKDF2_SHA256' | null;
    status: 'Created' | 'Pending' | 'InProgress' | 'Stopped' | 'Expired' | 'Failed' | 'Succeeded';
    message: string | null;
    imported: number;
    skipped: number;
    failed: number;
    /** Rows that are done with. */
    row_count: number;
    upload_id: string | null;
    /** The process that runs the job, until it has not been heard of for a while. */
    lease_owner: string | null;
    lease_ends_at: number | null;
    created_at: number;
    started_at: number | null;
    completed_at: number | null;
  };

  /** The file of a job, in pieces. */
  user_import_chunks: {
    pool_id: string;
    job_id: string;
    upload_id: string;
    chunk: number;
    content: Sealed;
  };

  /** Rows that made no user: no more is kept of them than where they stood and why. */
  user_import_log: {
    pool_id: string;
    job_id: string;
    row_number: number;
    line: number;
    outcome: 'SKIPPED' | 'FAILED';
    message: string;
  };
};
