/** The moment at which everything is proven and nobody has received tokens yet: the pool's function hears of it. */
import { sessionUsed } from '../../contract/errors.ts';
import { findTokenSession } from '../../storage/token-sessions.ts';
import type { ClientCall } from '../call/call.ts';
import { tracksDevices } from '../tokens/device-tracking.ts';
import { functionOf } from '../triggers/invoke.ts';
import { postAuthentication } from '../triggers/post-authentication.ts';
import type { Attempt } from './attempt.ts';
import { whoOf } from './person.ts';

/** What hears of a sign-in that has succeeded. */
const listeners = ['PostAuthentication', 'PreTokenGeneration'] as const;

/**
 * Functions act on what they hear. Tokens are given once in any case (see `issueTokens`); a replay of the last step must not get as far
 * as the functions either.
 * @throws NotAuthorizedException
 */
const checkUnused = async (call: ClientCall, { id, resumed }: Attempt): Promise<void> => {
  const isHeard = resumed && listeners.some(trigger => functionOf(call, trigger) !== undefined);
  if (isHeard && (await findTokenSession(call.db, call.pool.id, id)) !== undefined) throw sessionUsed();
};

/** @throws UserLambdaValidationException (no tokens), UnexpectedLambdaException, InvalidLambdaResponseException */
export const announceSuccess = async (call: ClientCall, attempt: Attempt): Promise<void> => {
  await checkUnused(call, attempt);
  await postAuthentication(call, whoOf(call, attempt), {
    newDeviceUsed: tracksDevices(call.pool) && attempt.device === undefined,
    clientMetadata: attempt.metadata,
  });
};
