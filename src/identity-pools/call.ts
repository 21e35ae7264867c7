/** What an operation of identity pools receives besides its input: the request and the parts of the house it may use. */
import type {
  IdentityOperation as ContractOperation,
  IdentityInput,
  IdentityOperationName,
  IdentityOutput,
} from '../contract/operations.ts';
import type { IdentityPoolDirectory } from '../storage/identity-pool-directory.ts';
import type { IdentityPool } from '../storage/identity-pools.ts';
import type { House } from '../user-pools/call/call.ts';
import type { RequestContext } from '../wire/service.ts';
import type { CredentialSource } from './credential-source.ts';
import type { IdentityKeys } from './keys.ts';
import type { ReachProvider } from './logins/reach.ts';

/** The parts that live as long as the process; identity pools ask user pools about their tokens. */
export type IdentityHouse = Pick<
  House,
  'db' | 'clock' | 'sealer' | 'directory' | 'signingKeys' | 'issuerOf' | 'publicUrl'
> & {
  identityPools: IdentityPoolDirectory;
  /** What signs the tokens that identity pools issue. */
  identityKeys: IdentityKeys;
  /** The `iss` of these tokens. */
  identityIssuer(): string;
  /** Asks login providers. */
  reach: ReachProvider;
  credentials: CredentialSource;
};

export type IdentityCall = IdentityHouse & RequestContext;
/** … through a door that has found the pool. */
export type IdentityPoolCall = IdentityCall & { pool: IdentityPool };

export type Operation<Name extends IdentityOperationName> = ContractOperation<Name, IdentityCall>;
export type Input<Name extends IdentityOperationName> = IdentityInput<Name>;
export type Output<Name extends IdentityOperationName> = IdentityOutput<Name>;
