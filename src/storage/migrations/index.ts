/** Every migration, in the order in which they apply. */
import type { Migration } from '../migrate.ts';
import { foundation } from './0001-foundation.ts';
import { groups } from './0002-groups.ts';
import { resourceServers } from './0003-resource-servers.ts';
import { factors } from './0004-factors.ts';
import { passkeys } from './0005-passkeys.ts';
import { devices } from './0006-devices.ts';
import { sessions } from './0007-sessions.ts';
import { userImport } from './0008-import.ts';
import { domains } from './0009-domains.ts';
import { branding } from './0010-branding.ts';
import { providers } from './0011-providers.ts';
import { risk } from './0012-risk.ts';
import { poolDocuments } from './0013-pool-documents.ts';
import { outbox } from './0015-outbox.ts';
import { oauth } from './0016-oauth.ts';
import { identityPools } from './0018-identity-pools.ts';
import { roles } from './0019-roles.ts';

export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-groups': groups,
  '0003-resource-servers': resourceServers,
  '0004-factors': factors,
  '0005-passkeys': passkeys,
  '0006-devices': devices,
  '0007-sessions': sessions,
  '0008-import': userImport,
  '0009-domains': domains,
  '0010-branding': branding,
  '0011-providers': providers,
  '0012-risk': risk,
  '0013-pool-documents': poolDocuments,
  '0015-outbox': outbox,
  '0016-oauth': oauth,
  '0018-identity-pools': identityPools,
  '0019-roles': roles,
};
