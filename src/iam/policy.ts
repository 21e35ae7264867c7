/** IAM policy documents: read, checked and evaluated. What is not understood is refused: ignoring a Condition would widen a policy. */
import { matchesWildcard } from './wildcard.ts';

/** `negated` for NotAction and NotResource: everything but these. */
type Selection = { patterns: string[]; negated: boolean };
export type Statement = { effect: 'Allow' | 'Deny'; actions: Selection; resources: Selection };
/** A checked policy. Its actions are in lower case, since IAM compares them without regard to case. */
export type PolicyDocument = { statements: Statement[] };
export type Verdict = 'Allow' | 'explicit deny' | 'no allow';

/** AWS's limit for a managed policy, in characters; it bounds the time that matching takes, too. */
export const maxPolicyLength = 6144;

const versions = ['2012-10-17', '2008-10-17'];
const documentKeys = ['Version', 'Id', 'Statement'];
const statementKeys = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource'];

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

const selection = (statement: JsonObject, name: 'Action' | 'Resource', where: string): Selection => {
  const names = [name, `Not${name}`].filter(key => statement[key] !== undefined);
  const [only] = names;
  if (only === undefined || names.length > 1) throw malformed(`${where} needs either ${name} or Not${name}`);
  return { patterns: strings(statement[only], `${only} of ${where}`), negated: only !== name };
};

const actionsOf = (statement: JsonObject, where: string): Selection => {
  const { patterns, negated } = selection(statement, 'Action', where);
  const bare = patterns.find(pattern => pattern !== '*' && !/^[\w*?-]+:[\w*?]+$/.test(pattern));
  if (bare !== undefined) throw malformed(`"${bare}" in ${where} is no action; expected e.g. cognito-idp:AdminGetUser`);
  return { patterns: patterns.map(pattern => pattern.toLowerCase()), negated };
};

const resourcesOf = (statement: JsonObject, where: string): Selection => {
  const resources = selection(statement, 'Resource', where);
  // Taken literally, a variable would match nothing: in a Deny that would widen the policy.
  const variable = resources.patterns.find(pattern => pattern.includes('${'));
  if (variable !== undefined) throw malformed(`"${variable}" in ${where}: policy variables are not supported`);
  const foreign = resources.patterns.find(pattern => pattern !== '*' && !pattern.startsWith('arn:'));
  if (foreign !== undefined) throw malformed(`"${foreign}" in ${where} is neither an ARN nor *`);
  return resources;
};

const statementOf = (value: unknown, index: number): Statement => {
  const where = `statement ${index + 1}`;
  const statement = object(value, where, statementKeys);
  const { Effect, Sid } = statement;
  if (Sid !== undefined && typeof Sid !== 'string') throw malformed(`Sid of ${where} must be a string`);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`Effect of ${where} must be Allow or Deny`);
  return { effect: Effect, actions: actionsOf(statement, where), resources: resourcesOf(statement, where) };
};

/**
 * Reads an identity-based policy.
 * @param text the JSON document
 * @throws Error that says what is malformed or not supported
 */
export const parsePolicy = (text: string): PolicyDocument => {
  if (text.length > maxPolicyLength) throw malformed(`it has more than ${maxPolicyLength} characters`);
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
  return { statements: list.map(statementOf) };
};

const selects = ({ patterns, negated }: Selection, text: string) =>
  patterns.some(pattern => matchesWildcard(pattern, text)) !== negated;

/**
 * Deny wins over Allow; what no statement allows is not allowed.
 * @param action e.g. `cognito-idp:AdminGetUser`, in any case
 * @param resource an ARN; its case matters
 */
export const evaluate = (policy: PolicyDocument, action: string, resource: string): Verdict => {
  const folded = action.toLowerCase();
  const effects = policy.statements
    .filter(({ actions, resources }) => selects(actions, folded) && selects(resources, resource))
    .map(({ effect }) => effect);
  if (effects.includes('Deny')) return 'explicit deny';
  return effects.includes('Allow') ? 'Allow' : 'no allow';
};
