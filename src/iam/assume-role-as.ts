/** AssumeRole: a principal of IAM takes a role, when the role trusts it and, where that is not said by name, its own policies allow it. */
import { AwsError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import {
  type AssumedRole,
  checkDuration,
  checkedTags,
  checkSessionName,
  createRoleSessions,
  sessionPolicies,
} from './assume-role.ts';
import { decideOwn, type Principal } from './authorize.ts';
import { evaluateTrust } from './policy.ts';
import { emptyContext, type PolicyContext, policyContext, tagFacts } from './policy-context.ts';
import type { PrincipalPattern } from './policy-principals.ts';
import { parseRoleArn, type Role } from './role-record.ts';
import type { Roles } from './roles.ts';
import type { Tags } from './session-tags.ts';

export type AssumeRoleAsRequest = {
  principal: Principal;
  roleArn: string;
  sessionName: string;
  durationSeconds: number;
  sessionPolicy?: string | undefined;
  externalId?: string | undefined;
  tags: Tags;
  /** Keys of tags that follow into the sessions of further roles. */
  transitiveKeys: readonly string[];
  facts: PolicyContext;
};

const chainedHour = 3600;

const refusal = ({ arn }: Principal, roleArn: string, action: string) =>
  new AwsError('AccessDenied', `User: ${arn} is not authorized to perform: ${action} on resource: ${roleArn}`);

/** Meant by its own name: then its account has nothing more to say. */
const isNamed =
  ({ arn, isRoot, session }: Principal) =>
  ({ type, value }: PrincipalPattern): boolean =>
    type === 'AWS' && !isRoot && (value === arn || (session?.roleArn !== undefined && value === session.roleArn));

const isMeant =
  (principal: Principal) =>
  (pattern: PrincipalPattern): boolean => {
    const { type, value } = pattern;
    const { accountId } = principal;
    if (type === '*' || (type === 'AWS' && value === '*') || isNamed(principal)(pattern)) return true;
    return type === 'AWS' && [accountId, `arn:aws:iam::${accountId}:root`].includes(value);
  };

const isTrusted = (principal: Principal, role: Role, action: string, context: PolicyContext): boolean => {
  if (evaluateTrust(role.trust, isMeant(principal), action, context) !== 'Allow') return false;
  const byName = evaluateTrust(role.trust, isNamed(principal), action, context) === 'Allow';
  const granted = byName && principal.accountId === role.accountId;
  return decideOwn(principal, action, role.arn, context, granted).allowed;
};

const contextOf = (request: AssumeRoleAsRequest, tags: Tags): PolicyContext => {
  const { principal, facts, sessionName, externalId, transitiveKeys } = request;
  const keys = Object.keys(tags);
  return policyContext(facts, tagFacts('aws:RequestTag', tags), principal.context ?? emptyContext, {
    'aws:TagKeys': keys.length > 0 ? keys : undefined,
    'sts:RoleSessionName': sessionName,
    'sts:ExternalId': externalId,
    'sts:TransitiveTagKeys': transitiveKeys.length > 0 ? transitiveKeys : undefined,
  });
};

/** Tags that the calling session has passed on stay as they are. @throws AwsError ValidationError */
const inherited = ({ principal, tags }: AssumeRoleAsRequest): Tags => {
  const carried = principal.session?.transitiveTags ?? {};
  const given = new Set(Object.keys(tags).map(key => key.toLowerCase()));
  const conflict = Object.keys(carried).find(key => given.has(key.toLowerCase()));
  if (conflict === undefined) return carried;
  throw new AwsError(
    'ValidationError',
    `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${conflict}`,
  );
};

/**
 * @returns a function that throws AwsError AccessDenied (no such role, not trusted, not allowed), ValidationError,
 * MalformedPolicyDocument, PackedPolicyTooLarge
 */
export const createAssumeRoleAs = ({
  roles,
  sealer,
  clock,
}: {
  roles: Pick<Roles, 'find'>;
  sealer: Sealer;
  clock: Clock;
}) => {
  const issue = createRoleSessions({ sealer, clock });
  return async (request: AssumeRoleAsRequest): Promise<AssumedRole> => {
    const { principal, roleArn, sessionName, durationSeconds, transitiveKeys } = request;
    checkSessionName(sessionName);
    const tags = checkedTags(request.tags);
    const carried = inherited(request);
    const policies = sessionPolicies(request.sessionPolicy);
    const parsed = parseRoleArn(roleArn);
    const role = parsed && (await roles.find(parsed.accountId, parsed.name));
    if (role?.arn !== roleArn) throw refusal(principal, roleArn, 'sts:AssumeRole');
    const context = contextOf(request, tags);
    for (const action of ['sts:AssumeRole', ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : [])])
      if (!isTrusted(principal, role, action, context)) throw refusal(principal, roleArn, action);
    if (principal.session?.kind === 'role' && durationSeconds > chainedHour)
      throw new AwsError(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    checkDuration(durationSeconds, role);
    const transitive = [...transitiveKeys, ...Object.keys(carried)];
    return issue(role, { sessionName, policies, tags: { ...tags, ...carried }, transitive }, durationSeconds);
  };
};
export type AssumeRoleAs = ReturnType<typeof createAssumeRoleAs>;
