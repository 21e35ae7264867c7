/** What tags must not be, and how they change. Pure. */
export type Tags = Readonly<Record<string, string>>;

const most = 50;

/**
 * @param tags all that the resource would have
 * @param resource what to call it
 * @returns what is wrong with them
 */
export const tagProblem = (tags: Tags, resource = 'A user pool'): string | undefined => {
  const keys = Object.keys(tags);
  if (keys.length > most) return `${resource} can have at most ${most} tags.`;
  if (keys.some(key => key.toLowerCase().startsWith('aws:'))) return 'Tag keys must not start with aws:';
  return undefined;
};

/** One with a key that is there already gets the new value. */
export const adding =
  (added: Tags) =>
  (tags: Tags): Tags => ({ ...tags, ...added });

/** Keys that are not there are passed over. */
export const removing =
  (keys: readonly string[]) =>
  (tags: Tags): Tags =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
