/** What tokens say of a user's groups, and the role that identity pools prefer for the user. Pure. */
import type { Membership } from '../../storage/group-members.ts';

type Groups = readonly Membership[];

/** `cognito:groups`, in both tokens; absent for who is in no group. */
export const groupClaims = (groups: Groups): Record<string, unknown> =>
  groups.length > 0 ? { 'cognito:groups': groups.map(({ name }) => name) } : {};

/**
 * `cognito:roles` and `cognito:preferred_role`, in the ID token. The role of the group with the best precedence is preferred;
 * where groups of the same precedence have different roles, none is.
 * @param groups the best precedence first
 */
export const roleClaims = (groups: Groups): Record<string, unknown> => {
  const withRole = groups.filter(({ roleArn }) => roleArn !== null);
  const [best] = withRole;
  if (best === undefined) return {};
  const rolesOf = (some: Groups) => [...new Set(some.map(({ roleArn }) => roleArn))];
  const [preferred, ...rivals] = rolesOf(withRole.filter(({ precedence }) => precedence === best.precedence));
  return {
    'cognito:roles': rolesOf(withRole),
    ...(rivals.length === 0 ? { 'cognito:preferred_role': preferred } : {}),
  };
};
