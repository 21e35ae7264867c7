/** What conditions and variables can ask about a principal: names, tags, the claims of who is behind a session. */
import { type ContextFacts, type PolicyContext, policyContext, tagFacts } from './policy-context.ts';
import type { Role } from './role-record.ts';
import type { Tags } from './session-tags.ts';
import type { RoleSession, WebIdentity } from './session-token.ts';

/** `cognito-identity.amazonaws.com:sub`, `…:aud`, `…:amr`, and the same under the issuer's other names. */
export const claimFacts = ({ issuer, claims, aliases = [] }: WebIdentity): ContextFacts =>
  Object.fromEntries(
    [issuer, ...aliases].flatMap(name =>
      Object.entries(claims).map(([claim, value]) => [`${name}:${claim}`, value as string | readonly string[]]),
    ),
  );

/** Of an access key, or of the session that is made with it. */
export const userContext = (user: {
  accountId: string;
  arn: string;
  name: string;
  isRoot: boolean;
  userId: string;
}): PolicyContext =>
  policyContext({
    'aws:PrincipalArn': user.arn,
    'aws:PrincipalAccount': user.accountId,
    'aws:PrincipalType': user.isRoot ? 'Account' : 'User',
    'aws:userid': user.userId,
    'aws:username': user.isRoot ? undefined : user.name,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
  });

/** Tags of the session stand before those of the role. */
const tagsOf = (role: Role, session: Tags): ContextFacts => {
  const facts = tagFacts('aws:PrincipalTag', session);
  const taken = new Set(Object.keys(facts).map(key => key.toLowerCase()));
  const ofRole = Object.entries(tagFacts('aws:PrincipalTag', role.tags));
  return { ...Object.fromEntries(ofRole.filter(([key]) => !taken.has(key.toLowerCase()))), ...facts };
};

export const roleSessionContext = (role: Role, session: RoleSession, issuedAt: number): PolicyContext =>
  policyContext(session.identity ? claimFacts(session.identity) : {}, tagsOf(role, session.tags), {
    // The role's, not the session's, as in AWS.
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': role.accountId,
    'aws:PrincipalType': 'AssumedRole',
    'aws:userid': `${role.id}:${session.sessionName}`,
    'aws:TokenIssueTime': new Date(issuedAt).toISOString().replace(/\.\d+/, ''),
    'aws:FederatedProvider': session.identity?.issuer,
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
  });
