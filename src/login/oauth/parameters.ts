/** Parameters of OAuth requests: each at most once (RFC 6749 §3.1), empty ones count as absent. */
import { invalidRequest } from './errors.ts';

export type Parameters = Readonly<Record<string, string>>;

/** @param parsed a query or form as the server has parsed it; @throws OAuthError when a parameter comes twice */
export const readParameters = (parsed: unknown): Parameters => {
  const entries = Object.entries((parsed ?? {}) as Record<string, unknown>);
  const twice = entries.find(([, value]) => typeof value !== 'string');
  if (twice !== undefined) throw invalidRequest(`The parameter ${twice[0].slice(0, 40)} is included more than once.`);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== ''));
};

/** A list separated by spaces, each item once. */
export const spaced = (text: string | undefined): string[] => [
  ...new Set((text ?? '').split(' ').filter(item => item !== '')),
];
