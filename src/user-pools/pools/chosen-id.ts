/** A pool's id that CreateUserPool is told by a tag, so that configuration may name it beforehand. Pure. */
import { invalidParameter } from '../../contract/errors.ts';

/** Ours, and the one that users of other stand-ins know. */
const tagKeys = ['cenote:id', '_custom_id_'];

const longest = 55;

/**
 * `<region>_<value>`, or the tag's value itself where it is a whole id of that region.
 * @returns undefined when no tag chooses
 * @throws InvalidParameterException for a value that cannot be an id, or for two that differ
 */
export const chosenPoolId = (tags: Readonly<Record<string, string>> = {}, region: string): string | undefined => {
  const values = tagKeys.filter(key => Object.hasOwn(tags, key)).map(key => tags[key] ?? '');
  const [id, ...others] = values.map(value => (value.includes('_') ? value : `${region}_${value}`));
  if (id === undefined) return undefined;
  if (others.some(other => other !== id)) throw invalidParameter(`The tags ${tagKeys.join(' and ')} differ.`);
  const name = id.startsWith(`${region}_`) ? id.slice(region.length + 1) : '';
  if (!/^[0-9a-zA-Z]+$/.test(name) || id.length > longest)
    throw invalidParameter(
      `The chosen id ${id} must be ${region}_ and letters or digits, ${longest} characters at most together.`,
    );
  return id;
};
