/** Cached look-ups of identity pools and of the providers that their accounts trust, which every exchange of a login needs. */
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import { listOidcProviders, listSamlProviders, type OidcProvider, type SamlProvider } from './federated-providers.ts';
import { findIdentityPool, type IdentityPool } from './identity-pools.ts';
import type { Db } from './schema.ts';

export type IdentityPoolDirectory = {
  /** At most one second old, never older than this process's own writes. Treat what it gives as read-only. */
  pool(id: string): Promise<IdentityPool | undefined>;
  oidcProviders(accountId: string): Promise<OidcProvider[]>;
  samlProviders(accountId: string): Promise<SamlProvider[]>;
  /** To be called after a write has committed. */
  forgetPool(id: string): void;
};

export const createIdentityPoolDirectory = ({ db, clock }: { db: Db; clock: Clock }): IdentityPoolDirectory => {
  const pools = createFreshCache<IdentityPool | undefined>(clock);
  const oidc = createFreshCache<OidcProvider[]>(clock, { max: 100 });
  const saml = createFreshCache<SamlProvider[]>(clock, { max: 100 });
  return {
    pool: id => pools.get(id, () => findIdentityPool(db, id)),
    oidcProviders: accountId => oidc.get(accountId, () => listOidcProviders(db, accountId)),
    samlProviders: accountId => saml.get(accountId, () => listSamlProviders(db, accountId)),
    forgetPool: pools.forget,
  };
};
