/** Page tokens: opaque to clients, sealed so that nobody can forge a position, good for one hour and one kind of list. */
import { invalidPageToken } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';

type Deps = { sealer: Sealer; clock: Clock };
const lifetime = 3_600_000;

/**
 * @param list names the list and what restricts it: a token of one list is refused by every other
 * @param position the keyset position after the last item of the page
 */
export const pageToken = ({ sealer, clock }: Deps, list: string, position: readonly string[]): string =>
  sealer.seal('page-token', JSON.stringify([clock.now() + lifetime, ...position]), list);

/** @returns the position, or undefined for the first page; throws InvalidParameterException for a token that is not ours */
export const pagePosition = ({ sealer, clock }: Deps, list: string, token: string | undefined) => {
  if (token === undefined) return undefined;
  const opened = sealer.open('page-token', token, list);
  if (opened === undefined) throw invalidPageToken();
  const [expiresAt, ...position] = JSON.parse(opened.toString()) as [number, ...string[]];
  if (clock.now() > expiresAt) throw invalidPageToken();
  return position;
};

/**
 * Cuts a page out of `rows`, of which one more than `limit` was asked for.
 * @returns the rows of the page and, where another one follows, its token
 */
export const cutPage = <T>(
  deps: Deps,
  list: string,
  rows: T[],
  limit: number,
  positionOf: (last: T) => readonly string[],
): { items: T[]; next: string | undefined } => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? pageToken(deps, list, positionOf(last)) : undefined };
};
