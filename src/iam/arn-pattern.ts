/** Patterns of ARNs: each of the six parts is compared on its own, so that no wildcard reaches across a colon into the next. */
import type { PolicyContext } from './policy-context.ts';
import { type PolicyText, resolvePattern, splitText } from './policy-text.ts';
import { matchesPattern } from './wildcard.ts';

const partsOfArn = 6;

/** @returns whether it matches; undefined when a variable in the pattern has no value */
export type ArnPattern = (arn: string, context: PolicyContext) => boolean | undefined;

/** The last part has colons of its own: `role/x`, `log-group:x:*`. */
const splitArn = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, partsOfArn - 1), parts.slice(partsOfArn - 1).join(':')];
};

/** @param text an ARN with wildcards and variables, or `*`; a shorter pattern, such as `arn:aws:s3:*`, is compared as a whole */
export const arnPattern = (text: PolicyText): ArnPattern => {
  const split = splitText(text, partsOfArn);
  const pieces = split.length === partsOfArn ? split : [text];
  // Most patterns have no variables: they are made ready once.
  const ready = pieces.map(piece =>
    piece.every(part => 'text' in part) ? resolvePattern(piece, new Map()) : undefined,
  );
  return (arn, context) => {
    const parts = pieces.length === partsOfArn ? splitArn(arn) : [arn];
    if (parts.length !== pieces.length) return false;
    let resolved = true;
    const matched = pieces.every((piece, index) => {
      const pattern = ready[index] ?? resolvePattern(piece, context);
      if (pattern === undefined) resolved = false;
      return pattern !== undefined && matchesPattern(pattern, parts[index]!);
    });
    return resolved ? matched : undefined;
  };
};
