/** Cached look-ups of pools and app clients, which every request needs and which seldom change. */
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import type { Sealer } from '../lib/seal.ts';
import { type AppClient, findClient } from './clients.ts';
import { findPool, type UserPool } from './pools.ts';
import type { Db } from './schema.ts';

export type Directory = {
  /** At most one second old, never older than this process's own writes. Treat what it gives as read-only. */
  pool(id: string): Promise<UserPool | undefined>;
  client(id: string): Promise<AppClient | undefined>;
  /** To be called after a write has committed. */
  forgetPool(id: string): void;
  forgetClient(id: string): void;
};

export const createDirectory = ({ db, clock, sealer }: { db: Db; clock: Clock; sealer: Sealer }): Directory => {
  const pools = createFreshCache<UserPool | undefined>(clock);
  const clients = createFreshCache<AppClient | undefined>(clock);
  return {
    pool: id => pools.get(id, () => findPool(db, id)),
    client: id => clients.get(id, () => findClient(db, sealer, id)),
    forgetPool: pools.forget,
    forgetClient: clients.forget,
  };
};
