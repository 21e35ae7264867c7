/** Doors of the signed operations: they find the pool, and the user in it, before the operation begins. */
import { type AwsError, userNotFound, userPoolNotFound } from '../../contract/errors.ts';
import type { Input, OperationName, Output } from '../../contract/operations.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Call, Operation, PoolCall, UserCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { checkReplicaRegion } from './replica-regions.ts';

/** The operations whose input has these members. */
export type OperationsWith<Members> = {
  [Name in OperationName]: Input<Name> extends Members ? Name : never;
}[OperationName];

/**
 * The pool, if it belongs to the caller's account.
 * @throws ResourceNotFoundException, also for a pool of another account: its existence is nobody else's business;
 * OperationNotEnabledException for what cannot be done from the region of a replica
 */
export const findPoolOf = async (call: Call, poolId: string): Promise<UserPool> => {
  const pool = await call.directory.pool(poolId);
  if (pool === undefined || pool.accountId !== call.principal?.accountId) throw userPoolNotFound(poolId);
  checkReplicaRegion(call, pool);
  return pool;
};

/** Door of an operation on a pool (`UserPoolId`). */
export const inPool = <Name extends OperationsWith<{ UserPoolId: string }>>(
  operation: (call: PoolCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> =>
  (async (call, input) => {
    const { UserPoolId } = input as { UserPoolId: string };
    return operation({ ...call, pool: await findPoolOf(call, UserPoolId) }, input);
  }) as Operation<Name>;

/**
 * Door of an operation on a user (`UserPoolId` and `Username`, which may also be an alias or the sub).
 * @param gone the answer when there is no such user, where the operation does not declare UserNotFoundException
 */
export const onUser = <Name extends OperationsWith<{ UserPoolId: string; Username: string }>>(
  operation: (call: UserCall, input: Input<Name>) => Promise<Output<Name>>,
  { gone = userNotFound }: { gone?: () => AwsError } = {},
): Operation<Name> =>
  inPool<Name>(async (call, input) => {
    const { Username } = input as { Username: string };
    const user = await lookUpUser(call, call.pool, Username, { orSub: true });
    if (user === undefined) throw gone();
    return operation({ ...call, user }, input);
  });
