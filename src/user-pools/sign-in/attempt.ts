/** A sign-in attempt: who, through which client, and what has been proven; and its sealed form, which travels through the client. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidSession, sessionExpired } from '../../contract/errors.ts';
import type { Device } from '../../storage/devices.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { Call, ClientCall } from '../call/call.ts';
import type { ChallengeResult } from '../triggers/catalog.ts';

/** What somebody has shown: first factors, second factors, and what stands beside them. */
export type Proof =
  | 'PASSWORD'
  | 'NEW_PASSWORD'
  | 'EMAIL_OTP'
  | 'SMS_OTP'
  | 'WEB_AUTHN'
  /** A passkey whose authenticator has verified its user, by fingerprint or PIN. */
  | 'WEB_AUTHN_VERIFIED'
  | 'SMS_MFA'
  | 'EMAIL_MFA'
  | 'SOFTWARE_TOKEN_MFA'
  | 'DEVICE'
  | 'CUSTOM_CHALLENGE'
  /** The code of a sign-up that was confirmed a moment ago. */
  | 'SIGN_UP';

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
  chosen?: ChallengeNameType;
  /** CUSTOM_AUTH: the challenges so far, as the triggers see them. */
  custom?: ChallengeResult[];
  /** DEVICE_KEY, where the pool tracks devices. */
  deviceKey?: string | undefined;
  /** The confirmed device of that key, once a first factor has been proven; not kept. */
  device?: Device | undefined;
  /** ClientMetadata of this very request; not kept. */
  metadata?: Record<string, string>;
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
  name: string;
  flow: AuthFlowType;
  proven: Proof[];
  custom?: ChallengeResult[];
  deviceKey?: string | undefined;
  step: number;
  challenge: ChallengeNameType;
  state: ChallengeState;
  expiresAt: number;
};

type Sealing = Pick<ClientCall, 'sealer' | 'clock' | 'pool' | 'client' | 'db'>;

/** AuthSessionValidity in milliseconds: how long a challenge may be answered. */
export const stepLifetime = ({ client }: Pick<ClientCall, 'client'>): number =>
  (client.config.AuthSessionValidity ?? 3) * 60_000;

/** The attempt as a `Session`: unreadable, and of use to this pool and client only. */
export const sealAttempt = (
  call: Sealing,
  attempt: Attempt,
  challenge: ChallengeNameType,
  state: ChallengeState = {},
): string => {
  const { id, user, name, flow, proven, custom, deviceKey, step } = attempt;
  const owner = { poolId: call.pool.id, clientId: call.client.id };
  const expiresAt = call.clock.now() + stepLifetime(call);
  const sealed: Sealed = {
    ...owner,
    id,
    sub: user?.sub ?? null,
    signedOutAt: user?.signedOutAt ?? null,
    name,
    flow,
    proven,
    custom,
    deviceKey,
    step,
    challenge,
    state,
    expiresAt,
  };
  return call.sealer.seal('sign-in', JSON.stringify(sealed));
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

/**
 * Opens a `Session` (or the SECRET_BLOCK of SRP, which carries the same).
 * @throws NotAuthorizedException: not ours, another client's, for another challenge, expired, or ended by a global sign-out
 */
export const openAttempt = async (
  call: Sealing,
  text: string,
  challenge: ChallengeNameType,
): Promise<{ attempt: Attempt; state: ChallengeState }> => {
  const { poolId, clientId, sub, signedOutAt, expiresAt, challenge: asked, state, ...rest } = open(call.sealer, text);
  if (poolId !== call.pool.id || clientId !== call.client.id || asked !== challenge) throw invalidSession();
  if (expiresAt <= call.clock.now()) throw sessionExpired();
  const user = sub === null ? undefined : await findUser(call.db, call.pool.id, sub);
  if (sub !== null && user?.signedOutAt !== signedOutAt) throw invalidSession();
  return { attempt: { ...rest, user }, state };
};
