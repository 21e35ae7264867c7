/** Whoever has chosen a password a moment ago need not type it again to sign in: the sign-up begins an attempt of its own. */
import { uuid } from '../../lib/random.ts';
import { findUser } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import { sealAttempt } from './attempt.ts';

/**
 * @param sub of the account that this very request has made, with a password
 * @returns what `resumeOnPages` takes, for as long as a challenge may be answered; undefined when the account is gone
 */
export const sealSignUpProof = async (call: ClientCall, sub: string): Promise<string | undefined> => {
  const user = await findUser(call.db, call.pool.id, sub);
  if (user === undefined) return undefined;
  const attempt = {
    id: uuid(),
    user,
    name: user.username,
    flow: 'USER_PASSWORD_AUTH',
    proven: ['PASSWORD'],
    step: 0,
  } as const;
  return sealAttempt(call, { ...attempt, proven: [...attempt.proven] }, 'PASSWORD');
};
