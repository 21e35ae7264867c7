/** IAM policies: what they hold once read, and what they say about a request. */
import type { ArnPattern } from './arn-pattern.ts';
import type { Condition } from './conditions.ts';
import { emptyContext, type PolicyContext } from './policy-context.ts';
import type { PrincipalPattern } from './policy-principals.ts';
import { matchesWildcard } from './wildcard.ts';

/** `negated` for NotAction and NotResource: everything but these. */
export type Selection<Each> = { patterns: Each[]; negated: boolean };
export type Statement = {
  effect: 'Allow' | 'Deny';
  /** In lower case, since IAM compares actions without regard to case. */
  actions: Selection<string>;
  resources: Selection<ArnPattern>;
  conditions: readonly Condition[];
};
export type PolicyDocument = {
  statements: readonly Statement[];
  /** Whether it asks for tags of the resource: only then somebody looks for them. */
  asksForTags?: boolean;
};
/** A role's trust policy: its statements name who may assume the role; the resource is the role. */
export type TrustStatement = Statement & { principals: readonly PrincipalPattern[] };
export type TrustPolicy = { statements: readonly TrustStatement[] };
export type Verdict = 'Allow' | 'explicit deny' | 'no allow';

const selectsAction = ({ patterns, negated }: Selection<string>, action: string) =>
  patterns.some(pattern => matchesWildcard(pattern, action)) !== negated;

/**
 * A variable without a value matches nothing. In a list of exceptions that would make a statement wider, so there one that
 * allows does not apply at all.
 */
const selectsResource = ({ effect, resources }: Statement, resource: string, context: PolicyContext): boolean => {
  const results = resources.patterns.map(matches => matches(resource, context));
  if (!resources.negated) return results.includes(true);
  return !results.includes(true) && !(effect === 'Allow' && results.includes(undefined));
};

const applies = (statement: Statement, action: string, resource: string, context: PolicyContext): boolean =>
  selectsAction(statement.actions, action) &&
  selectsResource(statement, resource, context) &&
  statement.conditions.every(condition => condition.holds(context, statement.effect === 'Allow'));

/** Deny wins over Allow; what no statement allows is not allowed. */
const verdictOf = (effects: readonly Statement['effect'][]): Verdict => {
  if (effects.includes('Deny')) return 'explicit deny';
  return effects.includes('Allow') ? 'Allow' : 'no allow';
};

/**
 * @param action e.g. `cognito-idp:AdminGetUser`, in any case
 * @param resource an ARN; its case matters
 */
export const evaluate = (
  policy: PolicyDocument,
  action: string,
  resource: string,
  context: PolicyContext = emptyContext,
): Verdict => {
  const folded = action.toLowerCase();
  return verdictOf(
    policy.statements.filter(each => applies(each, folded, resource, context)).map(({ effect }) => effect),
  );
};

/** @param isPrincipal whether the one who asks is meant by a principal of the policy */
export const evaluateTrust = (
  policy: TrustPolicy,
  isPrincipal: (pattern: PrincipalPattern) => boolean,
  action: string,
  context: PolicyContext,
): Verdict => {
  const statements = policy.statements.filter(({ principals }) => principals.some(isPrincipal));
  return evaluate({ statements }, action, '*', context);
};

/** Several policies of one principal, as one: what any of them allows and none denies. */
export const union = (policies: readonly PolicyDocument[]): PolicyDocument => ({
  statements: policies.flatMap(({ statements }) => statements),
  asksForTags: policies.some(({ asksForTags }) => asksForTags),
});
