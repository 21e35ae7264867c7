/** Checks attribute values against the pool's schema: pure. */
import type { AttributeType, SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findAttribute, schemaOf } from './schema.ts';
import { serviceAttributes } from './standard.ts';

export type Attributes = Record<string, string>;

// A request has room for a hundred thousand attributes that do not exist: the answer must not be longer than it.
const mostProblems = 50;

const notConforming = (problems: string[]) =>
  invalidParameter(
    `Attributes did not conform to the schema: ${problems
      .slice(0, mostProblems)
      .map(problem => `${problem}\n`)
      .join('')}`,
  );

// Linear-time on purpose: the text comes from strangers.
const emailShape = /^[^\s@]+@[^\s@]+$/;
export const isEmail = (text: string): boolean => emailShape.test(text) && text.length <= 2048;
/** E.164: a plus sign and up to fifteen digits. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{4,14}$/.test(text);

type Check = (value: string, attribute: SchemaAttributeType) => string | undefined;

const checks: Record<string, Check> = {
  String: (value, { StringAttributeConstraints: { MinLength, MaxLength } = {} }) => {
    if (MinLength !== undefined && value.length < Number(MinLength))
      return `String attributes cannot have a length of less than ${MinLength}`;
    const max = Math.min(2048, MaxLength === undefined ? 2048 : Number(MaxLength));
    return value.length > max ? `String attributes cannot have a length of more than ${max}` : undefined;
  },
  Number: (value, { NumberAttributeConstraints: { MinValue, MaxValue } = {} }) => {
    if (!/^-?\d+(\.\d+)?$/.test(value)) return 'The value of a Number attribute must be a number';
    if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Value cannot be less than ${MinValue}`;
    return MaxValue !== undefined && Number(value) > Number(MaxValue)
      ? `Value cannot be greater than ${MaxValue}`
      : undefined;
  },
  Boolean: value =>
    /^(true|false)$/i.test(value) ? undefined : 'The value of a Boolean attribute must be true or false',
  DateTime: value =>
    /^\d+$/.test(value) || !Number.isNaN(Date.parse(value))
      ? undefined
      : 'The value of a DateTime attribute must be a date',
};

const checkFormat = (name: string, value: string) => {
  if (name === 'email' && !isEmail(value)) throw invalidParameter('Invalid email address format.');
  if (name === 'phone_number' && !isPhoneNumber(value)) throw invalidParameter('Invalid phone number format.');
};

const problemOf = (pool: UserPool, name: string, value: string): string | undefined => {
  const attribute = findAttribute(pool, name);
  if (attribute === undefined || serviceAttributes.includes(name))
    return `${name}: Attribute does not exist in the schema.`;
  if (value === '') return undefined;
  const problem = checks[attribute.AttributeDataType ?? 'String']?.(value, attribute);
  return problem && `${name}: ${problem}`;
};

/** `True` is stored as `true`. */
const normal = (pool: UserPool, name: string, value: string) =>
  findAttribute(pool, name)?.AttributeDataType === 'Boolean' ? value.toLowerCase() : value;

/**
 * A request's attribute list as a record; the last of two equal names counts. An empty value stands for "remove".
 * @throws InvalidParameterException naming the attributes that do not conform to the schema
 */
export const readAttributes = (pool: UserPool, list: readonly AttributeType[] = []): Attributes => {
  const given = list.map(({ Name = '', Value = '' }) => [Name, Value] as const);
  const problems = given.flatMap(([name, value]) => problemOf(pool, name, value) ?? []);
  if (problems.length > 0) throw notConforming(problems);
  for (const [name, value] of given) if (value !== '') checkFormat(name, value);
  return Object.fromEntries(given.map(([name, value]) => [name, normal(pool, name, value)]));
};

/** `current` with `changes`; empty values are removed. */
export const mergeAttributes = (current: Attributes, changes: Attributes): Attributes =>
  Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ''));

/** The required attributes that `attributes` lacks. */
export const missingAttributes = (pool: UserPool, attributes: Attributes): string[] =>
  schemaOf(pool)
    .filter(({ Name = '', Required }) => Required && Name !== 'sub' && !attributes[Name])
    .map(({ Name = '' }) => Name);

/** @throws InvalidParameterException when a required attribute is missing */
export const requireAttributes = (pool: UserPool, attributes: Attributes): void => {
  const missing = missingAttributes(pool, attributes);
  if (missing.length > 0) throw notConforming(missing.map(name => `${name}: The attribute is required`));
};

/** @throws InvalidParameterException when a change would take a required attribute away */
export const forbidRemovalOfRequired = (pool: UserPool, changes: Attributes): void => {
  const removed = Object.keys(changes).filter(name => changes[name] === '' && findAttribute(pool, name)?.Required);
  if (removed.length > 0) throw notConforming(removed.map(name => `${name}: The attribute is required`));
};

/** @throws InvalidParameterException when an immutable attribute would change after the account was made */
export const forbidImmutable = (pool: UserPool, changes: Attributes): void => {
  const fixed = Object.keys(changes).find(name => findAttribute(pool, name)?.Mutable === false);
  if (fixed !== undefined) throw invalidParameter(`user.${fixed}: Attribute cannot be updated.`);
};
