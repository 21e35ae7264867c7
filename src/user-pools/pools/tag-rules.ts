/** What tags must not be. Pure. */
const most = 50;

/**
 * @param tags all that the resource would have
 * @returns what is wrong with them
 */
export const tagProblem = (tags: Readonly<Record<string, string>>): string | undefined => {
  const keys = Object.keys(tags);
  if (keys.length > most) return `A user pool can have at most ${most} tags.`;
  if (keys.some(key => key.toLowerCase().startsWith('aws:'))) return 'Tag keys must not start with aws:';
  return undefined;
};
