/** Changes of an identity pool's record, one after the other. */
import { identityPoolNotFound } from '../contract/identity-errors.ts';
import { holdIdentityPool, type IdentityPool, saveIdentityPool } from '../storage/identity-pools.ts';
import type { IdentityPoolCall } from './call.ts';

/** Saves what `decide` makes of the newest record; changes of one pool take turns, so that none is lost. @returns what was saved */
export const changePool = async (
  { db, clock, identityPools, pool: { id } }: IdentityPoolCall,
  decide: (pool: IdentityPool) => IdentityPool,
): Promise<IdentityPool> => {
  const saved = await db.transaction().execute(async tx => {
    const current = await holdIdentityPool(tx, id);
    if (current === undefined) throw identityPoolNotFound(id);
    const changed = { ...decide(current), modifiedAt: clock.now() };
    await saveIdentityPool(tx, changed);
    return changed;
  });
  identityPools.forgetPool(id);
  return saved;
};
