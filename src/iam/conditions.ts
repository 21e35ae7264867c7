/** Conditions of policies: read, checked and evaluated. */
import { type Comparison, type Operator, operators } from './condition-operators.ts';
import { type PolicyContext, valuesOf } from './policy-context.ts';
import { type PolicyText, parsePolicyText } from './policy-text.ts';

/** Whether the request meets it. `strict` decides for a statement that allows: what cannot be resolved is not met. */
export type Condition = {
  /** As the policy writes them: `ForAnyValue:StringLike`, `cognito-identity.amazonaws.com:amr`. */
  operator: string;
  key: string;
  values: readonly string[];
  holds(context: PolicyContext, strict: boolean): boolean;
};

type Fail = (problem: string) => Error;
type Each = 'ForAnyValue' | 'ForAllValues' | undefined;

/** How one value of the request stands to all values of the policy. */
const meets =
  ({ negated }: Operator, comparisons: readonly Comparison[]) =>
  (asked: string, context: PolicyContext, strict: boolean): boolean => {
    const results = comparisons.map(compare => compare(asked, context));
    if (!negated) return results.includes(true);
    return !results.includes(true) && !(strict && results.includes(undefined));
  };

const quantified =
  (each: Each, ifExists: boolean, operator: Operator, comparisons: readonly Comparison[]) =>
  (key: string): Condition['holds'] => {
    const met = meets(operator, comparisons);
    return (context, strict) => {
      const asked = valuesOf(context, key);
      if (asked.length === 0) return each === 'ForAllValues' || ifExists || (each === undefined && operator.negated);
      if (each === 'ForAllValues') return asked.every(value => met(value, context, strict));
      if (each === 'ForAnyValue' || !operator.negated) return asked.some(value => met(value, context, strict));
      return asked.every(value => met(value, context, strict));
    };
  };

const isThere =
  (key: string, values: readonly string[]): Condition['holds'] =>
  context =>
    values.some(value => (value.toLowerCase() === 'true') === (valuesOf(context, key).length === 0));

const valuesIn = (value: unknown, where: string, fail: Fail): string[] => {
  const list = Array.isArray(value) ? value : [value];
  const isValue = (item: unknown) => ['string', 'number', 'boolean'].includes(typeof item);
  if (list.length === 0 || !list.every(isValue)) throw fail(`${where} must be a string or a list of strings`);
  return list.map(String);
};

/** `${` means itself where the version of the policy knows no variables; that is refused rather than misread. */
const compile = (operator: Operator, text: string, where: string, variables: boolean, fail: Fail): Comparison => {
  const hasVariable = text.includes('${');
  if (hasVariable && !variables) throw fail(`"${text}" in ${where}: policy variables need Version 2012-10-17`);
  if (hasVariable && !operator.takesVariables) throw fail(`"${text}" in ${where}: this operator takes no variables`);
  const value: PolicyText = operator.takesVariables ? parsePolicyText(text, fail) : [];
  const comparison = operator.takesVariables ? operator.compile(value) : operator.compile(text);
  if (comparison === undefined) throw fail(`"${text}" in ${where} is no value that this operator compares with`);
  return comparison;
};

/** `ForAnyValue:StringLikeIfExists` in its three parts. */
const operatorName = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;
const keyPattern = /^[A-Za-z0-9._:/+=@-]+$/;

const conditionOf = (name: string, key: string, value: unknown, variables: boolean, fail: Fail): Condition => {
  const where = `the condition ${name} on ${key}`;
  const values = valuesIn(value, where, fail);
  if (!keyPattern.test(key) || !key.includes(':'))
    throw fail(`"${key}" is no condition key; expected e.g. aws:SourceIp`);
  if (name === 'Null') {
    if (!values.every(text => /^(?:true|false)$/i.test(text))) throw fail(`${where} must be true or false`);
    return { operator: name, key, values, holds: isThere(key, values) };
  }
  const [, each, bare = '', ifExists] = operatorName.exec(name) ?? [];
  const operator = Object.hasOwn(operators, bare) ? operators[bare] : undefined;
  if (operator === undefined) throw fail(`"${name}" is no condition operator that is supported`);
  const comparisons = values.map(text => compile(operator, text, where, variables, fail));
  const holds = quantified(each as Each, ifExists !== undefined, operator, comparisons)(key);
  return { operator: name, key, values, holds };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a Condition element. All of the conditions must hold; of the values of one, any.
 * @param variables whether the policy's version knows variables
 * @param fail makes the error of what is malformed
 */
export const parseConditions = (element: unknown, variables: boolean, fail: Fail): Condition[] => {
  if (element === undefined) return [];
  if (!isObject(element)) throw fail('Condition must be an object');
  return Object.entries(element).flatMap(([name, keys]) => {
    if (!isObject(keys)) throw fail(`${name} in Condition must be an object`);
    return Object.entries(keys).map(([key, value]) => conditionOf(name, key, value, variables, fail));
  });
};
