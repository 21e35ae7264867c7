/** Changes of a pool's record, one after the other. */
import type { Transaction } from 'kysely';
import { userImportInProgress, userPoolNotFound } from '../../contract/errors.ts';
import { isImporting } from '../../storage/import-jobs.ts';
import { holdPool, savePool, type UserPool } from '../../storage/pools.ts';
import type { Schema } from '../../storage/schema.ts';
import type { PoolCall } from '../call/call.ts';

/** Runs `change` on the newest record; changes of one pool take turns, so that none is lost. @returns what `change` returns */
export const withPool = async <T>(
  { db, directory, pool: { id } }: PoolCall,
  change: (tx: Transaction<Schema>, pool: UserPool) => Promise<T>,
): Promise<T> => {
  const result = await db.transaction().execute(async tx => {
    const current = await holdPool(tx, id);
    if (current === undefined) throw userPoolNotFound(id);
    return change(tx, current);
  });
  directory.forgetPool(id);
  return result;
};

/** As `withPool`, for what must stay as it is while users are being imported. @throws UserImportInProgressException */
export const withIdlePool = <T>(
  call: PoolCall,
  change: (tx: Transaction<Schema>, pool: UserPool) => Promise<T>,
): Promise<T> =>
  withPool(call, async (tx, pool) => {
    // A job is started by whoever holds the pool, so none begins before this transaction ends.
    if (await isImporting(tx, pool.id)) throw userImportInProgress();
    return change(tx, pool);
  });

/** Saves what `decide` makes of the newest record. @returns the record as saved */
export const changePool = async (call: PoolCall, decide: (pool: UserPool) => UserPool): Promise<UserPool> => {
  let saved = call.pool;
  await withPool(call, async (tx, current) => {
    saved = { ...decide(current), modifiedAt: call.clock.now() };
    await savePool(tx, saved);
  });
  return saved;
};
