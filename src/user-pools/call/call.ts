/** What an operation receives besides its input: the request and the parts of the house it may use. */
import type { Operation as ContractOperation, OperationName } from '../../contract/operations.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HashChecker } from '../../lib/hash-checker.ts';
import type { ModPow } from '../../lib/mod-pow.ts';
import type { Sealer } from '../../lib/seal.ts';
import type { Turns } from '../../lib/turns.ts';
import type { AppClient } from '../../storage/clients.ts';
import type { Directory } from '../../storage/directory.ts';
import type { EventLog } from '../../storage/event-log.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import type { RequestContext } from '../../wire/service.ts';
import type { ExportLog } from './export-log.ts';
import type { Functions } from './functions.ts';
import type { FirstTry, Outgoing } from './outgoing.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What a pool's issuer depends on. */
export type Issuing = Pick<UserPool, 'id' | 'region' | 'config'>;

/** The parts that live as long as the process. */
export type House = {
  db: Db;
  clock: Clock;
  sealer: Sealer;
  modPow: ModPow;
  /** Compares passwords with imported hashes. */
  hashes: HashChecker;
  /** Password checks of one user take turns, so that guesses in parallel cannot outrun the lockout. */
  turns: Turns;
  directory: Directory;
  signingKeys: SigningKeys;
  /** The `iss` of the pool's tokens. */
  issuerOf(pool: Issuing): string;
  /** Where the pool's events are exported to, if anywhere. */
  exportLog: ExportLog;
  /** CENOTE_TIERS=aws: what a pool's feature plan lacks is refused. */
  enforcesTiers: boolean;
  /** Where clients reach this server, without a slash at the end. */
  publicUrl(): string;
  /** What users do; see `threat-protection/events.ts`. */
  authEvents: EventLog;
  /** The functions behind triggers. */
  functions: Functions;
  /** Starts sending what was put into the outbox; call after the transaction has committed. */
  wakeDelivery(): void;
  firstTry: FirstTry;
  /** Starts the import jobs that are due; call after the transaction has committed. */
  wakeImports(): void;
};

export type Call = House &
  RequestContext & {
    /** What the request has put into the outbox so far; see `messaging/first-try.ts`. */
    outgoing?: Outgoing;
    /** The person is at one of the login pages: a sign-in ends in a session of the browser, and no client has to prove itself. */
    onPages?: true;
    /** Whoever is at the page, as the session of their browser says: it stands for an access token. */
    signedIn?: SignedIn;
  };

/** The signed-in user, and the client and the session that they have signed in through. */
export type SignedIn = { pool: UserPool; client: AppClient; user: User; originJti: string };

/** A call through a door that has found the pool. */
export type PoolCall = Call & { pool: UserPool };
/** … the pool and one of its users. */
export type UserCall = PoolCall & { user: User };
/** … the pool and one of its app clients. */
export type ClientCall = PoolCall & { client: AppClient };
/** … by a valid access token: the signed-in user, the client and the session it was issued to. */
export type SignedInCall = ClientCall & UserCall & SignedIn;

/** An operation, typed by its name; see `contract/operations.ts`. */
export type Operation<Name extends OperationName> = ContractOperation<Name, Call>;
