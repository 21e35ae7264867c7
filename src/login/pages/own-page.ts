/** Pages of somebody who has signed in: who they are by the session of their browser, and where they sign in first. */
import type { AppClient } from '../../storage/clients.ts';
import type { SignedIn } from '../../user-pools/call/call.ts';
import type { BrowserSession } from '../browser-session.ts';
import type { LoginClientCall } from '../host.ts';
import type { Visit } from './visit.ts';

/** @param client as the address names it; undefined where it names none */
export type OwnVisit = Visit & { client: AppClient | undefined };

/** The call as operations of a signed-in person take it: the session stands for their access token, which they are given as ''. */
export const asSignedIn = (
  { call }: Visit,
  client: AppClient,
  { user, id }: BrowserSession,
): LoginClientCall & { signedIn: SignedIn } => {
  const signedIn = { pool: call.pool, client, user, originJti: id };
  return { ...call, client, signedIn };
};

/** `then`: see `errand.ts`. */
export const signInFirst = (
  then: string,
  client: AppClient,
  carried: Record<string, string | undefined> = {},
): { location: string } => {
  const given = Object.entries({ client_id: client.id, then, ...carried });
  const query = new URLSearchParams(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { location: `/login?${query}` };
};
