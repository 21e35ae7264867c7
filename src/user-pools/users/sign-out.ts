/** Global sign-out, by whomever. */
import { userNotFound } from '../../contract/errors.ts';
import { endAllSessions } from '../../storage/sign-out.ts';
import type { UserCall } from '../call/call.ts';
import { insisting } from './insisting.ts';

/**
 * Ends every token session of the user; the pages' own sign-in cookie survives, as in Cognito.
 * @throws UserNotFoundException when the user is gone
 */
export const signOutEverywhere = async ({ db, pool, user, clock }: UserCall): Promise<void> => {
  const who = { poolId: pool.id, sub: user.sub, now: clock.now() };
  const found = await insisting(() => db.transaction().execute(tx => endAllSessions(tx, who)));
  if (!found) throw userNotFound();
};
