/** The parts of identity pools that live as long as the process, from the settings. */

import type { Logger } from 'pino';
import type { AssumeRole } from '../iam/assume-role.ts';
import { createOutbound } from '../lib/outbound.ts';
import { createIdentityPoolDirectory } from '../storage/identity-pool-directory.ts';
import type { House } from '../user-pools/call/call.ts';
import type { IdentityHouse } from './call.ts';
import { embeddedCredentials } from './embedded-credentials.ts';
import { ownIssuer } from './issuer.ts';
import { createIdentityKeys } from './keys.ts';
import { createReach } from './logins/reach.ts';
import { stsCredentials } from './sts-credentials.ts';

type Settings = {
  /** undefined: the public URL's own. */
  identityIssuer: string | undefined;
  /** `aws`, or the URL of another STS; undefined: this server's own. */
  stsEndpoint: string | undefined;
  outbound: 'public' | 'any';
  loginProviders: ReadonlyMap<string, string>;
};

export const createIdentityHouse = (
  house: House,
  { identityIssuer, stsEndpoint, outbound, loginProviders }: Settings,
  { assumeRole, log }: { assumeRole: AssumeRole; log: Logger },
): IdentityHouse => ({
  ...house,
  identityPools: createIdentityPoolDirectory(house),
  identityKeys: createIdentityKeys(house),
  identityIssuer: () => identityIssuer ?? ownIssuer(house.publicUrl()),
  reach: createReach({
    outbound: createOutbound({ reach: outbound }),
    clock: house.clock,
    endpoints: loginProviders,
    log,
  }),
  credentials:
    stsEndpoint === undefined
      ? embeddedCredentials(assumeRole, log)
      : stsCredentials(stsEndpoint === 'aws' ? undefined : stsEndpoint, log),
});
