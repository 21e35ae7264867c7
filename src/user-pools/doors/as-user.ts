/** Door of the operations that a signed-in person calls with an access token. */
import type { Input, Output } from '../../contract/operations.ts';
import type { Operation, SignedInCall } from '../call/call.ts';
import { verifyAccessToken } from '../tokens/verify.ts';
import type { OperationsWith } from './in-pool.ts';

/** @throws NotAuthorizedException or UserNotFoundException, see `tokens/verify.ts` */
export const asUser = <Name extends OperationsWith<{ AccessToken: string }>>(
  operation: (call: SignedInCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> =>
  (async (call, input) => {
    const { AccessToken } = input as { AccessToken: string };
    const { pool, client, user, claims } = await verifyAccessToken(call, AccessToken);
    return operation({ ...call, pool, client, user, originJti: claims.origin_jti }, input);
  }) as Operation<Name>;
