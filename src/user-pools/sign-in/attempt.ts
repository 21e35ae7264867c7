/** A sign-in attempt: who, through which client, and what has been proven; and its sealed form, which travels through the client. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidSession, sessionExpired } from '../../contract/errors.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';

export type Proof = 'PASSWORD' | 'NEW_PASSWORD';

export type Attempt = {
  /** Becomes the `origin_jti` of the tokens. */
  id: string;
  /** undefined: nobody has the name, and the client may not learn that; nothing such an attempt says is ever right. */
  user: User | undefined;
  /** The name as typed, or as sent with the first step. */
  name: string;
  proven: Proof[];
  /** Rises with each challenge that is passed; see `storage/sign-in-attempts.ts`. 0: nothing is recorded yet. */
  step: number;
};

/** What a challenge needs to remember until it is answered. */
export type ChallengeState = Record<string, string>;

type Sealed = {
  id: string;
  sub: string | null;
  name: string;
  proven: Proof[];
  step: number;
  challenge: ChallengeNameType;
  state: ChallengeState;
  expiresAt: number;
};

type Sealing = Pick<ClientCall, 'sealer' | 'clock' | 'pool' | 'client' | 'db'>;
const context = ({ pool, client }: Sealing) => `${pool.id}/${client.id}`;

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
  const { id, user, name, proven, step } = attempt;
  const expiresAt = call.clock.now() + stepLifetime(call);
  const sealed: Sealed = { id, sub: user?.sub ?? null, name, proven, step, challenge, state, expiresAt };
  return call.sealer.seal('sign-in', JSON.stringify(sealed), context(call));
};

/**
 * Opens a `Session` (or the SECRET_BLOCK of SRP, which carries the same).
 * @throws NotAuthorizedException: not ours, another client's, for another challenge, or expired
 */
export const openAttempt = async (
  call: Sealing,
  text: string,
  challenge: ChallengeNameType,
): Promise<{ attempt: Attempt; state: ChallengeState }> => {
  const opened = call.sealer.open('sign-in', text, context(call));
  if (opened === undefined) throw invalidSession();
  const { sub, expiresAt, challenge: asked, state, ...rest } = JSON.parse(opened.toString()) as Sealed;
  if (asked !== challenge) throw invalidSession();
  if (expiresAt <= call.clock.now()) throw sessionExpired();
  const user = sub === null ? undefined : await findUser(call.db, call.pool.id, sub);
  if (sub !== null && user === undefined) throw invalidSession();
  return { attempt: { ...rest, user }, state };
};
