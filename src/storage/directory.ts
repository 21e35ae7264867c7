/** Cached look-ups of pools, app clients, domains and scopes, which every request needs and which seldom change, and of what login pages look like. */
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import type { Sealer } from '../lib/seal.ts';
import { type ClientBranding, findClientBranding } from './brandings.ts';
import { type AppClient, findClient } from './clients.ts';
import { findDomain, type PoolDomain } from './domains.ts';
import { findPool, type UserPool } from './pools.ts';
import { customScopes } from './resource-servers.ts';
import type { Db } from './schema.ts';
import { findPageCustomization, type PageCustomization } from './ui-customizations.ts';

// Ids come from strangers (requests, tokens that are not verified yet): what cannot be one does not reach the database.
const poolIdShape = /^[\w-]{1,50}_[0-9a-zA-Z]{1,50}$/;
const clientIdShape = /^[\w+]{1,128}$/;
const domainShape = /^[a-z0-9.-]{1,63}$/;

export type Directory = {
  /** At most one second old, never older than this process's own writes. Treat what it gives as read-only. */
  pool(id: string): Promise<UserPool | undefined>;
  client(id: string): Promise<AppClient | undefined>;
  /** By the name as it was given to CreateUserPoolDomain: a prefix alone, or a whole custom domain. */
  domain(name: string): Promise<PoolDomain | undefined>;
  /** Every custom scope of the pool, as `identifier/scope`. */
  scopes(poolId: string): Promise<string[]>;
  /** The managed login style of an app client. */
  branding(poolId: string, clientId: string): Promise<ClientBranding | undefined>;
  /** The customization of the classic pages. @param scope a client id, or ALL */
  customization(poolId: string, scope: string): Promise<PageCustomization | undefined>;
  /** To be called after a write has committed. */
  forgetPool(id: string): void;
  forgetClient(id: string): void;
  forgetDomain(name: string): void;
  forgetScopes(poolId: string): void;
  forgetBranding(poolId: string, clientId: string): void;
  forgetCustomization(poolId: string, scope: string): void;
};

export const createDirectory = ({ db, clock, sealer }: { db: Db; clock: Clock; sealer: Sealer }): Directory => {
  const pools = createFreshCache<UserPool | undefined>(clock);
  const clients = createFreshCache<AppClient | undefined>(clock);
  const domains = createFreshCache<PoolDomain | undefined>(clock);
  const scopes = createFreshCache<string[]>(clock);
  // Style sheets and settings can be long: fewer of them are kept.
  const brandings = createFreshCache<ClientBranding | undefined>(clock, { max: 500 });
  const customizations = createFreshCache<PageCustomization | undefined>(clock, { max: 500 });
  return {
    pool: async id => (poolIdShape.test(id) ? pools.get(id, () => findPool(db, id)) : undefined),
    client: async id => (clientIdShape.test(id) ? clients.get(id, () => findClient(db, sealer, id)) : undefined),
    domain: async name => (domainShape.test(name) ? domains.get(name, () => findDomain(db, name)) : undefined),
    branding: async (poolId, clientId) =>
      clientIdShape.test(clientId)
        ? brandings.get(`${poolId}/${clientId}`, () => findClientBranding(db, poolId, clientId))
        : undefined,
    customization: async (poolId, scope) =>
      clientIdShape.test(scope)
        ? customizations.get(`${poolId}/${scope}`, () => findPageCustomization(db, poolId, scope))
        : undefined,
    scopes: poolId => scopes.get(poolId, () => customScopes(db, poolId)),
    forgetPool: pools.forget,
    forgetClient: clients.forget,
    forgetDomain: domains.forget,
    forgetScopes: scopes.forget,
    forgetBranding: (poolId, clientId) => brandings.forget(`${poolId}/${clientId}`),
    forgetCustomization: (poolId, scope) => customizations.forget(`${poolId}/${scope}`),
  };
};
