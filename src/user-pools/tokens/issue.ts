/** Issues tokens for a grant: the pool's function → claims → signatures → the refresh family → what the client receives. */
import { hash } from 'node:crypto';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { type AwsError, invalidSession, sessionUsed, userDisabled, userNotFound } from '../../contract/errors.ts';
import { randomBase64Url, uuid } from '../../lib/random.ts';
import { insertTokenSession } from '../../storage/token-sessions.ts';
import { evictTokenSessions } from '../../storage/tracked-sessions.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { Call, House } from '../call/call.ts';
import { userAttributes } from '../triggers/invoke.ts';
import { preTokenGeneration } from '../triggers/pre-token-generation.ts';
import type { TokenOverrides } from '../triggers/token-overrides.ts';
import { accessClaims, type Claims, idClaims } from './claims.ts';
import { newDeviceMetadata } from './device-tracking.ts';
import type { Grant, OAuthGrant } from './grant.ts';
import { groupConfiguration } from './group-claims.ts';
import { signJwt } from './jwt.ts';
import { applyOverrides } from './overrides.ts';
import { newRecord, type Seen, sessionConfigOf } from './session-tracking.ts';
import { tokenLifetimes } from './validity.ts';

type Signing = Pick<Call, 'clock' | 'signingKeys' | 'issuerOf' | 'functions' | 'userAgent'>;
type Issuing = Signing & Pick<House, 'db' | 'sealer'>;

/** What the pool's function wants different about the tokens. */
const overridesOf = ({ functions, userAgent }: Signing, grant: Grant): Promise<TokenOverrides | undefined> => {
  const { pool, client, user, source, groups, scopes, metadata: clientMetadata } = grant;
  const who = { userName: user.username, attributes: userAttributes(user) };
  const request = { groupConfiguration: groupConfiguration(groups), scopes, clientMetadata };
  return preTokenGeneration({ functions, userAgent, pool, client }, source, who, request);
};

/** Signs an ID and an access token on the thread pool, with what the pool's function has changed about them. */
export const signTokens = async (house: Signing, grant: Grant): Promise<AuthenticationResultType> => {
  const { clock, signingKeys, issuerOf } = house;
  const overrides = await overridesOf(house, grant);
  const issue = () => ({ issuer: issuerOf(grant.pool), now: Math.floor(clock.now() / 1000), jti: uuid() });
  const [idKey, accessKey] = await Promise.all([
    signingKeys.current(grant.pool.id, 'id'),
    signingKeys.current(grant.pool.id, 'access'),
  ]);
  const signAccess = () => signJwt(accessKey, applyOverrides(accessClaims(grant, issue()), overrides));
  const signId = (more: Claims = {}) =>
    signJwt(idKey, { ...applyOverrides(idClaims(grant, issue()), overrides), ...more });
  const tokens =
    grant.oauth === undefined
      ? await Promise.all([signAccess(), signId()])
      : await signInTurn(grant.oauth, grant.scopes, signAccess, signId);
  const [AccessToken, IdToken] = tokens;
  const { access } = tokenLifetimes(grant.client.config);
  return { AccessToken, ExpiresIn: access, TokenType: 'Bearer', IdToken };
};

/** The OAuth server's: an ID token only for `openid`, and bound to the access token, which therefore comes first (OpenID Connect §3.1.3.6). */
const signInTurn = async (
  { nonce }: OAuthGrant,
  scopes: readonly string[],
  signAccess: () => Promise<string>,
  signId: (more: Claims) => Promise<string>,
): Promise<[string, string | undefined]> => {
  const accessToken = await signAccess();
  if (!scopes.includes('openid')) return [accessToken, undefined];
  const at_hash = hash('sha256', accessToken, 'buffer').subarray(0, 16).toString('base64url');
  return [accessToken, await signId({ at_hash, ...(nonce === undefined ? {} : { nonce }) })];
};

/** A refresh token is 48 random bytes; this is what is stored of it. */
export const newRefreshToken = (): string => randomBase64Url(48);
export const refreshHash = ({ sealer }: Pick<House, 'sealer'>, token: string): string =>
  sealer.mac('refresh-token', token);
/** What to look a refresh token up by: it may have been stored before the master key was rotated. */
export const refreshHashes = ({ sealer }: Pick<House, 'sealer'>, token: string): string[] =>
  sealer.macs('refresh-token', token);

/**
 * Writes a row that belongs to the user.
 * @throws UserNotFoundException when the user has been deleted since they were read, so that the row has nobody to belong to
 */
export const writeFor = async <T>(
  { db }: Pick<House, 'db'>,
  user: Pick<User, 'poolId' | 'sub'>,
  write: () => Promise<T>,
): Promise<T> => {
  try {
    return await write();
  } catch (error) {
    throw (await findUser(db, user.poolId, user.sub)) === undefined ? userNotFound() : error;
  }
};

/** Why a family could not be opened: what has become of the user since they were read, or of the attempt. */
const refusal = async ({ db }: Pick<House, 'db'>, { user }: Grant): Promise<AwsError> => {
  const now = await findUser(db, user.poolId, user.sub);
  if (now === undefined) return userNotFound();
  if (!now.enabled) return userDisabled();
  return now.signedOutAt === user.signedOutAt ? sessionUsed() : invalidSession();
};

/**
 * Issues the first tokens of a sign-in and opens its refresh family, named by the sign-in attempt: an attempt that is
 * replayed finds its family opened already. Where the pool tracks sessions, the user's least recently used give way.
 * @throws NotAuthorizedException when the attempt has given tokens before, or the user has been disabled or signed out of
 * everything since they were read; UserNotFoundException when the user is gone
 */
export const issueTokens = async (house: Issuing & Seen, grant: Grant): Promise<AuthenticationResultType> => {
  const { db, clock } = house;
  const { pool, user, client, device } = grant;
  const result = await signTokens(house, grant);
  const RefreshToken = newRefreshToken();
  const lifetimes = tokenLifetimes(client.config);
  const now = clock.now();
  const record = newRecord(pool, house, grant.oauth?.ssoSessionId ?? null);
  const family = {
    poolId: pool.id,
    originJti: grant.originJti,
    sub: user.sub,
    clientId: client.id,
    refreshHash: refreshHash(house, RefreshToken),
    authTime: grant.authTime,
    facts: {
      scopes: grant.scopes,
      eventId: grant.eventId,
      deviceKey: device?.key,
      newDeviceGroupKey: device?.newGroupKey,
      proven: [...grant.proven],
      acr: grant.acr,
      oauth: grant.oauth && { resource: grant.oauth.resource },
    },
    revokedAt: null,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetimes[grant.oauth?.refreshable === false ? 'access' : 'refresh'] * 1000,
    record,
  };
  if (!(await insertTokenSession(db, family, user))) throw await refusal(house, grant);
  if (record) await evictTokenSessions(db, user, { keep: sessionConfigOf(pool).TokenSession.MaxPerUser, now });
  return { ...result, RefreshToken, NewDeviceMetadata: device && newDeviceMetadata(device) };
};
