/** The record of an account that has just been made, with its password if it has one. */
import type { User } from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { sealPassword } from './passwords.ts';

/** @param plain the password; undefined: the user signs in without one */
export const newUser = async (
  call: PoolCall,
  { plain, ...given }: Pick<User, 'sub' | 'username' | 'status' | 'attributes'> & { plain: string | undefined },
): Promise<User> => {
  const now = call.clock.now();
  const person = { poolId: call.pool.id, sub: given.sub, username: given.username };
  return {
    ...person,
    status: given.status,
    enabled: true,
    attributes: given.attributes,
    password: plain === undefined ? null : await sealPassword(call, person, plain),
    passwordSetAt: plain === undefined ? null : now,
    factors: {},
    signedOutAt: null,
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
};
