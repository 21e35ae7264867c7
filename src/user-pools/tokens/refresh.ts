/** Redeems refresh tokens, with rotation where the app client asks for it (RefreshTokenRotation). */
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import {
  invalidRefreshToken,
  refreshTokenExpired,
  refreshTokenReuse,
  refreshTokenRevoked,
  userDisabled,
} from '../../contract/errors.ts';
import type { AppClient } from '../../storage/clients.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import {
  findSuperseded,
  findTokenSessionByRefreshHash,
  revokeTokenSession,
  rotateRefreshToken,
  type TokenSession,
} from '../../storage/token-sessions.ts';
import { ACTIVITY_RESOLUTION, noteActivity } from '../../storage/tracked-sessions.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { ClientCall, House } from '../call/call.ts';
import type { Proof } from './assurance.ts';
import { requireSameDevice } from './device-tracking.ts';
import type { Grant } from './grant.ts';
import { refreshHash, refreshHashes, signTokens } from './issue.ts';
import { activityOf, tracksSessions } from './session-tracking.ts';

/** RefreshTokenRotation.Feature is ENABLED. */
export const rotates = (client: AppClient): boolean => client.config.RefreshTokenRotation?.Feature === 'ENABLED';

type Found = {
  session: TokenSession;
  user: User;
  /** The family's newest token, not one within its grace. */
  isCurrent: boolean;
};

/**
 * The family and the user of a refresh token.
 * @param deviceKey the device that the request names
 * @throws NotAuthorizedException (unknown, another client's or device's, expired, revoked; user disabled or gone),
 * RefreshTokenReuseException
 */
export const findRefreshable = async (
  call: ClientCall,
  token: string,
  deviceKey: string | undefined,
): Promise<Found> => {
  const hashes = refreshHashes(call, token);
  const current = await findTokenSessionByRefreshHash(call.db, call.pool.id, hashes);
  const session = current ?? (await withinGrace(call, hashes));
  if (session === undefined || session.clientId !== call.client.id) throw invalidRefreshToken();
  if (session.revokedAt !== null) throw refreshTokenRevoked();
  if (session.expiresAt <= call.clock.now()) throw refreshTokenExpired();
  await requireSameDevice(call, session, deviceKey);
  const user = await findUser(call.db, call.pool.id, session.sub);
  if (user === undefined) throw invalidRefreshToken();
  if (!user.enabled) throw userDisabled();
  return { session, user, isCurrent: current !== undefined };
};

/** A replaced token is good within the grace period; after it somebody holds a copy, and the whole family ends (RFC 9700 §4.14.2). */
const withinGrace = async (call: ClientCall, hashes: string[]): Promise<TokenSession | undefined> => {
  const old = await findSuperseded(call.db, call.pool.id, hashes);
  if (old === undefined || old.session.clientId !== call.client.id) return undefined;
  const grace = (call.client.config.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * 1000;
  if (old.session.revokedAt !== null || call.clock.now() < old.supersededAt + grace) return old.session;
  await revokeTokenSession(call.db, call.pool.id, old.session.originJti, call.clock.now());
  throw refreshTokenReuse();
};

/** Why tokens are refreshed, and what the request tells the pool's function. */
type Occasion = Pick<Grant, 'source' | 'metadata'>;

const grantOf = async (call: ClientCall, { session, user }: Found, occasion: Occasion): Promise<Grant> => ({
  pool: call.pool,
  client: call.client,
  user,
  groups: await membershipsOf(call.db, user),
  originJti: session.originJti,
  eventId: session.facts.eventId,
  authTime: session.authTime,
  scopes: session.facts.scopes,
  ...occasion,
  device: session.facts.deviceKey === undefined ? undefined : { key: session.facts.deviceKey },
  proven: (session.facts.proven ?? []) as Proof[],
  acr: session.facts.acr,
  oauth: session.facts.oauth,
});

/**
 * The refresh token that takes the place of `token`, under each master key, newest first: derived, not random, so that a
 * client that repeats a request within the grace period is given the same successor, and two tabs do not push each other
 * out. It cannot be told from the old one without the master key.
 */
const successorsOf = ({ sealer }: Pick<House, 'sealer'>, token: string): string[] => {
  const rest = sealer.macs('refresh-token-successor', `${token}/2`);
  return sealer.macs('refresh-token-successor', token).map((mac, key) => mac + rest[key]?.slice(0, 21));
};

/** The successor that the family holds; only a rotation of the master keys in between makes it another than the first. */
const repeatedSuccessor = (call: ClientCall, { session }: Found, successors: string[]): string | undefined =>
  successors.find(successor => refreshHashes(call, successor).includes(session.refreshHash)) ?? successors[0];

const isTracked = ({ pool }: ClientCall, { session }: Found) => session.record !== undefined && tracksSessions(pool);

/** Keeps the record of a tracked session true to the minute; most refreshes write nothing. */
const note = async (call: ClientCall, found: Found): Promise<void> => {
  const now = call.clock.now();
  if (isTracked(call, found) && found.session.lastUsedAt <= now - ACTIVITY_RESOLUTION)
    await noteActivity(call.db, found.session, activityOf(call), now);
};

/** Puts the successor in the place of `token`, unless a request beside this one has done so. */
const rotate = async (call: ClientCall, found: Found, token: string): Promise<string | undefined> => {
  const successors = successorsOf(call, token);
  if (!found.isCurrent) return repeatedSuccessor(call, found, successors);
  const [successor = ''] = successors;
  const change = {
    refreshHash: refreshHash(call, successor),
    activity: isTracked(call, found) ? activityOf(call) : undefined,
    now: call.clock.now(),
  };
  const replaced = await call.db.transaction().execute(tx => rotateRefreshToken(tx, found.session, change));
  if (!replaced) await findRefreshable(call, token, found.session.facts.deviceKey);
  return successor;
};

/** New ID and access tokens; where tokens rotate also a new refresh token, which lives as long as the first one would have. */
export const refreshTokens = async (
  call: ClientCall,
  found: Found,
  token: string,
  occasion: Occasion,
): Promise<AuthenticationResultType> => {
  // Signed first: should the process die in between, the client's token is still good.
  const result = await signTokens(call, await grantOf(call, found, occasion));
  if (!rotates(call.client)) {
    await note(call, found);
    return result;
  }
  const RefreshToken = await rotate(call, found, token);
  return RefreshToken === undefined ? result : { ...result, RefreshToken };
};
