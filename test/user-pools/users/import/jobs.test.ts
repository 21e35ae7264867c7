/** Import jobs through the AWS SDK: their life, their lists, what may not happen while one runs, and their URLs. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { insertImportJob } from '../../../../src/storage/import-jobs.ts';
import { newImportJob } from '../../../../src/user-pools/users/import/jobs.ts';
import { startWorld, type World } from '../../../support/world.ts';
import { csvOf, encrypted, type Jobs, jobsOf, person, roleArn } from './importing.ts';

const hour = 60 * 60 * 1000;
const unknown = 'import-0000000000';

let world: World;
let pool: string;
let jobs: Jobs;
before(async () => {
  world = await startWorld();
  pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
  jobs = jobsOf(world, pool);
});
after(() => world.stop());

/** A job that runs as far as anybody can tell: held by a process that does nothing. */
const holdJob = async (poolId: string) => {
  const job = newImportJob(poolId, { name: 'held', roleArn, hashAlgorithm: null, createdAt: world.clock.now() });
  const { db } = world.app.foundation.storage;
  await insertImportJob(db, { ...job, status: 'InProgress', startedAt: world.clock.now() });
  await db
    .updateTable('user_import_jobs')
    .set({ lease_owner: 'nobody', lease_ends_at: world.clock.now() + hour })
    .where('job_id', '=', job.id)
    .execute();
  return job.id;
};

describe('GetCSVHeader', () => {
  it("lists the pool's attributes in Cognito's order", async () => {
    const custom = await world.createPool({
      Schema: [
        { Name: 'costcenter', AttributeDataType: 'String', Mutable: true },
        { Name: 'bandwidth', AttributeDataType: 'Number', Mutable: true, DeveloperOnlyAttribute: true },
      ],
    });
    const { CSVHeader, UserPoolId } = await world.aws.getCSVHeader({ UserPoolId: custom });
    assert.equal(UserPoolId, custom);
    assert.equal(
      CSVHeader?.join(),
      'name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,custom:costcenter,dev:custom:bandwidth,cognito:mfa_enabled,cognito:username,password_hash',
    );
  });

  it('needs a pool', async () => {
    await assert.rejects(world.aws.getCSVHeader({ UserPoolId: 'us-east-1_nopool' }), {
      name: 'ResourceNotFoundException',
    });
  });
});

describe("a job's life", () => {
  it('is created, gets its file, is started, and succeeds', async () => {
    const job = await jobs.create('BCRYPT');
    assert.match(job.JobId, /^import-[0-9A-Za-z]{10}$/);
    assert.equal(job.Status, 'Created');
    assert.equal(job.JobName, 'Customer import');
    assert.equal(job.UserPoolId, pool);
    assert.equal(job.CloudWatchLogsRoleArn, roleArn);
    assert.equal(job.PasswordHashingAlgorithm, 'BCRYPT');
    assert.deepEqual([job.ImportedUsers, job.SkippedUsers, job.FailedUsers], [0, 0, 0]);
    assert.deepEqual([job.StartDate, job.CompletionDate, job.CompletionMessage], [undefined, undefined, undefined]);

    const plain = await jobs.create();
    assert.equal(plain.PasswordHashingAlgorithm, undefined);
    await jobs.upload(plain, csvOf([person('jane'), person('joe')]));
    const { UserImportJob: started } = await world.aws.startUserImportJob({ UserPoolId: pool, JobId: plain.JobId });
    assert.equal(started?.Status, 'Pending');
    assert(started?.StartDate instanceof Date);
    const ended = await jobs.ended(plain);
    assert.equal(ended.Status, 'Succeeded');
    assert.equal(ended.CompletionMessage, 'Import Job Completed Successfully.');
    assert(ended.CompletionDate instanceof Date);
    assert.deepEqual([ended.ImportedUsers, ended.SkippedUsers, ended.FailedUsers], [2, 0, 0]);
    assert.equal(ended.PreSignedUrl, plain.PreSignedUrl);
    const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool?.EstimatedNumberOfUsers, 2);
  });

  it('keeps nothing of the file once it has ended', async () => {
    const job = await jobs.run(csvOf([person('kept')]));
    const { db } = world.app.foundation.storage;
    const chunks = await db.selectFrom('user_import_chunks').select('chunk').where('job_id', '=', job.JobId).execute();
    assert.deepEqual(chunks, []);
  });

  it('ends once only', async () => {
    const job = await jobs.run(csvOf([person('once')]));
    for (const operation of ['startUserImportJob', 'stopUserImportJob'] as const) {
      await assert.rejects(world.aws[operation]({ UserPoolId: pool, JobId: job.JobId }), {
        name: 'PreconditionNotMetException',
      });
    }
  });

  it('is not started without a file', async () => {
    const { JobId } = await jobs.create();
    await assert.rejects(world.aws.startUserImportJob({ UserPoolId: pool, JobId }), {
      name: 'PreconditionNotMetException',
      message: `No csv file was uploaded for ${JobId}`,
    });
  });

  it('is not started in a pool that verifies nothing', async () => {
    const unverified = await world.createPool();
    const job = await jobsOf(world, unverified).create();
    await jobsOf(world, unverified).upload(job, csvOf([person('jane')]));
    await assert.rejects(world.aws.startUserImportJob({ UserPoolId: unverified, JobId: job.JobId }), {
      name: 'PreconditionNotMetException',
    });
  });

  it('is stopped, and nothing of it is imported after that', async () => {
    const busy = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const JobId = await holdJob(busy);
    const { UserImportJob } = await world.aws.stopUserImportJob({ UserPoolId: busy, JobId });
    assert.equal(UserImportJob?.Status, 'Stopped');
    assert.equal(UserImportJob?.CompletionMessage, 'The Import Job was stopped by the developer.');
    assert(UserImportJob?.CompletionDate instanceof Date);
    // The pool is free for the next one.
    const next = await jobsOf(world, busy).run(csvOf([person('jane')]));
    assert.equal(next.Status, 'Succeeded');
  });

  it('is not stopped before it runs', async () => {
    const { JobId } = await jobs.create();
    await assert.rejects(world.aws.stopUserImportJob({ UserPoolId: pool, JobId }), {
      name: 'PreconditionNotMetException',
    });
  });

  it('expires when nobody starts it', async () => {
    const job = await jobs.create();
    await jobs.upload(job, csvOf([person('late')]));
    world.clock.advance(23 * hour);
    const { UserImportJob: before } = await world.aws.describeUserImportJob({ UserPoolId: pool, JobId: job.JobId });
    assert.equal(before?.Status, 'Created');
    world.clock.advance(2 * hour);
    const { UserImportJob: expired } = await world.aws.describeUserImportJob({ UserPoolId: pool, JobId: job.JobId });
    assert.equal(expired?.Status, 'Expired');
    assert.equal(expired?.CompletionMessage, 'The user import job has expired.');
    await assert.rejects(world.aws.startUserImportJob({ UserPoolId: pool, JobId: job.JobId }), {
      name: 'PreconditionNotMetException',
    });
    // What it left behind is gone, too.
    const ended = await jobs.ended(job);
    assert.equal(ended.Status, 'Expired');
    const { db } = world.app.foundation.storage;
    const chunks = await db.selectFrom('user_import_chunks').select('chunk').where('job_id', '=', job.JobId).execute();
    assert.deepEqual(chunks, []);
  });

  it('is unknown to other pools and under other ids', async () => {
    const other = await world.createPool();
    const { JobId } = await jobs.create();
    for (const operation of ['describeUserImportJob', 'startUserImportJob', 'stopUserImportJob'] as const) {
      for (const key of [
        { UserPoolId: other, JobId },
        { UserPoolId: pool, JobId: unknown },
        { UserPoolId: 'us-east-1_nopool', JobId },
      ]) {
        await assert.rejects(world.aws[operation](key), { name: 'ResourceNotFoundException' });
      }
    }
  });
});

describe('one job at a time', () => {
  it('runs in a pool, and any number in all pools', async () => {
    const busy = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    await holdJob(busy);
    const second = await jobsOf(world, busy).create();
    await jobsOf(world, busy).upload(second, csvOf([person('jane')]));
    await assert.rejects(world.aws.startUserImportJob({ UserPoolId: busy, JobId: second.JobId }), {
      name: 'PreconditionNotMetException',
    });
    const elsewhere = await jobs.run(csvOf([person('elsewhere')]));
    assert.equal(elsewhere.Status, 'Succeeded');
  });

  it('keeps the pool from being changed', async () => {
    const busy = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const JobId = await holdJob(busy);
    const inProgress = { name: 'UserImportInProgressException' };
    await assert.rejects(world.aws.updateUserPool({ UserPoolId: busy }), inProgress);
    await assert.rejects(world.aws.deleteUserPool({ UserPoolId: busy }), inProgress);
    const CustomAttributes = [{ Name: 'x', AttributeDataType: 'String' as const }];
    await assert.rejects(world.aws.addCustomAttributes({ UserPoolId: busy, CustomAttributes }), inProgress);
    await world.aws.stopUserImportJob({ UserPoolId: busy, JobId });
    await world.aws.updateUserPool({ UserPoolId: busy });
  });
});

describe('CreateUserImportJob', () => {
  it('needs a pool', async () => {
    await assert.rejects(
      world.aws.createUserImportJob({
        UserPoolId: 'us-east-1_nopool',
        JobName: 'x',
        CloudWatchLogsRoleArn: roleArn,
      }),
      { name: 'ResourceNotFoundException' },
    );
  });

  it('refuses an algorithm that there is none of', async () => {
    await assert.rejects(
      world.aws.createUserImportJob({
        UserPoolId: pool,
        JobName: 'x',
        CloudWatchLogsRoleArn: roleArn,
        PasswordHashingAlgorithm: 'MD5' as 'BCRYPT',
      }),
      { name: 'InvalidParameterException' },
    );
  });

  it('makes a thousand jobs in a pool and no more', async () => {
    const full = await world.createPool();
    const { db } = world.app.foundation.storage;
    await db.transaction().execute(async tx => {
      for (let count = 0; count < 999; count++)
        await insertImportJob(
          tx,
          newImportJob(full, { name: 'x', roleArn, hashAlgorithm: null, createdAt: world.clock.now() }),
        );
    });
    await jobsOf(world, full).create();
    await assert.rejects(jobsOf(world, full).create(), { name: 'LimitExceededException' });
  });
});

describe('ListUserImportJobs', () => {
  it('pages, the newest first', async () => {
    const listed = await world.createPool();
    const created: string[] = [];
    for (let count = 0; count < 5; count++) {
      created.unshift((await jobsOf(world, listed).create()).JobId);
      world.clock.advance(1);
    }
    const seen: (string | undefined)[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await world.aws.listUserImportJobs({ UserPoolId: listed, MaxResults: 2, PaginationToken });
      seen.push(...(page.UserImportJobs ?? []).map(({ JobId }) => JobId));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== undefined);
    assert.deepEqual(seen, created);
  });

  it('refuses the page token of another list', async () => {
    const [one, other] = [await world.createPool(), await world.createPool()];
    for (let count = 0; count < 2; count++) await jobsOf(world, one).create();
    const { PaginationToken } = await world.aws.listUserImportJobs({ UserPoolId: one, MaxResults: 1 });
    await assert.rejects(world.aws.listUserImportJobs({ UserPoolId: other, MaxResults: 1, PaginationToken }), {
      name: 'InvalidParameterException',
    });
  });

  it('needs a pool', async () => {
    await assert.rejects(world.aws.listUserImportJobs({ UserPoolId: 'us-east-1_nopool', MaxResults: 1 }), {
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the pre-signed URL', () => {
  const put = (url: string, body: string, headers: Record<string, string> = encrypted) =>
    fetch(url, { method: 'PUT', headers, body });
  const refusal = async (answer: Response) => [answer.status, /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1]];

  it("looks like S3's", async () => {
    const { JobId, PreSignedUrl } = await jobs.create();
    const url = new URL(PreSignedUrl);
    assert.equal(url.origin, world.url);
    assert.equal(url.pathname, `/000000000000/${pool}/${JobId}`);
    const query = Object.fromEntries(url.searchParams);
    assert.equal(query['X-Amz-Algorithm'], 'AWS4-HMAC-SHA256');
    assert.equal(query['X-Amz-Expires'], '899');
    assert.equal(query['X-Amz-SignedHeaders'], 'host;x-amz-server-side-encryption');
    assert.match(query['X-Amz-Date'] ?? '', /^\d{8}T\d{6}Z$/);
    assert.match(query['X-Amz-Signature'] ?? '', /^[0-9a-f]{64}$/);
  });

  it('takes the last of several files', async () => {
    const job = await jobs.create();
    await jobs.upload(job, csvOf([person('first-file')]));
    await jobs.upload(job, csvOf([person('last-file')]));
    await jobs.start(job);
    await jobs.ended(job);
    await world.aws.adminGetUser({ UserPoolId: pool, Username: 'last-file' });
    await assert.rejects(world.aws.adminGetUser({ UserPoolId: pool, Username: 'first-file' }), {
      name: 'UserNotFoundException',
    });
  });

  it('is refused when forged, of another job, without the signed header, too late, or of a job that runs', async () => {
    const [job, other] = [await jobs.create(), await jobs.create()];
    const forged = job.PreSignedUrl.replace(/Signature=.{4}/, 'Signature=0000');
    assert.deepEqual(await refusal(await put(forged, 'x')), [403, 'SignatureDoesNotMatch']);
    const elsewhere = job.PreSignedUrl.replace(job.JobId, other.JobId);
    assert.deepEqual(await refusal(await put(elsewhere, 'x')), [403, 'SignatureDoesNotMatch']);
    const later = job.PreSignedUrl.replace(/Date=\d{4}/, 'Date=2999');
    assert.deepEqual(await refusal(await put(later, 'x')), [403, 'SignatureDoesNotMatch']);
    assert.deepEqual(await refusal(await put(job.PreSignedUrl, 'x', {})), [403, 'SignatureDoesNotMatch']);
    world.clock.advance(890_000);
    await jobs.upload(job, csvOf([person('in-time')]));
    await jobs.start(job);
    assert.deepEqual(await refusal(await put(job.PreSignedUrl, 'x')), [409, 'OperationAborted']);
    world.clock.advance(20_000);
    assert.deepEqual(await refusal(await put(other.PreSignedUrl, 'x')), [403, 'AccessDenied']);
    await jobs.ended(job);
  });

  it('takes a file that is larger than any request to the API', async () => {
    const job = await jobs.create();
    const rows = [person('large'), ...Array.from({ length: 400 }, () => ({ profile: 'x'.repeat(15_000) }))];
    await jobs.upload(job, csvOf(rows));
    await jobs.start(job);
    const ended = await jobs.ended(job);
    assert.deepEqual([ended.ImportedUsers, ended.FailedUsers], [1, 400]);
  });

  it('refuses more than 100 MB', async () => {
    const { PreSignedUrl } = await jobs.create();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const upload = request(PreSignedUrl, { method: 'PUT', headers: { ...encrypted, 'content-length': 104_857_601 } });
      upload.on('response', response => {
        resolve(response.statusCode);
        upload.destroy();
      });
      upload.on('error', reject);
      upload.write('cognito:username');
    });
    assert.equal(answer, 400);
  });

  it('takes a file whole or not at all', async () => {
    const job = await jobs.create();
    await jobs.upload(job, csvOf([person('whole-file')]));
    const upload = request(job.PreSignedUrl, { method: 'PUT', headers: { ...encrypted, 'content-length': 1_000_000 } });
    const broken = new Promise(resolve => upload.on('error', resolve));
    upload.write(csvOf([person('half-file')]), () => upload.destroy());
    await broken;
    await jobs.start(job);
    await jobs.ended(job);
    await world.aws.adminGetUser({ UserPoolId: pool, Username: 'whole-file' });
    await assert.rejects(world.aws.adminGetUser({ UserPoolId: pool, Username: 'half-file' }), {
      name: 'UserNotFoundException',
    });
  });
});
