/** Which role an identity assumes: pure, from the pool's roles and mappings and what the login says. As in the guide on role-based access control. */
import type { MappingRule, RoleMapping } from '@aws-sdk/client-cognito-identity';
import type { IdentityPoolSettings } from '../storage/identity-pools.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Of a login: its claims, and the names under which the pool may have a mapping for its provider. */
export type RoleClaimant = { claims: Claims; mappingKeys: readonly string[] };

export type RoleChoice = { role: string } | { refused: 'no role' | 'denied' };

/** The text that rules compare: of a list or an object its JSON. */
export const claimText = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

type Match = (actual: string, value: string) => boolean;
const matches: Record<MappingRule['MatchType'] & string, Match> = {
  Equals: (actual, value) => actual === value,
  NotEqual: (actual, value) => actual !== value,
  StartsWith: (actual, value) => actual.startsWith(value),
  Contains: (actual, value) => actual.includes(value),
};

/** A rule about a claim that is not there matches nothing, also `NotEqual`. */
const isMatch = (claims: Claims, { Claim, MatchType, Value }: MappingRule): boolean => {
  const actual = Object.hasOwn(claims, Claim ?? '') ? claimText(claims[Claim ?? '']) : undefined;
  return actual !== undefined && MatchType !== undefined && matches[MatchType](actual, Value ?? '');
};

/** A list, as in tokens of user pools, or a text with commas, as in the guide. */
const rolesClaim = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.filter(role => typeof role === 'string');
  return typeof value === 'string' ? value.split(',').map(role => role.trim()) : [];
};

type Found = { allowed: readonly string[]; preferred: string | undefined };

const byToken = (claims: Claims): Found => {
  const preferred = claims['cognito:preferred_role'];
  return {
    allowed: rolesClaim(claims['cognito:roles']),
    preferred: typeof preferred === 'string' ? preferred : undefined,
  };
};

const byRules = (claims: Claims, { RulesConfiguration }: RoleMapping): Found => {
  const allowed = (RulesConfiguration?.Rules ?? [])
    .filter(rule => isMatch(claims, rule))
    .flatMap(({ RoleARN }) => RoleARN ?? []);
  return { allowed, preferred: allowed[0] };
};

const orRefused = (role: string | undefined): RoleChoice => (role === undefined ? { refused: 'no role' } : { role });

/** @param logins of several, the first one counts that the pool has a mapping for; none: a guest */
export const chooseRole = (
  { roles = {}, roleMappings = {} }: IdentityPoolSettings,
  logins: readonly RoleClaimant[],
  customRole: string | undefined,
): RoleChoice => {
  const standing = orRefused(logins.length === 0 ? roles.unauthenticated : roles.authenticated);
  const [mapped] = logins.flatMap(({ claims, mappingKeys }) => {
    const key = mappingKeys.find(name => Object.hasOwn(roleMappings, name));
    const mapping = key === undefined ? undefined : roleMappings[key];
    return mapping === undefined ? [] : [{ claims, mapping }];
  });
  if (mapped === undefined) {
    // Nobody chooses a role where nothing offers any: only the one that comes anyway may be named.
    const isOther = customRole !== undefined && 'role' in standing && customRole !== standing.role;
    return isOther ? { refused: 'denied' } : standing;
  }
  const { claims, mapping } = mapped;
  const { allowed, preferred } = mapping.Type === 'Rules' ? byRules(claims, mapping) : byToken(claims);
  if (customRole !== undefined) return allowed.includes(customRole) ? { role: customRole } : { refused: 'denied' };
  if (preferred !== undefined) return { role: preferred };
  return mapping.AmbiguousRoleResolution === 'AuthenticatedRole' ? standing : { refused: 'denied' };
};
