/** Matches text against a pattern of IAM policies: `*` is any run of characters, `?` is any one character. */

/**
 * Walks both strings once and goes back only to the latest `*`, so that no pattern costs more than its length times the text's:
 * a regular expression made from the pattern could take exponential time.
 */
export const matchesWildcard = (pattern: string, text: string): boolean => {
  let at = 0;
  let position = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      resumeAt = position;
      at += 1;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[position])) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resumeAt += 1;
      position = resumeAt;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
};
