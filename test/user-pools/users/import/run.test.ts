/** The runner below the API: interrupted, taken over, stopped in the middle; on both engines. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, it } from 'node:test';
import { createSealer } from '../../../../src/lib/seal.ts';
import {
  claimImportJob,
  findImportJob,
  type ImportJob,
  insertImportJob,
  stopImportJob,
} from '../../../../src/storage/import-jobs.ts';
import { listImportLog } from '../../../../src/storage/import-uploads.ts';
import { countUsers, insertPool } from '../../../../src/storage/pools.ts';
import { allUsers, insertUsers, type NewUser } from '../../../../src/storage/user-batches.ts';
import { deleteUser, findUserByName, insertUser, type User } from '../../../../src/storage/users.ts';
import { configOfNewPool } from '../../../../src/user-pools/pools/defaults.ts';
import { beginJob, newImportJob } from '../../../../src/user-pools/users/import/jobs.ts';
import { type Running, runImport } from '../../../../src/user-pools/users/import/run.ts';
import { eachEngine } from '../../../support/databases.ts';
import { csvOf, person } from './importing.ts';

const sealer = createSealer([{ id: 'test', key: randomBytes(32) }]);
const lease = 10_000;

eachEngine('an import job', database => {
  let now = 1_000_000;
  const clock = { now: () => now };
  let pools = 0;
  let poolId: string;
  const makePool = async () => {
    poolId = `us-east-1_pool${++pools}`;
    const config = configOfNewPool({ PoolName: 'x', AutoVerifiedAttributes: ['email'] }, 'us-east-1');
    const times = { createdAt: 1, modifiedAt: 1, version: 1 };
    await insertPool(database.db, {
      id: poolId,
      accountId: '000000000000',
      region: 'us-east-1',
      name: 'x',
      config,
      settings: {},
      ...times,
    });
  };
  before(makePool);

  const startJob = async (): Promise<ImportJob> => {
    const job = newImportJob(poolId, { name: 'x', roleArn: null, hashAlgorithm: null, createdAt: now });
    await insertImportJob(database.db, job);
    return database.db.transaction().execute(tx => beginJob(tx, job, { now }));
  };
  const claim = async (owner: string) => {
    const job = await claimImportJob(database.db, { owner, now, leaseEnds: now + lease });
    assert(job, `${owner} finds no job`);
    return job;
  };
  const running = (owner: string, more: Partial<Running> = {}): Running => ({
    db: database.db,
    clock,
    sealer,
    owner,
    lease,
    stopped: () => false,
    ...more,
  });
  const file = async function* (count: number) {
    yield Buffer.from(csvOf(Array.from({ length: count }, (_, index) => person(`user${index}`))));
  };
  const usernames = async () => {
    const names: string[] = [];
    for await (const users of allUsers(database.db, poolId, 700)) names.push(...users.map(({ username }) => username));
    return names;
  };

  it('goes on where its process left it, and imports every row once', async () => {
    await makePool();
    const { id } = await startJob();
    // Three batches of it, then the process is gone, without a word.
    let batches = 0;
    const died = new Error('the process died');
    const dying = runImport(
      running('first', {
        onProgress: () => {
          if (++batches === 3) throw died;
        },
      }),
      await claim('first'),
      file(2300),
    );
    await assert.rejects(dying, died);
    const left = await findImportJob(database.db, { poolId, id });
    assert.equal(left?.status, 'InProgress');
    assert(left.imported > 0 && left.imported < 2300);
    assert.equal(await countUsers(database.db, poolId), left.imported);

    // Until the lease is over nobody else may have it.
    assert.equal(await claimImportJob(database.db, { owner: 'second', now, leaseEnds: now + lease }), undefined);
    now += lease;
    const ended = await runImport(running('second'), await claim('second'), file(2300));
    assert.deepEqual([ended?.status, ended?.imported, ended?.skipped, ended?.failed], ['Succeeded', 2300, 0, 0]);
    const names = await usernames();
    assert.equal(names.length, 2300);
    assert.equal(new Set(names).size, 2300);
    assert.equal(await countUsers(database.db, poolId), 2300);
  });

  it('writes nothing more once another process has it', async () => {
    await makePool();
    await startJob();
    const slow = await claim('slow');
    let taken: ImportJob | undefined;
    const twoBatches = Promise.withResolvers<void>();
    const ended = await runImport(
      running('slow', {
        onProgress: ({ imported }) => {
          now += lease;
          if (imported === 1000) twoBatches.resolve();
        },
      }),
      slow,
      (async function* () {
        for await (const bytes of file(1200)) yield bytes;
        // It hangs at the end of the file, and its lease runs out.
        await twoBatches.promise;
        now += lease;
        taken = await claim('quick');
      })(),
    );
    assert.equal(ended, undefined);
    assert(taken && taken.rowCount < 1200);
    const finished = await runImport(running('quick'), taken, file(1200));
    assert.deepEqual([finished?.status, finished?.imported, finished?.skipped], ['Succeeded', 1200, 0]);
    assert.equal((await usernames()).length, 1200);
  });

  it('ends with the batch during which it was stopped', async () => {
    await makePool();
    const { id } = await startJob();
    const job = await claim('one');
    let count = 0;
    const ended = await runImport(
      running('one', {
        onProgress: ({ imported }) => {
          count = imported;
        },
      }),
      job,
      (async function* () {
        const text = csvOf(Array.from({ length: 1500 }, (_, index) => person(`user${index}`)));
        const half = Math.floor(text.length / 2);
        yield Buffer.from(text.slice(0, half));
        await stopImportJob(database.db, { poolId, id }, { message: 'stopped', now });
        yield Buffer.from(text.slice(half));
      })(),
    );
    assert.equal(ended, undefined);
    const stopped = await findImportJob(database.db, { poolId, id });
    assert.deepEqual([stopped?.status, stopped?.imported], ['Stopped', count]);
    assert.equal((await usernames()).length, count);
    assert.equal(await claimImportJob(database.db, { owner: 'two', now: now + lease, leaseEnds: now }), undefined);
  });

  it('gives way after a batch when its process is stopping', async () => {
    await makePool();
    await startJob();
    const ended = await runImport(running('one', { stopped: () => true }), await claim('one'), file(1200));
    assert.equal(ended, undefined);
    now += lease;
    const next = await runImport(running('two'), await claim('two'), file(1200));
    assert.deepEqual([next?.status, next?.imported], ['Succeeded', 1200]);
  });

  it('fails when its pool is deleted', async () => {
    await makePool();
    await startJob();
    const job = await claim('one');
    await database.db.updateTable('user_pools').set({ deleted_at: now }).where('pool_id', '=', poolId).execute();
    const ended = await runImport(running('one'), job, file(1));
    assert.deepEqual([ended?.status, ended?.message], ['Failed', 'The user pool has been deleted.']);
  });

  it('is started by one of those who start one at the same time', async () => {
    await makePool();
    const jobs = Array.from({ length: 5 }, () =>
      newImportJob(poolId, { name: 'x', roleArn: null, hashAlgorithm: null, createdAt: now }),
    );
    for (const job of jobs) await insertImportJob(database.db, job);
    const started = await Promise.allSettled(
      jobs.map(job => database.db.transaction().execute(tx => beginJob(tx, job, { now }))),
    );
    assert.equal(started.filter(({ status }) => status === 'fulfilled').length, 1);
    const refusals = started.flatMap(result => (result.status === 'rejected' ? result.reason.name : []));
    assert.deepEqual(refusals, Array(4).fill('PreconditionNotMetException'));
    await stopImportJob(database.db, jobs[started.findIndex(({ status }) => status === 'fulfilled')] as ImportJob, {
      message: 'x',
      now,
    });
  });

  it('is claimed by one of those who look for one at the same time', async () => {
    await makePool();
    await startJob();
    const claimed = await Promise.all(
      ['one', 'two', 'three', 'four'].map(owner => claimImportJob(database.db, { owner, now, leaseEnds: now + lease })),
    );
    assert.equal(claimed.filter(job => job !== undefined).length, 1);
  });

  const newUser = (sub: string, username: string, more: Partial<NewUser> = {}): NewUser => {
    const user: User = {
      poolId,
      sub,
      username,
      status: 'CONFIRMED',
      enabled: true,
      attributes: {},
      password: null,
      passwordSetAt: null,
      factors: {},
      signedOutAt: null,
      version: 1,
      createdAt: 1,
      modifiedAt: 1,
    };
    return { user, names: [{ kind: 'username', key: username }], isRestored: false, ...more };
  };
  const uuid = (digit: number) => `${digit}0000000-0000-4000-8000-000000000000`;

  it('meets somebody who signs up under the same names at the same time', async () => {
    await makePool();
    const rows = Array.from({ length: 400 }, (_, index) => person(`user${index}`));
    await startJob();
    const job = await claim('one');
    const signUps = Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { user, names } = newUser(`${uuid(1).slice(0, -2)}${10 + index}`, `user${index * 10}`);
        await database.db
          .transaction()
          .execute(async tx => {
            if ((await insertUser(tx, user, names)) !== undefined) throw new Error('taken');
          })
          .catch(() => undefined);
      }),
    );
    const [ended] = await Promise.all([
      runImport(
        running('one'),
        job,
        (async function* () {
          yield Buffer.from(csvOf(rows));
        })(),
      ),
      signUps,
    ]);
    assert.equal(ended?.status, 'Succeeded');
    const names = await usernames();
    assert.deepEqual(names.toSorted(), rows.map(row => row['cognito:username']).toSorted());
    assert.equal(await countUsers(database.db, poolId), 400);
    assert.equal((ended?.imported ?? 0) + (ended?.skipped ?? 0), 400);
    const log = await listImportLog(database.db, job, { after: 0, limit: 1000 });
    assert.equal(log.length, ended?.skipped);
  });

  it("keeps names and subs apart: nobody is called like another's sub", async () => {
    await makePool();
    const add = (batch: NewUser[]) => database.db.transaction().execute(tx => insertUsers(tx, poolId, batch));
    const batch = [
      newUser(uuid(1), 'one'),
      newUser(uuid(2), uuid(1)),
      newUser(uuid(3), 'one'),
      newUser(uuid(4), 'four', {
        names: [
          { kind: 'username', key: 'four' },
          { kind: 'preferred_username', key: 'four' },
        ],
      }),
      newUser(uuid(5), uuid(6)),
    ];
    const taken = await add(batch);
    assert(taken !== 'stale');
    assert.deepEqual(
      [...taken.entries()].map(([{ user }, kind]) => [user.sub, kind]),
      [
        [uuid(2), 'username'],
        [uuid(3), 'username'],
      ],
    );
    // A sub that is restored: somebody's sub already, or what somebody is called.
    const again = [newUser(uuid(1), 'other', { isRestored: true }), newUser(uuid(6), 'six', { isRestored: true })];
    const takenAgain = await add(again);
    assert(takenAgain !== 'stale');
    assert.equal(takenAgain.size, 2);
    assert.equal(await countUsers(database.db, poolId), 3);
    assert.equal((await findUserByName(database.db, poolId, 'four'))?.sub, uuid(4));
    await database.db.transaction().execute(tx => deleteUser(tx, poolId, uuid(4)));
    assert.equal(await countUsers(database.db, poolId), 2);
  });
});
