/** OAuth scopes: the standard ones, and which custom ones a program's token may carry. Pure. */

const standardScopes = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'];

/** The scopes that every pool has. The others are custom: `identifier/scope` of a resource server. */
export const isStandardScope = (scope: string): boolean => standardScopes.includes(scope);

/** Lets a program register app clients at `/oauth2/register`; no resource server has it. */
export const registrationScope = 'aws.cognito/dcr/register';

/** Whether a custom scope is there: on a resource server of the pool, or the service's own. */
export const isActiveScope = (scope: string, active: readonly string[]): boolean =>
  scope === registrationScope || active.includes(scope);

type Asked = {
  /** What the client may ask for (AllowedOAuthScopes). */
  allowed: readonly string[];
  /** What it asks for; without it, all that it may. */
  requested: readonly string[] | undefined;
  /** The custom scopes of the pool. */
  active: readonly string[];
};

/**
 * What a program is granted. The standard scopes are about users and therefore not for programs. A scope whose resource server
 * or itself has been deleted stays with the client and may be asked for, but no token carries it.
 */
export const programScopes = ({ allowed, requested, active }: Asked): { granted: string[] } | { refused: string } => {
  const grantable = allowed.filter(scope => !isStandardScope(scope));
  const asked = [...new Set(requested ?? grantable)];
  const refused = asked.find(scope => !grantable.includes(scope));
  return refused === undefined ? { granted: asked.filter(scope => isActiveScope(scope, active)) } : { refused };
};
