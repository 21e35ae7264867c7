/** Which scopes an authorization is for, out of those asked for. Pure. */
import { isActiveScope, isStandardScope } from '../../user-pools/clients/scopes.ts';

type Asked = {
  /** AllowedOAuthScopes of the client. */
  allowed: readonly string[];
  /** Empty: all of them. */
  requested: readonly string[];
  /** The custom scopes that the pool's resource servers have. */
  active: readonly string[];
};

/** These say what of the user the ID token tells: without `openid` there is none. */
const needsOpenid = ['email', 'phone', 'profile'];

/**
 * A scope that is not the client's is refused. One that is the client's but has gone from its resource server is left out silently,
 * as is `offline_access`, which OpenID clients send by habit: whoever gets a code gets a refresh token.
 */
export const authorizedScopes = ({
  allowed,
  requested,
  active,
}: Asked): { granted: string[] } | { refused: string } => {
  const asked = requested.filter(scope => scope !== 'offline_access');
  const wanted = asked.length === 0 ? allowed : asked;
  const refused = wanted.find(
    scope => !allowed.includes(scope) || (needsOpenid.includes(scope) && !wanted.includes('openid')),
  );
  if (refused !== undefined) return { refused };
  return { granted: wanted.filter(scope => isStandardScope(scope) || isActiveScope(scope, active)) };
};
