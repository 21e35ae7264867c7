/** What a PreTokenGeneration function may answer, in its two forms, read into one. Pure. */
import type { GroupConfiguration, TriggerResponse } from './catalog.ts';
import { unrecognizable } from './responses.ts';

export type ClaimChanges = {
  /** JSON values; in version 1 strings. */
  claimsToAddOrOverride: Record<string, unknown>;
  claimsToSuppress: readonly string[];
};

/** What is to be different about the tokens. */
export type TokenOverrides = {
  idTokenGeneration: ClaimChanges;
  accessTokenGeneration: ClaimChanges & { scopesToAdd: readonly string[]; scopesToSuppress: readonly string[] };
  /** undefined: the groups stay as they are. */
  groupOverrideDetails: GroupConfiguration | undefined;
};

/** Of the event, by LambdaVersion. */
export type EventVersion = '1' | '2' | '3';

type Check = (name: string, value: unknown) => boolean;

/** In ID tokens these have a form of their own (OpenID Connect Core §5.1), which a function cannot choose. */
const plainClaims = ['email_verified', 'phone_number_verified', 'updated_at', 'address'];

const isString: Check = (_, value) => typeof value === 'string';
const isAnything: Check = () => true;
const isPlain: Check = (name, value) => typeof value !== 'object' || !plainClaims.includes(name);

/** What is null is treated as if it were not there. */
const membersOf = (value: unknown): Record<string, unknown> => {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw unrecognizable();
  return value as Record<string, unknown>;
};

const listOf = (value: unknown): string[] => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value) || !value.every(each => typeof each === 'string')) throw unrecognizable();
  return value;
};

const claimsOf = (value: unknown, check: Check): Record<string, unknown> => {
  const claims = Object.entries(membersOf(value)).filter(([, claim]) => claim !== null);
  if (!claims.every(([name, claim]) => check(name, claim))) throw unrecognizable();
  return Object.fromEntries(claims);
};

const changesOf = (value: unknown, check: Check): ClaimChanges => {
  const { claimsToAddOrOverride, claimsToSuppress } = membersOf(value);
  return { claimsToAddOrOverride: claimsOf(claimsToAddOrOverride, check), claimsToSuppress: listOf(claimsToSuppress) };
};

/** A scope is a word: one with a blank in it would be two (RFC 6749 §3.3). */
const scopesOf = (value: unknown): string[] => {
  const scopes = listOf(value);
  if (!scopes.every(scope => /^\S+$/.test(scope))) throw unrecognizable();
  return scopes;
};

/** Left out, the groups stay as they are; null or empty there are none. */
const groupsOf = (value: unknown): GroupConfiguration | undefined => {
  if (value === undefined) return undefined;
  const { groupsToOverride, iamRolesToOverride, preferredRole = null } = membersOf(value);
  if (preferredRole !== null && typeof preferredRole !== 'string') throw unrecognizable();
  return {
    groupsToOverride: listOf(groupsToOverride),
    iamRolesToOverride: listOf(iamRolesToOverride),
    preferredRole,
  };
};

/** Version 1 changes the ID token only, but for the groups. */
const readFirst = (details: Record<string, unknown>): TokenOverrides => ({
  idTokenGeneration: changesOf(details, isString),
  accessTokenGeneration: { ...changesOf(undefined, isString), scopesToAdd: [], scopesToSuppress: [] },
  groupOverrideDetails: groupsOf(details.groupOverrideDetails),
});

const readSecond = (details: Record<string, unknown>): TokenOverrides => {
  const { scopesToAdd, scopesToSuppress } = membersOf(details.accessTokenGeneration);
  return {
    idTokenGeneration: changesOf(details.idTokenGeneration, isPlain),
    accessTokenGeneration: {
      ...changesOf(details.accessTokenGeneration, isAnything),
      scopesToAdd: scopesOf(scopesToAdd),
      scopesToSuppress: listOf(scopesToSuppress),
    },
    groupOverrideDetails: groupsOf(details.groupOverrideDetails),
  };
};

/**
 * @returns undefined when the function changes nothing
 * @throws InvalidLambdaResponseException for members of the wrong types
 */
export const readOverrides = (
  version: EventVersion,
  response: TriggerResponse<'PreTokenGeneration'>,
): TokenOverrides | undefined => {
  const details = version === '1' ? response.claimsOverrideDetails : response.claimsAndScopeOverrideDetails;
  // The guide's own test events come with an empty list.
  if (details === null || Array.isArray(details)) return undefined;
  return (version === '1' ? readFirst : readSecond)(details as Record<string, unknown>);
};
