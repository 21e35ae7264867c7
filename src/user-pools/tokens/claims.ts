/** The claims of ID and access tokens: pure, from a grant. See docs/concepts.md and the Cognito guide on token contents. */

import type { AppClient } from '../../storage/clients.ts';
import { identitiesClaim } from '../attributes/identities.ts';
import { readableAttributes } from '../attributes/permissions.ts';
import { amrOf } from './assurance.ts';
import type { ClientGrant, Grant } from './grant.ts';
import { groupClaims, groupConfiguration, roleClaims } from './group-claims.ts';
import { tellsOf } from './scope-attributes.ts';
import { tokenLifetimes } from './validity.ts';

export type Claims = Record<string, unknown>;

/** What only the moment of issue knows. */
export type Issue = { issuer: string /** epoch seconds */; now: number; jti: string };

/** EnableTokenRevocation, on by default, or rotation: tokens then carry the id of their family, by which they can be revoked. */
const isRevocable = ({ config }: AppClient): boolean =>
  (config.EnableTokenRevocation ?? true) || config.RefreshTokenRotation?.Feature === 'ENABLED';

const identity = ({ client, originJti }: Grant): Claims => (isRevocable(client) ? { origin_jti: originJti } : {});

/** How strongly the person has signed in. */
const assurance = ({ proven, acr }: Grant): Claims => (acr === undefined ? {} : { acr, amr: amrOf(proven) });

const booleanAttributes = ['email_verified', 'phone_number_verified'];

/** An attribute as OpenID Connect wants its claim: `*_verified` boolean, `address` an object, `updated_at` a number. */
export const toClaim = (name: string, value: string): unknown => {
  if (booleanAttributes.includes(name)) return value.toLowerCase() === 'true';
  if (name === 'address') return { formatted: value };
  if (name === 'updated_at' && /^\d+$/.test(value)) return Number(value);
  return value;
};

/** ID token: of the attributes that the client may read those that the scopes tell of; all of them for a sign-in through the API. */
export const idClaims = (grant: Grant, issue: Issue): Claims => {
  const { user, client } = grant;
  const groups = groupConfiguration(grant.groups);
  const readable = readableAttributes(client);
  const isTold = tellsOf(grant.scopes);
  const attributes = Object.entries(user.attributes)
    .filter(([name]) => readable.has(name) && isTold(name))
    .map(([name, value]) => [name, toClaim(name, value)]);
  return {
    // First: none of them may take the place of a claim.
    ...Object.fromEntries(attributes),
    sub: user.sub,
    iss: issue.issuer,
    'cognito:username': user.username,
    ...groupClaims(groups),
    ...roleClaims(groups),
    ...(user.attributes.identities === undefined ? {} : { identities: identitiesClaim(user.attributes) }),
    ...identity(grant),
    ...assurance(grant),
    ...(isRevocable(client) ? { jti: issue.jti } : {}),
    aud: client.id,
    event_id: grant.eventId,
    token_use: 'id',
    auth_time: grant.authTime,
    exp: issue.now + tokenLifetimes(client.config).id,
    iat: issue.now,
  };
};

/** Access token: who, through which client, and for which scopes. */
export const accessClaims = (grant: Grant, issue: Issue): Claims => ({
  sub: grant.user.sub,
  iss: issue.issuer,
  client_id: grant.client.id,
  ...groupClaims(groupConfiguration(grant.groups)),
  ...identity(grant),
  ...assurance(grant),
  jti: issue.jti,
  event_id: grant.eventId,
  token_use: 'access',
  scope: grant.scopes.join(' '),
  auth_time: grant.authTime,
  exp: issue.now + tokenLifetimes(grant.client.config).access,
  iat: issue.now,
  username: grant.user.username,
  ...(grant.device ? { device_key: grant.device.key } : {}),
  ...(grant.oauth ? { version: 2 } : {}),
  ...(grant.oauth?.resource === undefined ? {} : { aud: grant.oauth.resource }),
});

/** Access token of a program: its own subject, with the version that tokens of OAuth grants carry; no user, and nothing to revoke. */
export const clientClaims = ({ client, scopes }: ClientGrant, issue: Issue): Claims => ({
  sub: client.id,
  token_use: 'access',
  // Without any scope there is no claim: an empty one is not in the grammar (RFC 6749 §3.3).
  ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
  auth_time: issue.now,
  iss: issue.issuer,
  exp: issue.now + tokenLifetimes(client.config).access,
  iat: issue.now,
  version: 2,
  jti: issue.jti,
  client_id: client.id,
});
