/** PASSWORD: the password itself, compared as an SRP verifier. */
import { incorrectCredentials, missingParameter } from '../../../contract/errors.ts';
import { hidesUsers } from '../../doors/as-client.ts';
import { subjectOf } from '../../threat-protection/attempt-limits.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import { isPasswordOf } from '../../users/passwords.ts';
import { standing } from '../policy.ts';
import { type Challenge, proved } from './challenge.ts';

export const password: Challenge = {
  answeredBy: 'PASSWORD',

  async ask() {
    return { parameters: {} };
  },

  async check(call, attempt, { PASSWORD }) {
    if (PASSWORD === undefined) throw missingParameter('PASSWORD');
    const { user, name } = attempt;
    const refusal = user && standing(user);
    if (refusal !== undefined && !hidesUsers(call.client)) throw refusal;
    const subject = subjectOf(call, user ?? { unknownName: name });
    if (!(await guarded(call, subject, () => isPasswordOf(call, call.pool, { user, name }, PASSWORD))))
      throw incorrectCredentials();
    if (refusal !== undefined) throw refusal;
    return proved(attempt, 'PASSWORD');
  },
};
