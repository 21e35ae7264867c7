/** Login with an ID token of one of this server's own user pools. */
import {
  loginExpired,
  loginIssuerMismatch,
  loginLacksClaim,
  loginRevoked,
  loginSignatureInvalid,
  notAnIdToken,
  unsupportedProvider,
} from '../../contract/identity-errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findTokenSession } from '../../storage/token-sessions.ts';
import { findUser } from '../../storage/users.ts';
import { isSigned, unverifiedClaims } from '../../user-pools/tokens/jwt.ts';
import type { IdentityPoolCall } from '../call.ts';
import type { VerifyLogin } from './login.ts';
import { withoutScheme } from './provider-names.ts';

type IdClaims = {
  sub: string;
  iss: string;
  aud: string;
  exp: number;
  token_use: string;
  origin_jti?: string;
  event_id?: string;
};

/** The name that Cognito gives a user pool as a provider: its own, whatever the issuer here is. */
const awsName = ({ region, id }: UserPool) => `cognito-idp.${region}.amazonaws.com/${id}`;

/** Clients that make the name of the token's issuer, as Amplify does, call the pool by that. */
const namesOf = (call: IdentityPoolCall, pool: UserPool): string[] => [
  awsName(pool),
  withoutScheme(call.issuerOf(pool)),
  withoutScheme(`${call.publicUrl()}/${pool.id}`),
];

const findUserPool = async (call: IdentityPoolCall, name: string) => {
  const pool = await call.directory.pool(name.slice(name.lastIndexOf('/') + 1));
  if (pool === undefined) return undefined;
  const names = namesOf(call, pool);
  return names.includes(name) ? { pool, names } : undefined;
};

/** The name under which a user pool's logins are kept, by any of its names. */
export const userPoolName = async (call: IdentityPoolCall, name: string): Promise<string | undefined> => {
  const found = await findUserPool(call, name);
  return found && awsName(found.pool);
};

/** @throws NotAuthorizedException */
const verified = async (call: IdentityPoolCall, pool: UserPool, token: string): Promise<IdClaims> => {
  const claims = unverifiedClaims(token) as Partial<IdClaims>;
  if (claims.iss === undefined) throw notAnIdToken();
  if (claims.iss !== call.issuerOf(pool)) throw loginIssuerMismatch();
  if (typeof claims.aud !== 'string') throw loginLacksClaim('aud');
  if (claims.token_use !== 'id' || typeof claims.sub !== 'string' || typeof claims.exp !== 'number')
    throw notAnIdToken();
  if (!(await isSigned(token, kid => call.signingKeys.byId(pool.id, kid, 'id')))) throw loginSignatureInvalid();
  const now = Math.floor(call.clock.now() / 1000);
  if (now >= claims.exp) throw loginExpired(now, claims.exp);
  return claims as IdClaims;
};

/** ServerSideTokenCheck: the user is still there and enabled, and has not signed out. */
const checkStanding = async ({ db }: IdentityPoolCall, pool: UserPool, claims: IdClaims): Promise<void> => {
  const family = claims.origin_jti ?? claims.event_id ?? '';
  const [user, session] = await Promise.all([findUser(db, pool.id, claims.sub), findTokenSession(db, pool.id, family)]);
  const isOpen = session?.sub === claims.sub && session.revokedAt === null;
  if (user === undefined || !user.enabled || !isOpen) throw loginRevoked();
};

export const userPoolLogin: VerifyLogin = async (call, name, token) => {
  const found = await findUserPool(call, name);
  if (found === undefined) return undefined;
  const { pool, names } = found;
  const configured = (call.pool.config.CognitoIdentityProviders ?? []).filter(({ ProviderName }) =>
    names.includes(ProviderName ?? ''),
  );
  if (configured.length === 0) return undefined;
  const claims = await verified(call, pool, token);
  const provider = configured.find(({ ClientId }) => ClientId === claims.aud);
  if (provider === undefined) throw unsupportedProvider();
  if (provider.ServerSideTokenCheck) await checkStanding(call, pool, claims);
  const own = awsName(pool);
  return {
    provider: own,
    subject: claims.sub,
    developer: false,
    mayLink: true,
    claims,
    mappingKeys: names.map(each => `${each}:${claims.aud}`),
    tagKeys: names,
    amr: [own, `${own}:CognitoSignIn:${claims.sub}`],
  };
};
