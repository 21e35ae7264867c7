/** The operators of conditions: how each compares one value of the request with one value of the policy. */
import { addressRange } from './address-range.ts';
import { arnPattern } from './arn-pattern.ts';
import type { PolicyContext } from './policy-context.ts';
import { type PolicyText, resolvePattern, resolveText } from './policy-text.ts';
import { matchesPattern } from './wildcard.ts';

/** @returns undefined when a variable of the policy's value has no value in the request */
export type Comparison = (asked: string, context: PolicyContext) => boolean | undefined;

/** `compile` returns undefined for a value that the operator cannot compare with. */
type Family =
  | { takesVariables: true; compile(value: PolicyText): Comparison | undefined }
  | { takesVariables: false; compile(value: string): Comparison | undefined };

export type Operator = Family & {
  /** Holds when none of the policy's values does, and when the key is missing. */
  negated: boolean;
};

const texts = (same: (asked: string, wanted: string) => boolean): Family => ({
  takesVariables: true,
  compile: value => (asked, context) => {
    const wanted = resolveText(value, context);
    return wanted === undefined ? undefined : same(asked, wanted);
  },
});

const like: Family = {
  takesVariables: true,
  compile: value => (asked, context) => {
    const pattern = resolvePattern(value, context);
    return pattern === undefined ? undefined : matchesPattern(pattern, asked);
  },
};

const arn: Family = { takesVariables: true, compile: value => arnPattern(value) };

const read = (
  parse: (text: string) => number | undefined,
  holds: (asked: number, wanted: number) => boolean,
): Family => ({
  takesVariables: false,
  compile: value => {
    const wanted = parse(value);
    if (wanted === undefined) return undefined;
    return text => {
      const asked = parse(text);
      return asked !== undefined && holds(asked, wanted);
    };
  },
});

const numberOf = (text: string): number | undefined =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;

/** A date of ISO 8601, or seconds since the epoch. @returns epoch milliseconds */
const dateOf = (text: string): number | undefined => {
  const seconds = numberOf(text);
  if (seconds !== undefined && text.length > 4) return seconds * 1000;
  if (!/^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?)?)?$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

const numeric = (holds: (asked: number, wanted: number) => boolean) => read(numberOf, holds);
const dated = (holds: (asked: number, wanted: number) => boolean) => read(dateOf, holds);

const bool: Family = {
  takesVariables: false,
  compile: value =>
    /^(?:true|false)$/i.test(value) ? asked => asked.toLowerCase() === value.toLowerCase() : undefined,
};

const binary: Family = {
  takesVariables: false,
  compile: value => (Buffer.from(value, 'base64').toString('base64') === value ? asked => asked === value : undefined),
};

const address: Family = { takesVariables: false, compile: value => addressRange(value) };

const positive = (family: Family): Operator => ({ ...family, negated: false });
const negative = (family: Family): Operator => ({ ...family, negated: true });

const sameText = texts((asked, wanted) => asked === wanted);
const sameTextInAnyCase = texts((asked, wanted) => asked.toLowerCase() === wanted.toLowerCase());
const equal = (asked: number, wanted: number) => asked === wanted;

/** All of IAM's, but for Null, which asks whether a key is there at all. */
export const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(sameText),
  StringNotEquals: negative(sameText),
  StringEqualsIgnoreCase: positive(sameTextInAnyCase),
  StringNotEqualsIgnoreCase: negative(sameTextInAnyCase),
  StringLike: positive(like),
  StringNotLike: negative(like),
  NumericEquals: positive(numeric(equal)),
  NumericNotEquals: negative(numeric(equal)),
  NumericLessThan: positive(numeric((asked, wanted) => asked < wanted)),
  NumericLessThanEquals: positive(numeric((asked, wanted) => asked <= wanted)),
  NumericGreaterThan: positive(numeric((asked, wanted) => asked > wanted)),
  NumericGreaterThanEquals: positive(numeric((asked, wanted) => asked >= wanted)),
  DateEquals: positive(dated(equal)),
  DateNotEquals: negative(dated(equal)),
  DateLessThan: positive(dated((asked, wanted) => asked < wanted)),
  DateLessThanEquals: positive(dated((asked, wanted) => asked <= wanted)),
  DateGreaterThan: positive(dated((asked, wanted) => asked > wanted)),
  DateGreaterThanEquals: positive(dated((asked, wanted) => asked >= wanted)),
  Bool: positive(bool),
  BinaryEquals: positive(binary),
  IpAddress: positive(address),
  NotIpAddress: negative(address),
  ArnEquals: positive(arn),
  ArnNotEquals: negative(arn),
  ArnLike: positive(arn),
  ArnNotLike: negative(arn),
};
