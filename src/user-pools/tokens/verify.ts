/** Verifies access tokens of the token-authorised operations; beside `issue.ts`, so that the two cannot drift apart. */
import {
  accessTokenExpired,
  accessTokenLacksScope,
  accessTokenRevoked,
  invalidAccessToken,
  userDisabled,
  userNotFound,
} from '../../contract/errors.ts';
import type { AppClient } from '../../storage/clients.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findTokenSession, type TokenSession } from '../../storage/token-sessions.ts';
import { findUser, type User } from '../../storage/users.ts';
import type { House } from '../call/call.ts';
import { apiScope } from './grant.ts';
import { isSigned, unverifiedClaims } from './jwt.ts';

export type AccessTokenClaims = {
  sub: string;
  iss: string;
  client_id: string;
  token_use: 'access';
  scope?: string;
  auth_time: number;
  iat: number;
  exp: number;
  origin_jti?: string;
  event_id: string;
  username: string;
};

type Verifying = Pick<House, 'db' | 'clock' | 'directory' | 'signingKeys' | 'issuerOf'>;
export type VerifiedToken = {
  claims: AccessTokenClaims;
  pool: UserPool;
  client: AppClient;
  user: User;
  session: TokenSession;
};

/** Who would ask the database for anything else asks in vain, or for what its text type cannot hold. */
const isClientId = (value: unknown): value is string => typeof value === 'string' && /^[\w+]{1,128}$/.test(value);

/**
 * Checks signature, issuer, lifetime and use: of the token of a user, or of a program.
 * @throws NotAuthorizedException (invalid, expired)
 */
export const verifySignedToken = async (
  house: Verifying,
  token: string,
): Promise<Pick<VerifiedToken, 'claims' | 'pool' | 'client'>> => {
  const claims = unverifiedClaims(token) as AccessTokenClaims;
  if (!isClientId(claims.client_id) || claims.token_use !== 'access') throw invalidAccessToken();
  const client = await house.directory.client(claims.client_id);
  const pool = client && (await house.directory.pool(client.poolId));
  if (client === undefined || pool === undefined || claims.iss !== house.issuerOf(pool)) throw invalidAccessToken();
  if (!(await isSigned(token, kid => house.signingKeys.byId(pool.id, kid, 'access')))) throw invalidAccessToken();

  if (claims.exp * 1000 <= house.clock.now()) throw accessTokenExpired();
  return { claims, pool, client };
};

/**
 * Checks signature, issuer, lifetime, use, scope, revocation and the user's standing.
 * @param scope that the token must have; null: whichever
 * @throws NotAuthorizedException (invalid, expired, revoked, without the scope, user disabled), UserNotFoundException
 */
export const verifyAccessToken = async (
  house: Verifying,
  token: string,
  scope: string | null = apiScope,
): Promise<VerifiedToken> => {
  const { claims, pool, client } = await verifySignedToken(house, token);
  if (scope !== null && !(claims.scope ?? '').split(' ').includes(scope)) throw accessTokenLacksScope();
  const user = await findUser(house.db, pool.id, claims.sub);
  if (user === undefined) throw userNotFound();
  if (!user.enabled) throw userDisabled();
  const session = await findFamily(house, user, claims);
  if (session === undefined) throw accessTokenRevoked();
  return { claims, pool, client, user, session };
};

/** The living family of a token. One that is not known any more counts as revoked: the sweeper outlasts every access token. */
const findFamily = async (
  { db }: Verifying,
  user: User,
  claims: AccessTokenClaims,
): Promise<TokenSession | undefined> => {
  // Where revocation is switched off there is no `origin_jti`; a global sign-out ends those tokens, too.
  const session = await findTokenSession(db, user.poolId, claims.origin_jti ?? claims.event_id);
  return session?.sub === user.sub && session.revokedAt === null ? session : undefined;
};
