/** What the tests of the import have in common: a file is made, uploaded and imported through the API. */
import assert from 'node:assert/strict';
import type { PasswordHashingAlgorithmType, UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { csvRow } from '../../../../src/lib/csv.ts';
import { type ImportLogEntry, listImportLog } from '../../../../src/storage/import-uploads.ts';
import type { World } from '../../../support/world.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/cenote-import';
export const encrypted = { 'x-amz-server-side-encryption': 'aws:kms' };

/** The columns of a pool without custom attributes, without `password_hash`. */
export const columns = [
  ...['cognito:username', 'name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username'],
  ...['profile', 'picture', 'website', 'email', 'email_verified', 'gender', 'birthdate', 'zoneinfo', 'locale'],
  ...['phone_number', 'phone_number_verified', 'address', 'updated_at', 'cognito:mfa_enabled'],
];

export type Cells = Record<string, string>;

/** A file with these columns and a row for each user. */
export const csvOf = (users: Cells[], header: string[] = columns): string =>
  [header, ...users.map(cells => header.map(column => cells[column] ?? ''))].map(csvRow).join('');

export const person = (username: string, more: Cells = {}): Cells => ({
  'cognito:username': username,
  email: `${username}@example.com`,
  email_verified: 'TRUE',
  ...more,
});

export type Jobs = {
  create(hashes?: PasswordHashingAlgorithmType): Promise<UserImportJobType & { JobId: string; PreSignedUrl: string }>;
  upload(job: { PreSignedUrl: string }, text: string): Promise<void>;
  start(job: { JobId: string }): Promise<void>;
  /** Waits until nothing is imported any more. */
  ended(job: { JobId: string }): Promise<UserImportJobType>;
  /** All of that. */
  run(text: string, hashes?: PasswordHashingAlgorithmType): Promise<UserImportJobType & { JobId: string }>;
  log(job: { JobId?: string | undefined }): Promise<ImportLogEntry[]>;
};

export const jobsOf = (world: World, pool: string): Jobs => {
  const { aws, app } = world;
  const jobs: Jobs = {
    async create(hashes) {
      const { UserImportJob } = await aws.createUserImportJob({
        UserPoolId: pool,
        JobName: 'Customer import',
        CloudWatchLogsRoleArn: roleArn,
        ...(hashes && { PasswordHashingAlgorithm: hashes }),
      });
      assert(UserImportJob?.JobId && UserImportJob.PreSignedUrl);
      return { ...UserImportJob, JobId: UserImportJob.JobId, PreSignedUrl: UserImportJob.PreSignedUrl };
    },
    async upload({ PreSignedUrl }, text) {
      const answer = await fetch(PreSignedUrl, { method: 'PUT', headers: encrypted, body: text });
      assert.equal(answer.status, 200, await answer.text());
    },
    async start({ JobId }) {
      await aws.startUserImportJob({ UserPoolId: pool, JobId });
    },
    async ended({ JobId }) {
      await app.importsEnded();
      const { UserImportJob } = await aws.describeUserImportJob({ UserPoolId: pool, JobId });
      return UserImportJob as UserImportJobType;
    },
    async run(text, hashes) {
      const job = await jobs.create(hashes);
      await jobs.upload(job, text);
      await jobs.start(job);
      return { ...(await jobs.ended(job)), JobId: job.JobId };
    },
    log: ({ JobId = '' }) =>
      listImportLog(app.foundation.storage.db, { poolId: pool, id: JobId }, { after: 0, limit: 1000 }),
  };
  return jobs;
};
