/** Users without a password: where codes by e-mail or text message sign people in, and whom such a code can reach. Pure. */
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Attributes } from '../attributes/values.ts';
import { codeAttributes } from '../factors/contacts.ts';

export const allowsNoPassword = (pool: UserPool): boolean => codeAttributes(pool).length > 0;

/** @throws InvalidParameterException for somebody who could not sign in at all */
export const requireReachable = (pool: UserPool, attributes: Attributes): void => {
  const reachable = codeAttributes(pool);
  if (!reachable.some(name => attributes[name]))
    throw invalidParameter(`A user without a password needs one of these attributes: ${reachable.join(', ')}.`);
};
