/** What the server needs of IAM: who signs with temporary credentials, and how they are issued. */
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Db } from '../storage/schema.ts';
import type { FindKey } from './access-keys.ts';
import { createAssumeRole } from './assume-role.ts';
import { createAssumeRoleAs } from './assume-role-as.ts';
import type { Roles } from './roles.ts';
import { createSessionTokens } from './session-token.ts';
import { createSessionFinder } from './sessions.ts';

type IamDeps = { db: Db; sealer: Sealer; clock: Clock; roles: Roles; findKey: FindKey };

export const createIam = ({ db, sealer, clock, roles, findKey }: IamDeps) => {
  const tokens = createSessionTokens({ sealer, clock });
  return {
    tokens,
    findSession: createSessionFinder({ tokens, roles, findKey, clock }),
    assumeRole: createAssumeRole({ db, sealer, clock, roles }),
    assumeRoleAs: createAssumeRoleAs({ roles, sealer, clock }),
  };
};
