/**
 * Texts of policies that hold variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}` with a default, and `${*}`, `${?}`, `${$}`
 * for these characters themselves.
 */
import { type PolicyContext, valuesOf } from './policy-context.ts';
import { literalPattern, type Pattern, wildcardPattern } from './wildcard.ts';

type Part = { text: string } | { key: string; fallback: string | undefined };
/** Text and variables in turn; a text without variables is one part. */
export type PolicyText = readonly Part[];

const escapes = ['*', '?', '$'];
const expression = /\$\{([^{}]*)\}/g;

/**
 * @param fail makes the error of a text that is malformed
 * @throws what `fail` makes
 */
export const parsePolicyText = (source: string, fail: (problem: string) => Error): PolicyText => {
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(expression)) {
    if (match.index > end) parts.push({ text: source.slice(end, match.index) });
    end = match.index + match[0].length;
    parts.push(variableOf(match[1]!, () => fail(`"${match[0]}" is no policy variable`)));
  }
  if (end < source.length || parts.length === 0) parts.push({ text: source.slice(end) });
  if (parts.some(part => 'text' in part && part.text.includes('${')))
    throw fail(`"${source}" has a variable without end`);
  return parts;
};

/** An escaped character is a variable whose name nobody has, and whose default it is: it never becomes a wildcard. */
const variableOf = (inner: string, fail: () => Error): Part => {
  if (escapes.includes(inner)) return { key: '', fallback: inner };
  const [, key, , fallback] = /^([A-Za-z][^,'*?\s]*)(,\s?'([^']*)')?$/.exec(inner.trim()) ?? [];
  if (key === undefined || !key.includes(':')) throw fail();
  return { key, fallback };
};

/** A key with several values cannot stand in a text. */
const variableValue = ({ key, fallback }: { key: string; fallback: string | undefined }, context: PolicyContext) => {
  const values = key === '' ? [] : valuesOf(context, key);
  return values.length === 1 ? values[0] : values.length === 0 ? fallback : undefined;
};

/** @returns the text with the values of its variables, or undefined when one of them has none */
export const resolveText = (parts: PolicyText, context: PolicyContext): string | undefined => {
  const texts = parts.map(part => ('text' in part ? part.text : variableValue(part, context)));
  return texts.includes(undefined) ? undefined : texts.join('');
};

/**
 * The same as a pattern: `*` and `?` of the policy are wildcards, those in the value of a variable are not, whatever somebody
 * has chosen as a name.
 */
export const resolvePattern = (parts: PolicyText, context: PolicyContext): Pattern | undefined => {
  const patterns: string[] = [];
  for (const part of parts) {
    const value = 'text' in part ? part.text : variableValue(part, context);
    if (value === undefined) return undefined;
    // Not by spreading: a long text would not fit on the stack.
    for (const sign of 'text' in part ? wildcardPattern(value) : literalPattern(value)) patterns.push(sign);
  }
  return patterns;
};

/** @returns the texts between colons, at most `count`: the last has the rest. A colon in the value of a variable parts nothing. */
export const splitText = (parts: PolicyText, count: number): PolicyText[] => {
  const pieces: Part[][] = [[]];
  for (const part of parts) {
    if (!('text' in part)) {
      pieces.at(-1)!.push(part);
      continue;
    }
    let rest = part.text;
    while (pieces.length < count && rest.includes(':')) {
      const colon = rest.indexOf(':');
      pieces.at(-1)!.push({ text: rest.slice(0, colon) });
      pieces.push([]);
      rest = rest.slice(colon + 1);
    }
    if (rest !== '') pieces.at(-1)!.push({ text: rest });
  }
  return pieces;
};
