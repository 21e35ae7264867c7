/** Reads policy documents and checks them. What is not understood is refused: ignoring a part of a policy would widen it. */
import { arnPattern } from './arn-pattern.ts';
import { type Condition, parseConditions } from './conditions.ts';
import type { PolicyDocument, Selection, Statement, TrustPolicy, TrustStatement } from './policy.ts';
import { parsePrincipals } from './policy-principals.ts';
import { parsePolicyText } from './policy-text.ts';
import { requireAudience } from './trust-audience.ts';

/** AWS's limit for a managed policy, in characters; it bounds the time that matching takes, too. */
export const maxPolicyLength = 6144;
/** AWS's limits for a policy that narrows one session, and (as an account may have it raised) for a trust policy. */
export const maxSessionPolicyLength = 2048;
export const maxTrustPolicyLength = 4096;

const versions = ['2012-10-17', '2008-10-17'];
const documentKeys = ['Version', 'Id', 'Statement'];
const commonKeys = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];
const statementKeys = [...commonKeys, 'Resource', 'NotResource'];
const trustKeys = [...commonKeys, 'Principal'];

type JsonObject = Record<string, unknown>;

const malformed = (problem: string) => new Error(`Malformed policy document: ${problem}`);

const object = (value: unknown, where: string, keys: string[]): JsonObject => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`${where} must be an object`);
  const unknown = Object.keys(value).find(key => !keys.includes(key));
  if (unknown === undefined) return value as JsonObject;
  throw malformed(`${where} has "${unknown}", which is not supported; supported are ${keys.join(', ')}`);
};

const strings = (value: unknown, where: string): string[] => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > 0 && list.every(item => typeof item === 'string' && item !== '')) return list;
  throw malformed(`${where} must be a string or a list of strings`);
};

const selection = (statement: JsonObject, name: 'Action' | 'Resource', where: string): Selection<string> => {
  const names = [name, `Not${name}`].filter(key => statement[key] !== undefined);
  const [only] = names;
  if (only === undefined || names.length > 1) throw malformed(`${where} needs either ${name} or Not${name}`);
  return { patterns: strings(statement[only], `${only} of ${where}`), negated: only !== name };
};

const actionsOf = (statement: JsonObject, where: string): Selection<string> => {
  const { patterns, negated } = selection(statement, 'Action', where);
  const bare = patterns.find(pattern => pattern !== '*' && !/^[\w*?-]+:[\w*?]+$/.test(pattern));
  if (bare !== undefined) throw malformed(`"${bare}" in ${where} is no action; expected e.g. cognito-idp:AdminGetUser`);
  return { patterns: patterns.map(pattern => pattern.toLowerCase()), negated };
};

const resourcesOf = (statement: JsonObject, where: string, variables: boolean): Statement['resources'] => {
  const { patterns, negated } = selection(statement, 'Resource', where);
  // Taken literally, a variable would match nothing: in a Deny that would widen the policy.
  const variable = variables ? undefined : patterns.find(pattern => pattern.includes('${'));
  if (variable !== undefined) throw malformed(`"${variable}" in ${where}: policy variables need Version 2012-10-17`);
  const foreign = patterns.find(pattern => pattern !== '*' && !pattern.startsWith('arn:'));
  if (foreign !== undefined) throw malformed(`"${foreign}" in ${where} is neither an ARN nor *`);
  return { patterns: patterns.map(pattern => arnPattern(textOf(pattern, variables))), negated };
};
const textOf = (pattern: string, variables: boolean) =>
  variables ? parsePolicyText(pattern, malformed) : [{ text: pattern }];

type Common = { statement: JsonObject; where: string; effect: Statement['effect']; conditions: readonly Condition[] };

const commonOf = (value: unknown, index: number, keys: string[], variables: boolean): Common => {
  const where = `statement ${index + 1}`;
  const statement = object(value, where, keys);
  const { Effect, Sid } = statement;
  if (Sid !== undefined && typeof Sid !== 'string') throw malformed(`Sid of ${where} must be a string`);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Effect of ${where} must be Allow or Deny`);
  const fail = (problem: string) => malformed(`${where}: ${problem}`);
  return { statement, where, effect: Effect, conditions: parseConditions(statement.Condition, variables, fail) };
};

/** @returns the statements as they stand, and whether the document's version knows variables */
const read = (text: string, longest: number): { list: unknown[]; variables: boolean } => {
  if (text.length > longest) throw malformed(`it has more than ${longest} characters`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error('Malformed policy document: it is not JSON', { cause });
  }
  const { Version, Id, Statement } = object(json, 'the document', documentKeys);
  if (Version !== undefined && !versions.includes(Version as string))
    throw malformed(`Version must be one of ${versions.join(', ')}`);
  if (Id !== undefined && typeof Id !== 'string') throw malformed('Id must be a string');
  const list = Array.isArray(Statement) ? Statement : [Statement];
  if (Statement === undefined || list.length === 0) throw malformed('Statement is missing');
  return { list, variables: Version === versions[0] };
};

/**
 * Reads an identity-based policy, or one that narrows a session.
 * @param text the JSON document
 * @param longest characters that it may have
 * @throws Error that says what is malformed or not supported
 */
export const parsePolicy = (text: string, longest = maxPolicyLength): PolicyDocument => {
  const { list, variables } = read(text, longest);
  const statements = list.map((value, index): Statement => {
    const { statement, where, effect, conditions } = commonOf(value, index, statementKeys, variables);
    const actions = actionsOf(statement, where);
    return { effect, actions, resources: resourcesOf(statement, where, variables), conditions };
  });
  return { statements, asksForTags: /aws:ResourceTag\//i.test(text) };
};

const everyRole: Statement['resources'] = { patterns: [() => true], negated: false };

/**
 * Reads the trust policy of a role.
 * @throws Error that says what is malformed or not supported, or whom it would let in without saying so
 */
export const parseTrustPolicy = (text: string): TrustPolicy => {
  const { list, variables } = read(text, maxTrustPolicyLength);
  const statements = list.map((value, index): TrustStatement => {
    const { statement, where, effect, conditions } = commonOf(value, index, trustKeys, variables);
    const actions = actionsOf(statement, where);
    const foreign = actions.patterns.find(pattern => pattern !== '*' && !pattern.startsWith('sts:'));
    if (foreign !== undefined) throw malformed(`"${foreign}" in ${where}: a trust policy is about actions of sts`);
    const principals = parsePrincipals(statement.Principal, where, malformed);
    const trust = { effect, actions, resources: everyRole, conditions, principals };
    requireAudience(trust, where, malformed);
    return trust;
  });
  return { statements };
};
