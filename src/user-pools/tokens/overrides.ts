/** Applies what a PreTokenGeneration function wants changed. Pure; the Cognito guide lists the claims that it may change. */
import type { ClaimChanges, TokenOverrides } from '../triggers/token-overrides.ts';
import { type Claims, toClaim } from './claims.ts';
import { groupClaims, roleClaims } from './group-claims.ts';

/** What the pool vouches for: no function adds, changes or hides it. `scope` and the groups have members of their own. */
const reserved = [
  'acr',
  'amr',
  'at_hash',
  'aud',
  'auth_time',
  'azp',
  'client_id',
  'device_key',
  'event_id',
  'exp',
  'iat',
  'identities',
  'iss',
  'jti',
  'nbf',
  'nonce',
  'origin_jti',
  'scope',
  'sub',
  'token_use',
  'username',
  'version',
  // Of use to nobody but who wants to confuse programs that read tokens.
  '__proto__',
];

const isReserved = (name: string): boolean => name.startsWith('cognito:') || reserved.includes(name);
/** Attributes that only administrators write can be hidden, and no more. */
const isAddable = (name: string): boolean => !isReserved(name) && !name.startsWith('dev:');

/** Suppressing wins. What may not be changed is passed over in silence, as Cognito does. */
const changed = (claims: Claims, { claimsToAddOrOverride, claimsToSuppress }: ClaimChanges): Claims => {
  const hidden = claimsToSuppress.filter(name => !isReserved(name));
  const added = Object.entries(claimsToAddOrOverride).filter(([name]) => isAddable(name));
  return Object.fromEntries([...Object.entries(claims), ...added].filter(([name]) => !hidden.includes(name)));
};

const groupNames = ['cognito:groups', 'cognito:roles', 'cognito:preferred_role'];
const withoutGroups = (claims: Claims): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => !groupNames.includes(name)));

/** Suppressing `cognito:groups` takes the roles along: they have no switch of their own. */
const regrouped = (claims: Claims, { claimsToSuppress }: ClaimChanges, replacement: Claims | undefined): Claims => {
  if (claimsToSuppress.includes('cognito:groups')) return withoutGroups(claims);
  return replacement === undefined ? claims : { ...withoutGroups(claims), ...replacement };
};

const idToken = (
  claims: Claims,
  { idTokenGeneration: given, groupOverrideDetails: groups }: TokenOverrides,
): Claims => {
  // Strings take the form that an attribute of that name would have.
  const typed = Object.entries(given.claimsToAddOrOverride).map(([name, value]) => [
    name,
    typeof value === 'string' ? toClaim(name, value) : value,
  ]);
  const changes = { ...given, claimsToAddOrOverride: Object.fromEntries(typed) };
  return regrouped(changed(claims, changes), changes, groups && { ...groupClaims(groups), ...roleClaims(groups) });
};

const rescoped = (
  { scope, ...claims }: Claims,
  { scopesToAdd, scopesToSuppress }: TokenOverrides['accessTokenGeneration'],
): Claims => {
  const granted = typeof scope === 'string' ? scope.split(' ') : [];
  const scopes = [...new Set([...granted, ...scopesToAdd])].filter(each => !scopesToSuppress.includes(each));
  return scopes.length > 0 ? { ...claims, scope: scopes.join(' ') } : claims;
};

/** An access token that names no audience yet may be given one: its own client. */
const audience = (
  { aud, client_id }: Claims,
  { claimsToAddOrOverride: given, claimsToSuppress }: ClaimChanges,
): Claims =>
  aud === undefined && given.aud === client_id && !claimsToSuppress.includes('aud') ? { aud: client_id } : {};

const accessToken = (
  claims: Claims,
  { accessTokenGeneration: given, groupOverrideDetails }: TokenOverrides,
): Claims => {
  // A program is in no group.
  const groups = claims.username === undefined ? undefined : groupOverrideDetails;
  const regroupedClaims = regrouped(changed(claims, given), given, groups && groupClaims(groups));
  return { ...rescoped(regroupedClaims, given), ...audience(claims, given) };
};

/** @param claims of an ID or an access token, which `token_use` tells */
export const applyOverrides = (claims: Claims, overrides: TokenOverrides | undefined): Claims => {
  if (overrides === undefined) return claims;
  return claims.token_use === 'id' ? idToken(claims, overrides) : accessToken(claims, overrides);
};
