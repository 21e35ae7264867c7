/** Tags of roles and of sessions, within AWS's bounds. */

export type Tags = Readonly<Record<string, string>>;

const most = 50;
const longestKey = 128;
const longestValue = 256;
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * @returns the tags as they are
 * @throws Error that says what is wrong: their number, their length, their characters, keys that differ by case only
 */
export const checkTags = <T extends Tags>(tags: T): T => {
  const keys = Object.keys(tags);
  if (keys.length > most) throw new Error(`there may be ${most} tags at most`);
  if (new Set(keys.map(key => key.toLowerCase())).size < keys.length)
    throw new Error('keys of tags must differ by more than their case');
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > longestKey || !characters.test(key) || /^aws:/i.test(key))
      throw new Error(
        `"${key}" is no key for a tag: 1 to ${longestKey} letters, numbers, spaces and _ . : / = + - @, not aws:…`,
      );
    if (value.length > longestValue || !characters.test(value))
      throw new Error(`the value of the tag ${key} has other characters than it may, or more than ${longestValue}`);
  }
  return tags;
};
