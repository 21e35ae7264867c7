/** Who signs with temporary credentials: the role, or the user, as it is now, narrowed by what the session was given. */
import { AwsError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { FindKey, SigningKey } from './access-keys.ts';
import type { Principal } from './authorize.ts';
import { guestSessionPolicy, noIdentityPools } from './guest-policy.ts';
import type { PolicyDocument } from './policy.ts';
import { maxSessionPolicyLength, parsePolicy } from './policy-syntax.ts';
import type { Roles } from './roles.ts';
import { roleSessionContext } from './session-context.ts';
import type { RoleSession, SessionTokens, UserSession } from './session-token.ts';

export const cognitoIdentity = 'cognito-identity.amazonaws.com';

/** Short names in tokens for what many sessions have, so that tokens stay short. */
const standing: Record<string, PolicyDocument> = {
  guest: parsePolicy(guestSessionPolicy),
  'no-identity-pools': parsePolicy(noIdentityPools),
};
const limitsOf = ({ policies, identity }: RoleSession): PolicyDocument[] => [
  ...policies.map(text => standing[text] ?? parsePolicy(text, maxSessionPolicyLength)),
  ...(identity?.issuer === cognitoIdentity ? [standing['no-identity-pools']!] : []),
];

export const expiredToken = () =>
  new AwsError('ExpiredTokenException', 'The security token included in the request is expired');

/**
 * @returns a finder for the verifier of signatures: undefined when the token is forged or of another key, when its role or user is
 * gone, or is another one of the same name. @throws ExpiredTokenException
 */
export const createSessionFinder = ({
  tokens,
  roles,
  findKey,
  clock,
}: {
  tokens: SessionTokens;
  roles: Pick<Roles, 'find'>;
  findKey: FindKey;
  clock: Clock;
}) => {
  const ofRole = async (
    session: RoleSession,
    issuedAt: number,
  ): Promise<Omit<Principal, 'accessKeyId'> | undefined> => {
    const role = await roles.find(session.accountId, session.roleName);
    if (role?.id !== session.roleId) return undefined;
    const carried = Object.entries(session.tags).filter(([key]) => session.transitive.includes(key));
    return {
      accountId: role.accountId,
      arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${session.sessionName}`,
      isRoot: false,
      policy: role.permissions,
      limits: limitsOf(session),
      context: roleSessionContext(role, session, issuedAt),
      userId: `${role.id}:${session.sessionName}`,
      session: { kind: 'role', roleArn: role.arn, expiresAt: 0, transitiveTags: Object.fromEntries(carried) },
    };
  };
  const ofUser = async ({ parent }: UserSession): Promise<Omit<Principal, 'accessKeyId'> | undefined> => {
    const key = await findKey(parent);
    return key && { ...key.principal, session: { kind: 'user', expiresAt: 0, transitiveTags: {} } };
  };

  return async (accessKeyId: string, sessionToken: string): Promise<SigningKey | undefined> => {
    const opened = tokens.open(accessKeyId, sessionToken);
    if (opened === undefined) return undefined;
    const { session, secret, issuedAt, expiresAt } = opened;
    if (expiresAt <= clock.now()) throw expiredToken();
    const principal = await (session.kind === 'role' ? ofRole(session, issuedAt) : ofUser(session));
    if (principal?.session === undefined) return undefined;
    return { secret, principal: { ...principal, accessKeyId, session: { ...principal.session, expiresAt } } };
  };
};
