/** The cached look-up of domains: fresh after this process's own writes, at most a second old after those of others. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createSealer } from '../../src/lib/seal.ts';
import { connect, type Storage } from '../../src/storage/connect.ts';
import { createDirectory } from '../../src/storage/directory.ts';
import { deleteDomain, insertDomain, type PoolDomain } from '../../src/storage/domains.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { poolRow } from '../support/rows.ts';

const poolId = 'us-east-1_abcdefghi';
const domainNamed = (name: string): PoolDomain => ({
  poolId,
  accountId: '000000000000',
  kind: name.includes('.') ? 'custom' : 'prefix',
  name,
  config: { ManagedLoginVersion: 1 },
  createdAt: 1,
  modifiedAt: 1,
});

describe('the directory of domains', () => {
  let storage: Storage;
  before(async () => {
    storage = await connect({ url: ':memory:', dataDir: '' });
    await migrate(storage);
    await storage.db.insertInto('user_pools').values(poolRow(poolId)).execute();
  });
  after(() => storage.close());

  it('finds a domain by its name, and no longer once it is forgotten or a second has passed', async () => {
    const { db } = storage;
    let now = 0;
    const sealer = createSealer([{ id: 'test', key: randomBytes(32) }]);
    const directory = createDirectory({ db, sealer, clock: { now: () => now } });
    for (const name of ['login', 'auth.example.com']) {
      assert.equal(await directory.domain(name), undefined);
      await insertDomain(db, domainNamed(name));
      directory.forgetDomain(name);
      assert.deepEqual((await directory.domain(name))?.poolId, poolId);
      await deleteDomain(db, poolId, name);
      assert.deepEqual((await directory.domain(name))?.poolId, poolId);
      now += 1001;
      assert.equal(await directory.domain(name), undefined);
    }
  });

  it('asks no database for what cannot be a domain', async () => {
    const closed = await connect({ url: ':memory:', dataDir: '' });
    await closed.close();
    const sealer = createSealer([{ id: 'test', key: randomBytes(32) }]);
    const directory = createDirectory({ db: closed.db, sealer, clock: { now: () => 0 } });
    for (const name of ['', 'A', 'a b', 'a\0', 'a'.repeat(64), 'localhost:9339'])
      assert.equal(await directory.domain(name), undefined);
    await assert.rejects(directory.domain('login'));
  });
});
