/** Holds a typed input against the contract's constraints and says what is wrong in AWS's exact words. */
import { isSatisfied, sentencesOf, violations } from './constraints.ts';
import { AwsError, type AwsErrorName } from './errors.ts';
import { membersOf, shapeOf } from './members.ts';
import type { ListShape, MapShape, ServiceContract, Shape } from './service.ts';

// AWS echoes whatever it got; an answer (and a log line) should not grow with the request.
const longestEcho = 1024;
const longestKey = 128;
const mostItems = 20;

type Findings = { count: number; readonly items: string[] };
/** Where the walk is: `hidden` inside a sensitive value, where nothing may be echoed. */
type Place = { readonly path: string; readonly hidden: boolean };

const shorten = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** The value as AWS prints it, `x`, `[a, b]` or `{k=v}`; undefined when it or a part of it is sensitive, or is no text. */
const echoOf = (contract: ServiceContract, shape: Shape, value: unknown): string | undefined => {
  if (shape.sensitive) return undefined;
  if (shape.type === 'string' || shape.type === 'integer' || shape.type === 'long') return String(value);
  if (shape.type !== 'list' && shape.type !== 'map') return undefined;
  const parts = shape.type === 'list' ? [shape.member] : [shape.key, shape.value];
  const scalars = parts.map(part => shapeOf(contract, part.shape));
  if (scalars.some(part => part.sensitive || part.type === 'structure' || part.type === 'blob')) return undefined;
  if (Array.isArray(value)) return `[${value.slice(0, longestEcho).join(', ')}]`;
  const entries = Object.entries(value as Record<string, unknown>).slice(0, longestEcho);
  return `{${entries.map(([key, item]) => `${key}=${item}`).join(', ')}}`;
};

const report = (
  found: Findings,
  contract: ServiceContract,
  shape: Shape,
  value: unknown,
  at: Place,
  sentence: string,
) => {
  found.count++;
  if (found.items.length >= mostItems) return;
  const echo = at.hidden ? undefined : echoOf(contract, shape, value);
  const subject = echo === undefined ? 'Value' : `Value '${shorten(echo, longestEcho)}'`;
  found.items.push(`${subject} at '${at.path}' failed to satisfy constraint: ${sentence}`);
};

/** Structures in a list or map are walked into, at `a.1.member.b` and `a.key.member.b`; scalars are reported once, at the whole. */
const checkList = (
  found: Findings,
  contract: ServiceContract,
  shape: ListShape,
  list: readonly unknown[],
  at: Place,
) => {
  const member = shapeOf(contract, shape.member.shape);
  if (member.type === 'structure' || member.type === 'list' || member.type === 'map') {
    for (let i = 0; i < list.length; i++) {
      check(found, contract, member, list[i], { path: `${at.path}.${i + 1}.member`, hidden: at.hidden });
    }
  } else if (!list.every(item => isSatisfied(member, item))) {
    const sentences = sentencesOf(member).join(', ');
    report(found, contract, shape, list, at, `Member must satisfy constraint: [${sentences}]`);
  }
};

const checkMap = (
  found: Findings,
  contract: ServiceContract,
  shape: MapShape,
  map: Readonly<Record<string, unknown>>,
  at: Place,
) => {
  const key = shapeOf(contract, shape.key.shape);
  const member = shapeOf(contract, shape.value.shape);
  const names = Object.keys(map);
  if (!names.every(name => isSatisfied(key, name))) {
    report(found, contract, shape, map, at, `Map keys must satisfy constraint: [${sentencesOf(key).join(', ')}]`);
  }
  if (member.type === 'structure' || member.type === 'list' || member.type === 'map') {
    for (const name of names) {
      const path = `${at.path}.${key.sensitive ? 'key' : shorten(name, longestKey)}.member`;
      check(found, contract, member, map[name], { path, hidden: at.hidden });
    }
  } else if (!names.every(name => isSatisfied(member, map[name]))) {
    report(found, contract, shape, map, at, `Map value must satisfy constraint: [${sentencesOf(member).join(', ')}]`);
  }
};

const check = (found: Findings, contract: ServiceContract, shape: Shape, value: unknown, at: Place): void => {
  if (!isSatisfied(shape, value)) {
    for (const sentence of violations(shape, value)) report(found, contract, shape, value, at, sentence);
  }
  if (shape.type === 'string') return;
  const inside = shape.sensitive && !at.hidden ? { path: at.path, hidden: true } : at;
  if (shape.type === 'list') checkList(found, contract, shape, value as unknown[], inside);
  if (shape.type === 'map') checkMap(found, contract, shape, value as Record<string, unknown>, inside);
  if (shape.type !== 'structure' || shape.document) return;
  for (const member of membersOf(contract, shape)) {
    const item = (value as Record<string, unknown>)[member.name];
    if (item === undefined && !member.required) continue;
    const path = at.path === '' ? member.camelName : `${at.path}.${member.camelName}`;
    if (item !== undefined) check(found, contract, member.shape, item, { path, hidden: inside.hidden });
    else {
      found.count++;
      const sentence = `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
      if (found.items.length < mostItems) found.items.push(sentence);
    }
  }
};

/**
 * Refuses a parsed input that violates the contract. All violations are counted, the first 20 listed; echoed values end after 1024 characters.
 * @throws AwsError of the given name: InvalidParameterException for user pools, ValidationException for identity pools.
 */
export const validate = (contract: ServiceContract, shape: Shape, value: unknown, errorName: AwsErrorName): void => {
  const found: Findings = { count: 0, items: [] };
  check(found, contract, shape, value, { path: '', hidden: false });
  if (found.count === 0) return;
  const noun = found.count === 1 ? 'error' : 'errors';
  throw new AwsError(errorName, `${found.count} validation ${noun} detected: ${found.items.join('; ')}`);
};
