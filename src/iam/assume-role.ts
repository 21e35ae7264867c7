/** Assuming roles: the trust policy decides who may, the answer is temporary credentials. */
import { AwsError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import type { Db } from '../storage/schema.ts';
import { guestSessionPolicy, noIdentityPools } from './guest-policy.ts';
import { evaluateTrust } from './policy.ts';
import { type ContextFacts, policyContext, tagFacts, timeFacts } from './policy-context.ts';
import type { PrincipalPattern } from './policy-principals.ts';
import { maxSessionPolicyLength, parsePolicy } from './policy-syntax.ts';
import { parseRoleArn, type Role } from './role-record.ts';
import { createRoles, type Roles } from './roles.ts';
import { claimFacts } from './session-context.ts';
import { checkTags, type Tags } from './session-tags.ts';
import {
  createSessionTokens,
  packedSize,
  type RoleSession,
  type TemporaryCredentials,
  type WebIdentity,
} from './session-token.ts';
import { providerName } from './trust-audience.ts';

export type { TemporaryCredentials, WebIdentity } from './session-token.ts';

export type AssumedRole = TemporaryCredentials & {
  assumedRole: {
    /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
    arn: string;
    /** `AROA…:<session>` */
    id: string;
  };
  /** What session policy, tags and claims take of the space there is, in percent. */
  packedSize: number;
};

export type AssumeRoleRequest = {
  roleArn: string;
  /** 2 to 64 of A-Z a-z 0-9 _ + = , . @ - */
  sessionName: string;
  identity: WebIdentity;
  /** At least 900, at most what the role allows. */
  durationSeconds: number;
  /** A JSON document that narrows what the role allows: 2048 characters, or `guestSessionPolicy`. */
  sessionPolicy?: string | undefined;
  /** What the trust policy's conditions can ask about the request besides: `aws:SourceIp`, … */
  facts?: ContextFacts | undefined;
};

const invalid = (message: string) => new AwsError('ValidationError', message);
const notTrusted = (action: string) => new AwsError('AccessDenied', `Not authorized to perform ${action}`);

export const shortestSession = 900;
const sessionNamePattern = /^[\w+=,.@-]{2,64}$/;

/** @throws AwsError ValidationError */
export const checkSessionName = (name: string): void => {
  if (!sessionNamePattern.test(name))
    throw invalid(
      `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}`,
    );
};

/** @throws AwsError ValidationError: AWS's sentence for a session that is longer than its role allows */
export const checkDuration = (seconds: number, role: Pick<Role, 'maxSessionSeconds'>): void => {
  if (!Number.isInteger(seconds) || seconds < shortestSession)
    throw invalid(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${shortestSession}`,
    );
  if (seconds > role.maxSessionSeconds)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
};

/** What is not written out in tokens: see `sessions.ts`. */
const standingPolicies: Record<string, string> = {
  [guestSessionPolicy]: 'guest',
  [noIdentityPools]: 'no-identity-pools',
};

/** How a session policy stands in a token. @throws AwsError MalformedPolicyDocument */
export const sessionPolicies = (policy: string | undefined): string[] => {
  if (policy === undefined) return [];
  const standing = standingPolicies[policy];
  if (standing !== undefined) return [standing];
  try {
    parsePolicy(policy, maxSessionPolicyLength);
  } catch (error) {
    throw new AwsError('MalformedPolicyDocument', (error as Error).message);
  }
  return [policy];
};

/** @throws AwsError ValidationError */
export const checkedTags = (tags: Tags): Tags => {
  try {
    return checkTags(tags);
  } catch (error) {
    throw invalid((error as Error).message);
  }
};

const isFederated =
  ({ issuer, aliases = [] }: WebIdentity, role: Role) =>
  ({ type, value }: PrincipalPattern): boolean => {
    if (type === '*') return true;
    const isOurs = !value.startsWith('arn:') || value.startsWith(`arn:aws:iam::${role.accountId}:`);
    return type === 'Federated' && isOurs && [issuer, ...aliases].includes(providerName(value));
  };

/** Trusting everybody is to trust nobody in particular: `*` must not let strangers in whose token is of any issuer. */
const isNamed = (isMeant: (pattern: PrincipalPattern) => boolean) => (pattern: PrincipalPattern) =>
  pattern.type !== '*' && isMeant(pattern);

/** Whether the role's trust policy lets this identity in. @throws AwsError AccessDenied */
const checkTrust = (
  role: Role,
  { identity, facts = {} }: AssumeRoleRequest,
  sessionName: string,
  now: number,
): void => {
  const { tags = {} } = identity;
  const keys = Object.keys(tags);
  const context = policyContext(facts, timeFacts(now), claimFacts(identity), tagFacts('aws:RequestTag', tags), {
    'aws:TagKeys': keys.length === 0 ? undefined : keys,
    'aws:FederatedProvider': identity.issuer,
    'sts:RoleSessionName': sessionName,
  });
  const isMeant = isFederated(identity, role);
  const needed = ['sts:AssumeRoleWithWebIdentity', ...(keys.length > 0 ? ['sts:TagSession'] : [])];
  for (const action of needed) {
    const denied = evaluateTrust(role.trust, isMeant, action, context) === 'explicit deny';
    if (denied || evaluateTrust(role.trust, isNamed(isMeant), action, context) !== 'Allow')
      throw notTrusted('sts:AssumeRoleWithWebIdentity');
  }
};

/** Credentials of a session, with its names. @throws AwsError PackedPolicyTooLarge */
export const createRoleSessions = (deps: { sealer: Sealer; clock: Clock }) => {
  const tokens = createSessionTokens(deps);
  return (
    role: Role,
    session: Omit<RoleSession, 'kind' | 'accountId' | 'roleName' | 'roleId'>,
    seconds: number,
  ): AssumedRole => {
    const { accountId, name, id } = role;
    const whole: RoleSession = { kind: 'role', accountId, roleName: name, roleId: id, ...session };
    return {
      ...tokens.issue(whole, seconds),
      assumedRole: {
        arn: `arn:aws:sts::${accountId}:assumed-role/${name}/${session.sessionName}`,
        id: `${id}:${session.sessionName}`,
      },
      packedSize: packedSize(whole),
    };
  };
};

/**
 * AssumeRoleWithWebIdentity for an identity that has been verified. The role is looked up in the account of its ARN.
 * @returns a function that throws AwsError AccessDenied (no such role, not trusted), ValidationError, MalformedPolicyDocument,
 * PackedPolicyTooLarge
 */
export const createAssumeRole = ({
  db,
  sealer,
  clock,
  roles = createRoles({ db, clock }),
}: {
  db: Db;
  sealer: Sealer;
  clock: Clock;
  /** Where roles are looked up: whoever changes them there sees the change at once. */
  roles?: Pick<Roles, 'find'>;
}) => {
  const issue = createRoleSessions({ sealer, clock });
  return async (request: AssumeRoleRequest): Promise<AssumedRole> => {
    const { sessionName, identity, durationSeconds } = request;
    checkSessionName(sessionName);
    const tags = checkedTags(identity.tags ?? {});
    const policies = sessionPolicies(request.sessionPolicy);
    const parsed = parseRoleArn(request.roleArn);
    const role = parsed && (await roles.find(parsed.accountId, parsed.name));
    if (role?.arn !== request.roleArn) throw notTrusted('sts:AssumeRoleWithWebIdentity');
    checkTrust(role, request, sessionName, clock.now());
    checkDuration(durationSeconds, role);
    const { issuer, claims, aliases } = identity;
    const known = aliases === undefined ? { issuer, claims } : { issuer, claims, aliases };
    return issue(role, { sessionName, policies, tags, transitive: [], identity: known }, durationSeconds);
  };
};
export type AssumeRole = ReturnType<typeof createAssumeRole>;
