/** Door of the operations that a signed-in person calls with an access token. */
import { AwsError, missingParameter } from '../../contract/errors.ts';
import type { Input, Output } from '../../contract/operations.ts';
import type { Operation, SignedInCall } from '../call/call.ts';
import { verifyAccessToken } from '../tokens/verify.ts';
import type { OperationsWith } from './in-pool.ts';

const isUserNotFound = (error: unknown) => error instanceof AwsError && error.name === 'UserNotFoundException';

/** The service model makes the token of these two optional; nothing can be done without it. */
type WithToken = OperationsWith<{ AccessToken: string }> | 'ForgetDevice' | 'GetDevice';

/**
 * @param gone the answer to somebody whose account has been deleted, where the operation does not declare UserNotFoundException
 * @throws NotAuthorizedException or UserNotFoundException, see `tokens/verify.ts`
 */
export const asUser = <Name extends WithToken>(
  operation: (call: SignedInCall, input: Input<Name>) => Promise<Output<Name>>,
  { gone }: { gone?: () => AwsError } = {},
): Operation<Name> =>
  (async (call, input) => {
    const { AccessToken } = input as { AccessToken?: string };
    if (AccessToken === undefined) throw missingParameter('AccessToken');
    try {
      const { pool, client, user, session } = await verifyAccessToken(call, AccessToken);
      return await operation({ ...call, pool, client, user, originJti: session.originJti }, input);
    } catch (error) {
      throw gone !== undefined && isUserNotFound(error) ? gone() : error;
    }
  }) as Operation<Name>;
