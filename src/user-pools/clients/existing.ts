/** Finds out what the pool has of that to which an app client refers. */
import type { ClientConfig } from '../../storage/clients.ts';
import { listProviderNames } from '../../storage/identity-providers.ts';
import { customScopes } from '../../storage/resource-servers.ts';
import type { Db } from '../../storage/schema.ts';
import type { Existing } from './check.ts';
import { isStandardScope } from './scopes.ts';

const isOwnDirectory = (provider: string) => provider === 'COGNITO';

export const existingFor = async (
  db: Db,
  poolId: string,
  { AllowedOAuthScopes = [], SupportedIdentityProviders = [] }: ClientConfig,
): Promise<Existing> => ({
  providers: SupportedIdentityProviders.every(isOwnDirectory) ? [] : await listProviderNames(db, poolId),
  scopes: AllowedOAuthScopes.every(isStandardScope) ? [] : await customScopes(db, poolId),
});
