/** Doors: they find the identity pool, or the identity and its pool, before the operation begins. */
import { identityNotFound, identityPoolNotFound } from '../contract/identity-errors.ts';
import type { IdentityOperationName } from '../contract/operations.ts';
import { findIdentity, type Identity } from '../storage/identities.ts';
import type { IdentityPool } from '../storage/identity-pools.ts';
import type { IdentityCall, IdentityPoolCall, Input, Operation, Output } from './call.ts';

/** The operations whose input has these members. */
type OperationsWith<Members> = {
  [Name in IdentityOperationName]: Input<Name> extends Members ? Name : never;
}[IdentityOperationName];

/** Signed operations always have a caller; the wire has seen to it. */
export const accountOf = ({ principal }: Pick<IdentityCall, 'principal'>): string => {
  if (principal === null) throw new Error('an operation of administrators was reached without a signature');
  return principal.accountId;
};

/** The pool, whoever asks. @throws ResourceNotFoundException */
export const findPool = async (call: IdentityCall, poolId: string): Promise<IdentityPool> => {
  const pool = await call.identityPools.pool(poolId);
  if (pool === undefined) throw identityPoolNotFound(poolId);
  return pool;
};

/** The pool, if it belongs to the caller's account. @throws ResourceNotFoundException, also for a pool of another account */
export const findPoolOf = async (call: IdentityCall, poolId: string): Promise<IdentityPool> => {
  const pool = await findPool(call, poolId);
  if (pool.accountId !== accountOf(call)) throw identityPoolNotFound(poolId);
  return pool;
};

/** Door of a signed operation on a pool (`IdentityPoolId`). */
export const inPool = <Name extends OperationsWith<{ IdentityPoolId: string }>>(
  operation: (call: IdentityPoolCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> =>
  (async (call, input) => {
    const { IdentityPoolId } = input as { IdentityPoolId: string };
    return operation({ ...call, pool: await findPoolOf(call, IdentityPoolId) }, input);
  }) as Operation<Name>;

/** Whoever the identity belongs to. @throws ResourceNotFoundException, also when its pool is gone */
export const findIdentityCall = async (
  call: IdentityCall,
  identityId: string,
): Promise<IdentityPoolCall & { identity: Identity }> => {
  const identity = await findIdentity(call.db, identityId);
  const pool = identity && (await call.identityPools.pool(identity.poolId));
  if (identity === undefined || pool === undefined) throw identityNotFound(identityId);
  return { ...call, pool, identity };
};

/** The same, if it belongs to the caller's account. */
export const findOwnIdentity = async (call: IdentityCall, identityId: string) => {
  const found = await findIdentityCall(call, identityId);
  if (found.pool.accountId !== accountOf(call)) throw identityNotFound(identityId);
  return found;
};
