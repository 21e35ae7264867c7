/** Which tags a session carries for what a login says (attributes for access control). Pure. */
import type { IdentityPoolSettings, PrincipalTagMap } from '../storage/identity-pools.ts';
import { claimText } from './role-choice.ts';

const defaults = { username: 'sub', client: 'aud' };
const longestValue = 256;

/** Of a login: its claims, and the names under which the pool may have tags for its provider. */
export type TagClaimant = {
  claims: Readonly<Record<string, unknown>>;
  tagKeys: readonly string[];
  /** Tags that the developer has put into the token themselves. */
  ownTags?: Readonly<Record<string, string>> | undefined;
};

/** Which claim each tag comes from. */
export const claimsOfTags = ({ useDefaults, tags }: PrincipalTagMap): Record<string, string> =>
  useDefaults ? defaults : tags;

const tagsOfLogin = (settings: IdentityPoolSettings, { claims, tagKeys, ownTags }: TagClaimant) => {
  const { principalTags = {} } = settings;
  const key = tagKeys.find(name => Object.hasOwn(principalTags, name));
  const map = key === undefined ? undefined : principalTags[key];
  const mapped = Object.entries(map === undefined ? {} : claimsOfTags(map)).flatMap(([tag, claim]) => {
    const value = Object.hasOwn(claims, claim) ? claimText(claims[claim]) : undefined;
    // What STS would refuse is no tag: a claim must not lock its owner out.
    const isFit = value !== undefined && value.length <= longestValue && /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(value);
    return isFit ? [[tag, value] as const] : [];
  });
  return { ...Object.fromEntries(mapped), ...ownTags };
};

/** The tags of every login; where two say the same, the earlier one counts. */
export const sessionTags = (settings: IdentityPoolSettings, logins: readonly TagClaimant[]): Record<string, string> =>
  Object.assign({}, ...logins.map(login => tagsOfLogin(settings, login)).reverse());
