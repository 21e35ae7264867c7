/** What tags must not be. Pure. */
const most = 50;

/**
 * @param tags all that the resource would have
 * @param resource what to call it
 * @returns what is wrong with them
 */
export const tagProblem = (tags: Readonly<Record<string, string>>, resource = 'A user pool'): string | undefined => {
  const keys = Object.keys(tags);
  if (keys.length > most) return `${resource} can have at most ${most} tags.`;
  if (keys.some(key => key.toLowerCase().startsWith('aws:'))) return 'Tag keys must not start with aws:';
  return undefined;
};
