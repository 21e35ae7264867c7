/** Matches text against a pattern of IAM policies: `*` is any run of characters, `?` is any one character. */

/** Characters one by one (UTF-16 units); the two signs below stand for what a wildcard matches. */
export type Pattern = readonly string[];

/** No single character looks like these. */
const many = '**';
const one = '??';
const signs: Record<string, string> = { '*': many, '?': one };

/** Reads `*` and `?` as wildcards. */
export const wildcardPattern = (text: string): Pattern =>
  Array.from({ length: text.length }, (_, at) => signOf(text, at));
const signOf = (text: string, at: number): string => signs[text.charAt(at)] ?? text.charAt(at);

/** Means the text itself, whatever characters it has. */
export const literalPattern = (text: string): Pattern => text.split('');

/**
 * Walks both once and goes back only to the latest `*`, so that no pattern costs more than its length times the text's:
 * a regular expression made from the pattern could take exponential time.
 */
export const matchesPattern = (pattern: Pattern, text: string): boolean => {
  let at = 0;
  let position = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    const wanted = pattern[at];
    if (wanted === many) {
      star = at;
      resumeAt = position;
      at += 1;
    } else if (wanted !== undefined && (wanted === one || wanted === text[position])) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resumeAt += 1;
      position = resumeAt;
    } else return false;
  }
  while (pattern[at] === many) at += 1;
  return at === pattern.length;
};

/** @param pattern in which `*` and `?` are wildcards */
export const matchesWildcard = (pattern: string, text: string): boolean =>
  matchesPattern(wildcardPattern(pattern), text);
