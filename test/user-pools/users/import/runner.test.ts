/** The worker that looks for jobs: what it finds after a crash, what cannot be run, and what it leaves to others when it stops. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pino from 'pino';
import { createSealer, type Sealer } from '../../../../src/lib/seal.ts';
import { connect, type Storage } from '../../../../src/storage/connect.ts';
import { findImportJob, type ImportJob, insertImportJob } from '../../../../src/storage/import-jobs.ts';
import { completeImportUpload, insertImportChunk } from '../../../../src/storage/import-uploads.ts';
import { migrate } from '../../../../src/storage/migrate.ts';
import { countUsers, insertPool } from '../../../../src/storage/pools.ts';
import { configOfNewPool } from '../../../../src/user-pools/pools/defaults.ts';
import { beginJob, newImportJob } from '../../../../src/user-pools/users/import/jobs.ts';
import { startImports } from '../../../../src/user-pools/users/import/runner.ts';
import { csvOf, person } from './importing.ts';

const newSealer = () => createSealer([{ id: 'test', key: randomBytes(32) }]);
const sealer = newSealer();
const log = pino({ level: 'silent' });
let now = 1_000_000;
const clock = { now: () => now };
const poolId = 'us-east-1_pool';

let storage: Storage;
before(async () => {
  storage = await connect({ url: ':memory:', dataDir: '' });
  await migrate(storage);
  const config = configOfNewPool({ PoolName: 'x', AutoVerifiedAttributes: ['email'] }, 'us-east-1');
  const place = { accountId: '000000000000', region: 'us-east-1', name: 'x' };
  await insertPool(storage.db, { id: poolId, ...place, config, settings: {}, version: 1, createdAt: 1, modifiedAt: 1 });
});
after(() => storage.close());

const startRunner = () =>
  startImports({ ...storage, clock, sealer, log, limits: { lease: 1000, pollInterval: 10, retryAfter: 1 } });

/** @param sealedWith the master key with which the file was uploaded */
const startJob = async (text: string | undefined, sealedWith: Sealer = sealer): Promise<ImportJob> => {
  const job = newImportJob(poolId, { name: 'x', roleArn: null, hashAlgorithm: null, createdAt: now });
  await insertImportJob(storage.db, job);
  if (text !== undefined) {
    const key = { poolId, id: job.id, uploadId: 'upload' };
    const content = sealedWith.seal('import-chunk', text, `${poolId}/${job.id}/upload/0`);
    await insertImportChunk(storage.db, key, 0, content);
    await completeImportUpload(storage.db, key);
  }
  return storage.db.transaction().execute(tx => beginJob(tx, job, { now }));
};

const outcome = async (job: ImportJob) => {
  const found = await findImportJob(storage.db, job);
  return [found?.status, found?.message];
};

describe('the runner', () => {
  it('finds at its start what was due before', async () => {
    const job = await startJob(csvOf([person('jane'), person('joe')]));
    const runner = startRunner();
    await runner.idle();
    assert.deepEqual(await outcome(job), ['Succeeded', 'Import Job Completed Successfully.']);
    assert.equal(await countUsers(storage.db, poolId), 2);
    await runner.stop();
  });

  it('takes over from a process that has not been heard of for a lease', async () => {
    const job = await startJob(csvOf([person('left')]));
    const dead = { status: 'InProgress' as const, lease_owner: 'dead', lease_ends_at: now + 1000 };
    await storage.db.updateTable('user_import_jobs').set(dead).where('job_id', '=', job.id).execute();
    const runner = startRunner();
    await runner.idle();
    assert.equal((await outcome(job))[0], 'InProgress');
    now += 1000;
    await runner.idle();
    assert.equal((await outcome(job))[0], 'Succeeded');
    await runner.stop();
  });

  it('gives up a job of the command line whose process is gone', async () => {
    const job = await startJob(undefined);
    const runner = startRunner();
    await runner.idle();
    assert.deepEqual(await outcome(job), ['Failed', 'The import was interrupted.']);
    await runner.stop();
  });

  it('gives up a job that fails over and over, and goes on with the next', async () => {
    const runner = startRunner();
    const job = await startJob(csvOf([person('sealed')]), newSealer());
    // Each try is a turn of its own.
    for (let turn = 0; turn < 10; turn++) {
      await runner.idle();
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    assert.deepEqual(await outcome(job), ['Failed', 'The import failed.']);
    const next = await startJob(csvOf([person('next')]));
    await runner.idle();
    assert.equal((await outcome(next))[0], 'Succeeded');
    await runner.stop();
  });
});
