/** Door of the operations that a signed-in person calls with an access token. */
import { AwsError, missingParameter, passwordResetRequired } from '../../contract/errors.ts';
import type { Input, Output } from '../../contract/operations.ts';
import type { Call, Operation, SignedIn, SignedInCall } from '../call/call.ts';
import { verifyAccessToken } from '../tokens/verify.ts';
import type { OperationsWith } from './in-pool.ts';

const isUserNotFound = (error: unknown) => error instanceof AwsError && error.name === 'UserNotFoundException';

/** The service model makes the token of these two optional; nothing can be done without it. */
type WithToken = OperationsWith<{ AccessToken: string }> | 'ForgetDevice' | 'GetDevice';

const byToken = async (call: Call, { AccessToken }: { AccessToken?: string }): Promise<SignedIn> => {
  if (AccessToken === undefined) throw missingParameter('AccessToken');
  const { pool, client, user, session } = await verifyAccessToken(call, AccessToken);
  return { pool, client, user, originJti: session.originJti };
};

/**
 * @param gone the answer to somebody whose account has been deleted, where the operation does not declare UserNotFoundException
 * @throws NotAuthorizedException or UserNotFoundException, see `tokens/verify.ts`; PasswordResetRequiredException: nobody whose
 * password an administrator has reset goes around that with a token of before
 */
export const asUser = <Name extends WithToken>(
  operation: (call: SignedInCall, input: Input<Name>) => Promise<Output<Name>>,
  { gone }: { gone?: () => AwsError } = {},
): Operation<Name> =>
  (async (call, input) => {
    try {
      const found = call.signedIn ?? (await byToken(call, input as { AccessToken?: string }));
      if (found.user.status === 'RESET_REQUIRED') throw passwordResetRequired();
      return await operation({ ...call, ...found }, input);
    } catch (error) {
      throw gone !== undefined && isUserNotFound(error) ? gone() : error;
    }
  }) as Operation<Name>;
