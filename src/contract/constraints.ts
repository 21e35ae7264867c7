/** What a shape demands of a value, one sentence a constraint, as AWS words them. */
import { matches } from './patterns.ts';
import type { NumberShape, Shape, StringShape } from './service.ts';

type Constraint<S extends Shape, V> = {
  /** The sentence, or undefined when the shape has no such constraint. */
  readonly sentence: (shape: S) => string | undefined;
  readonly holds: (shape: S, value: V) => boolean;
};

type Sized = Shape & { readonly min?: number; readonly max?: number };
type SizedValue = string | Uint8Array | readonly unknown[] | Readonly<Record<string, unknown>>;

/** AWS counts characters (code points) of strings, bytes of blobs, items of lists and entries of maps. */
const sizeOf = (value: SizedValue): number => {
  if (typeof value === 'string') {
    let pairs = 0;
    for (let i = 1; i < value.length; i++) {
      if ((value.charCodeAt(i) & 0xfc00) === 0xdc00 && (value.charCodeAt(i - 1) & 0xfc00) === 0xd800) pairs++;
    }
    return value.length - pairs;
  }
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return Object.keys(value).length;
};

const size: readonly Constraint<Sized, SizedValue>[] = [
  {
    sentence: ({ max }) => (max === undefined ? undefined : `Member must have length less than or equal to ${max}`),
    // A string has no more characters than code units: most need no counting.
    holds: ({ max = Infinity }, value) => (typeof value === 'string' && value.length <= max) || sizeOf(value) <= max,
  },
  {
    sentence: ({ min }) => (min === undefined ? undefined : `Member must have length greater than or equal to ${min}`),
    holds: ({ min = 0 }, value) => (typeof value === 'string' && value.length >= 2 * min) || sizeOf(value) >= min,
  },
];

const text: readonly Constraint<StringShape, string>[] = [
  {
    sentence: ({ pattern }) =>
      pattern === undefined ? undefined : `Member must satisfy regular expression pattern: ${pattern}`,
    holds: ({ pattern, beyond }, value) =>
      pattern === undefined || matches(pattern, value) || (beyond !== undefined && matches(beyond, value)),
  },
  {
    sentence: shape => shape.enum && `Member must satisfy enum value set: [${shape.enum.join(', ')}]`,
    holds: (shape, value) => shape.enum === undefined || shape.enum.includes(value),
  },
];

// What a number may be where the contract says nothing: beyond it a Java int or a JavaScript number would not hold it.
const widest = { integer: 2 ** 31 - 1, long: Number.MAX_SAFE_INTEGER };

const range: readonly Constraint<NumberShape, number>[] = [
  {
    sentence: ({ type, max = widest[type] }) => `Member must have value less than or equal to ${max}`,
    holds: ({ type, max = widest[type] }, value) => value <= max,
  },
  {
    sentence: ({ type, min = -widest[type] }) => `Member must have value greater than or equal to ${min}`,
    holds: ({ type, min = -widest[type] }, value) => value >= min,
  },
];

type AnyConstraint = Constraint<Shape, unknown>;

const constraints: { readonly [Type in Shape['type']]: readonly AnyConstraint[] } = {
  string: [...size, ...text] as unknown as AnyConstraint[],
  blob: size as unknown as AnyConstraint[],
  list: size as unknown as AnyConstraint[],
  map: size as unknown as AnyConstraint[],
  integer: range as unknown as AnyConstraint[],
  long: range as unknown as AnyConstraint[],
  boolean: [],
  timestamp: [],
  structure: [],
};

/** The sentences of the constraints that the value, taken by itself, violates. */
export const violations = (shape: Shape, value: unknown): string[] => {
  const found: string[] = [];
  for (const constraint of constraints[shape.type]) {
    if (constraint.holds(shape, value)) continue;
    const sentence = constraint.sentence(shape);
    if (sentence !== undefined) found.push(sentence);
  }
  return found;
};

/** Whether the value, taken by itself, satisfies its shape. */
export const isSatisfied = (shape: Shape, value: unknown): boolean => {
  for (const constraint of constraints[shape.type]) if (!constraint.holds(shape, value)) return false;
  return true;
};

/** All the sentences of a shape, violated or not, as AWS lists them for the members of a list or map. */
export const sentencesOf = (shape: Shape): string[] =>
  constraints[shape.type].map(constraint => constraint.sentence(shape)).filter(sentence => sentence !== undefined);
