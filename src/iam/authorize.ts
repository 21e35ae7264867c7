/** Decides whether a principal may do something, and refuses in AWS's words. */
import { AwsError } from '../contract/errors.ts';
import { evaluate, type PolicyDocument } from './policy.ts';
import { emptyContext, type PolicyContext, policyContext } from './policy-context.ts';
import type { Tags } from './session-tags.ts';

/** Who signed a request. */
export type Principal = {
  accountId: string;
  /** `arn:aws:iam::<account>:user/<name>`, `…:root`, or `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
  arn: string;
  accessKeyId: string;
  isRoot: boolean;
  /** null: everything in the principal's own account. */
  policy: PolicyDocument | null;
  /** Session policies, and what guests may do at most: each of them must allow, too. */
  limits?: readonly PolicyDocument[];
  /** What conditions and variables can ask about the principal. */
  context?: PolicyContext;
  /** AWS's unique id: what GetCallerIdentity answers as UserId. */
  userId?: string;
  /** Temporary credentials. */
  session?: {
    kind: 'role' | 'user';
    /** Of a role's session: the role. */
    roleArn?: string;
    /** Epoch milliseconds. */
    expiresAt: number;
    /** Tags that follow into the sessions of further roles. */
    transitiveTags: Tags;
  };
};

type PolicyKind = 'identity-based' | 'resource-based' | 'session';

/** `reason` is in AWS's words: "because no identity-based policy allows the x action". */
export type Decision = { allowed: true } | { allowed: false; explicit: boolean; reason: string };

/** The account is the fifth part of an ARN; empty for resources that belong to none. */
const accountOf = (arn: string) => arn.split(':', 5)[4] ?? '';

const refused = (explicit: boolean, kind: PolicyKind, action: string): Decision => ({
  allowed: false,
  explicit,
  reason: explicit
    ? `with an explicit deny in ${kind === 'session' ? 'a' : 'an'} ${kind} policy`
    : `because no ${kind} policy allows the ${action} action`,
});

/** What policies can ask about principal and resource, besides what the request says: that cannot overrule what the server knows. */
const contextOf = ({ context = emptyContext }: Principal, owner: string, facts: PolicyContext): PolicyContext =>
  policyContext({ 'aws:ResourceAccount': owner || undefined }, facts, context);

/**
 * What the principal's own policies and limits say, in whichever account the resource is.
 * @param granted by the resource itself, so that nothing need allow it: a limit must all the same, and nothing may deny it
 */
export const decideOwn = (
  principal: Principal,
  action: string,
  resource: string,
  facts: PolicyContext,
  granted = false,
): Decision => {
  const { policy, limits = [] } = principal;
  const context = contextOf(principal, accountOf(resource), facts);
  const own = policy === null ? 'Allow' : evaluate(policy, action, resource, context);
  const narrowed = limits.map(limit => evaluate(limit, action, resource, context));
  if (own === 'explicit deny') return refused(true, 'identity-based', action);
  if (narrowed.includes('explicit deny')) return refused(true, 'session', action);
  if (own === 'no allow' && !granted) return refused(false, 'identity-based', action);
  return narrowed.includes('no allow') ? refused(false, 'session', action) : { allowed: true };
};

/**
 * @param action `<signing name>:<operation>`
 * @param resource the ARN that it works on; one of another account is out of reach
 * @param facts what conditions can ask about the request
 */
export const decide = (
  principal: Principal,
  action: string,
  resource: string,
  facts: PolicyContext = emptyContext,
): Decision => {
  const owner = accountOf(resource);
  const isForeign = owner !== '' && owner !== '*' && owner !== principal.accountId;
  return isForeign ? refused(false, 'resource-based', action) : decideOwn(principal, action, resource, facts);
};

/** Whether any of the principal's policies asks for tags of the resource. */
export const asksForTags = ({ policy, limits = [] }: Principal): boolean =>
  [policy, ...limits].some(each => each?.asksForTags);

export const refusalOf = ({ arn }: Principal, action: string, resource: string, reason: string): string =>
  `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;

/** As `decide`. @throws AccessDeniedException */
export const authorize = (
  principal: Principal,
  action: string,
  resource: string,
  facts: PolicyContext = emptyContext,
): void => {
  const decision = decide(principal, action, resource, facts);
  if (decision.allowed) return;
  throw new AwsError('AccessDeniedException', refusalOf(principal, action, resource, decision.reason));
};
