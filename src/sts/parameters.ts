/** Reads the parameters of STS operations, and refuses in AWS's words. */
import { AwsError } from '../contract/errors.ts';
import type { Parameters } from '../wire/aws-query.ts';

export const invalid = (message: string) => new AwsError('ValidationError', message);

const violated = (problem: string) => invalid(`1 validation error detected: ${problem}`);
const fieldName = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** @throws AwsError ValidationError when it is absent, or longer or shorter than that */
export const required = (parameters: Parameters, name: string, least: number, most: number): string => {
  const value = parameters.get(name);
  if (value === undefined || value === '')
    throw violated(`Value null at '${fieldName(name)}' failed to satisfy constraint: Member must not be null`);
  return bounded(name, value, least, most);
};

/** The same for one that may be absent; empty counts as absent. */
export const optional = (parameters: Parameters, name: string, least: number, most: number): string | undefined => {
  const value = parameters.get(name);
  return value === undefined || value === '' ? undefined : bounded(name, value, least, most);
};

const bounded = (name: string, value: string, least: number, most: number): string => {
  const [bound, side] = value.length < least ? [least, 'greater'] : [most, 'less'];
  if (value.length >= least && value.length <= most) return value;
  throw violated(
    `Value at '${fieldName(name)}' failed to satisfy constraint: Member must have length ${side} than or equal to ${bound}`,
  );
};

/** @returns seconds @throws AwsError ValidationError */
export const duration = (parameters: Parameters, usual: number, bounds: { least: number; most: number }): number => {
  const text = optional(parameters, 'DurationSeconds', 1, 10);
  if (text === undefined) return usual;
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const { least, most } = bounds;
  if (seconds >= least && seconds <= most) return seconds;
  const [side, bound] = seconds > most ? ['less', most] : ['greater', least];
  throw violated(
    `Value '${text}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${side} than or equal to ${bound}`,
  );
};

/** `Name.member.1`, `Name.member.2`, … and the parts of structures in them: `Tags.member.1.Key`. */
export const members = (parameters: Parameters, name: string): Record<string, string>[] => {
  const found: Record<string, string>[] = [];
  for (const [parameter, value] of parameters) {
    const [, list, position = '', part = ''] = /^(\w+)\.member\.([1-9]\d{0,3})(?:\.(\w+))?$/.exec(parameter) ?? [];
    if (list !== name) continue;
    const at = Number(position) - 1;
    found[at] = { ...found[at], [part]: value };
  }
  // Positions that nobody has filled leave holes.
  return found.filter(each => each !== undefined);
};

/** @throws AwsError ValidationError for what is asked for and not supported: ignored, it would leave a session wider than it was meant to be */
export const refuseUnsupported = (parameters: Parameters, names: readonly string[]): void => {
  const name = names.find(each => [...parameters.keys()].some(key => key === each || key.startsWith(`${each}.`)));
  if (name !== undefined) throw invalid(`${name} is not supported by this server.`);
};
