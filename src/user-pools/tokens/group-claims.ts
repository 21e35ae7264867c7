/** What tokens say of a user's groups, and the role that identity pools prefer for the user. Pure. */
import type { Membership } from '../../storage/group-members.ts';
import type { GroupConfiguration } from '../triggers/catalog.ts';

type Groups = readonly Membership[];

/**
 * Groups and roles in the words of the pre-token-generation trigger, which may change them. The role of the group with the best
 * precedence is preferred; where groups of the same precedence have different roles, none is.
 * @param groups the best precedence first
 */
export const groupConfiguration = (groups: Groups): GroupConfiguration => {
  const withRole = groups.flatMap(({ roleArn, precedence }) => (roleArn === null ? [] : { roleArn, precedence }));
  const rolesOf = (some: typeof withRole) => [...new Set(some.map(({ roleArn }) => roleArn))];
  const [preferred = null, ...rivals] = rolesOf(withRole.filter(each => each.precedence === withRole[0]?.precedence));
  return {
    groupsToOverride: groups.map(({ name }) => name),
    iamRolesToOverride: rolesOf(withRole),
    preferredRole: rivals.length === 0 ? preferred : null,
  };
};

/** `cognito:groups`, in both tokens; absent for who is in no group. */
export const groupClaims = ({ groupsToOverride }: GroupConfiguration): Record<string, unknown> =>
  groupsToOverride.length > 0 ? { 'cognito:groups': groupsToOverride } : {};

/** `cognito:roles` and `cognito:preferred_role`, in the ID token. */
export const roleClaims = ({ iamRolesToOverride, preferredRole }: GroupConfiguration): Record<string, unknown> => ({
  ...(iamRolesToOverride.length > 0 ? { 'cognito:roles': iamRolesToOverride } : {}),
  ...(preferredRole === null ? {} : { 'cognito:preferred_role': preferredRole }),
});
