/** A sign-in attempt: who, through which client, and what has been proven; and its sealed form, which travels through the client. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidSession, sessionExpired } from '../../contract/errors.ts';
import type { Device } from '../../storage/devices.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { Call, ClientCall } from '../call/call.ts';
import { nameKey } from '../call/sign-in-names.ts';
import type { Level, Proof } from '../tokens/assurance.ts';
import type { ChallengeResult } from '../triggers/catalog.ts';

export type { Proof } from '../tokens/assurance.ts';

export type Attempt = {
  /** Becomes the `origin_jti` of the tokens. */
  id: string;
  /** undefined: nobody has the name, and the client may not learn that; nothing such an attempt says is ever right. */
  user: User | undefined;
  /** The name as typed, or as sent with the first step. */
  name: string;
  flow: AuthFlowType;
  proven: Proof[];
  /** What the person has just chosen to be asked for next; not kept. */
  chosen?: ChallengeNameType | undefined;
  /** TARGET_ACR_VALUES: the level that must be reached. */
  target?: Level | undefined;
  /** ACCESS_TOKEN: the family whose proofs this attempt began with. */
  credit?: string | undefined;
  /** CUSTOM_AUTH: the challenges so far, as the triggers see them. */
  custom?: ChallengeResult[] | undefined;
  /** DEVICE_KEY, where the pool tracks devices. */
  deviceKey?: string | undefined;
  /** The confirmed device of that key, once a first factor has been proven; not kept. */
  device?: Device | undefined;
  /** ClientMetadata of this very request; not kept. */
  metadata?: Record<string, string>;
  /** Begun by an earlier request, so that this one may be a replay; not kept. */
  resumed?: boolean;
  /** Of the user when the challenge was asked. */
  passwordSetAt?: number | null;
  /** Rises with each challenge that is passed; see `storage/sign-in-attempts.ts`. 0: nothing is recorded yet. */
  step: number;
  /** The challenge that was just passed has moved the recorded step itself; not kept. */
  moved?: boolean;
};

/** What a challenge needs to remember until it is answered. */
export type ChallengeState = Record<string, string>;

type Sealed = {
  poolId: string;
  clientId: string;
  id: string;
  sub: string | null;
  /** Of the user as they were when the challenge was asked: whoever signs them out of everything ends their attempts, too. */
  signedOutAt: number | null;
  passwordSetAt: number | null;
  name: string;
  flow: AuthFlowType;
  proven: Proof[];
  target?: Level | undefined;
  credit?: string | undefined;
  custom?: ChallengeResult[] | undefined;
  deviceKey?: string | undefined;
  step: number;
  challenge: ChallengeNameType;
  state: ChallengeState;
  /** Begun on the login pages. What begins there ends there, and what begins at the API ends at the API: each has rules of its own. */
  onPages?: true | undefined;
  expiresAt: number;
};

type Sealing = Pick<ClientCall, 'sealer' | 'clock' | 'pool' | 'client' | 'db' | 'onPages'>;

/** AuthSessionValidity in milliseconds: how long a challenge may be answered. */
export const stepLifetime = ({ client }: Pick<ClientCall, 'client'>): number =>
  (client.config.AuthSessionValidity ?? 3) * 60_000;

/** Longer names are kept in the form in which they are compared: a `Session` has 2048 characters at most. */
const longestName = 256;

/**
 * The length of a `Session` shows how much stands in it. Where the client may not learn who exists, an attempt of nobody must be as
 * long as that of a user, whether they have ever signed out or not: what differs is filled up to the most that it can be.
 */
const padded = (sealed: Sealed): string => {
  const { sub, signedOutAt, passwordSetAt } = sealed;
  return (
    JSON.stringify(sealed) + ' '.repeat(Math.max(0, 80 - JSON.stringify([sub, signedOutAt, passwordSetAt]).length))
  );
};

/** The attempt as a `Session`: unreadable, and of use to this pool and client only. */
export const sealAttempt = (
  call: Sealing,
  attempt: Attempt,
  challenge: ChallengeNameType,
  state: ChallengeState = {},
): string => {
  const { id, user, name, flow, proven, target, credit, custom, deviceKey, step } = attempt;
  const owner = { poolId: call.pool.id, clientId: call.client.id };
  const expiresAt = call.clock.now() + stepLifetime(call);
  const sealed: Sealed = {
    ...owner,
    id,
    sub: user?.sub ?? null,
    signedOutAt: user?.signedOutAt ?? null,
    passwordSetAt: user?.passwordSetAt ?? null,
    name: name.length > longestName ? nameKey(call.pool, name) : name,
    flow,
    proven,
    target,
    credit,
    custom,
    deviceKey,
    step,
    challenge,
    state,
    onPages: call.onPages,
    expiresAt,
  };
  return call.sealer.seal('sign-in', padded(sealed));
};

const open = (sealer: ClientCall['sealer'], text: string): Sealed => {
  const opened = sealer.open('sign-in', text);
  if (opened === undefined) throw invalidSession();
  return JSON.parse(opened.toString());
};

/** What stands in a `Session`, of whichever challenge, expired or not: for records, never for decisions. */
export const peekAttempt = (
  { sealer }: Pick<Call, 'sealer'>,
  text: string,
): Pick<Sealed, 'id' | 'sub' | 'proven'> | undefined => {
  const opened = sealer.open('sign-in', text);
  return opened && JSON.parse(opened.toString());
};

/** The client that a `Session` was given to, for operations that are told nothing else. @throws NotAuthorizedException */
export const findSessionCall = async <C extends Call>(call: C, text: string): Promise<C & ClientCall> => {
  const { poolId, clientId } = open(call.sealer, text);
  const client = await call.directory.client(clientId);
  const pool = await call.directory.pool(poolId);
  if (client === undefined || pool === undefined) throw invalidSession();
  return { ...call, client, pool };
};

/** Whoever sets a new password ends the attempts that began with the old one. @throws NotAuthorizedException */
export const checkPasswordStands = ({ user, proven, passwordSetAt }: Attempt): void => {
  if (user && proven.includes('PASSWORD') && user.passwordSetAt !== passwordSetAt) throw invalidSession();
};

/**
 * Opens a `Session` (or the SECRET_BLOCK of SRP, which carries the same).
 * @param challenges those of which one must have been asked
 * @throws NotAuthorizedException: not ours, another client's, for another challenge, expired, or ended by a global sign-out
 */
export const openAttempt = async (
  call: Sealing,
  text: string,
  ...challenges: ChallengeNameType[]
): Promise<{ attempt: Attempt; state: ChallengeState; asked: ChallengeNameType }> => {
  const {
    poolId,
    clientId,
    onPages,
    sub,
    signedOutAt,
    expiresAt,
    challenge: asked,
    state,
    ...rest
  } = open(call.sealer, text);
  const isOurs = poolId === call.pool.id && clientId === call.client.id && onPages === call.onPages;
  if (!isOurs || !challenges.includes(asked)) throw invalidSession();
  if (expiresAt <= call.clock.now()) throw sessionExpired();
  const user = sub === null ? undefined : await findUser(call.db, call.pool.id, sub);
  if (sub !== null && user?.signedOutAt !== signedOutAt) throw invalidSession();
  return { attempt: { ...rest, user, resumed: true }, state, asked };
};
