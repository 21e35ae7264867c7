/** PASSWORD_VERIFIER: the Secure Remote Password proof (SRP-6a as Cognito does it): the password never travels. */
import { incorrectCredentials } from '../../../contract/errors.ts';
import type { Verifier } from '../../../lib/srp.ts';
import type { ClientCall } from '../../call/call.ts';
import { nameKey } from '../../call/sign-in-names.ts';
import { hidesUsers } from '../../doors/as-client.ts';
import { subjectOf } from '../../threat-protection/attempt-limits.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import { openPassword, simulatedVerifier, srpGroup } from '../../users/passwords.ts';
import type { Attempt } from '../attempt.ts';
import { userIdOf } from '../names.ts';
import { standing } from '../policy.ts';
import { askProof, checkTimestamp, isProven, readClaim } from '../srp-exchange.ts';
import { type Challenge, proved } from './challenge.ts';

/**
 * Nobody's verifier. Two spellings of a user's name give one salt, so two spellings of nobody's must, too; and the salt has
 * the form that `createVerifier` gives a real one.
 */
const simulated = (call: ClientCall, name: string): Verifier => {
  const { salt, verifier } = simulatedVerifier(call, call.pool, nameKey(call.pool, name));
  const bytes = Buffer.from(salt.padStart(32, '0'), 'hex');
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return { salt: bytes.toString('hex'), verifier };
};

/** Somebody without a password is treated like somebody unknown: a proof can be asked for, none is right. */
const verifierOf = (call: ClientCall, { user, name }: Attempt): Verifier =>
  (user && openPassword(call, user)) ?? simulated(call, name);

export const passwordVerifier: Challenge = {
  attemptIn: 'PASSWORD_CLAIM_SECRET_BLOCK',

  async ask(call, attempt, answers) {
    const userId = userIdOf(call, attempt);
    return askProof(call, attempt, answers, {
      challenge: 'PASSWORD_VERIFIER',
      verifier: verifierOf(call, attempt),
      state: { userId },
      parameters: { USERNAME: userId, USER_ID_FOR_SRP: userId },
    });
  },

  async check(call, attempt, answers, state) {
    const claim = readClaim(answers);
    const { user, name } = attempt;
    const refusal = user && standing(user);
    if (refusal !== undefined && !hidesUsers(call.client)) throw refusal;
    checkTimestamp(call, claim);
    const subject = subjectOf(call, user ?? { unknownName: name });
    const right = await guarded(call, subject, async () => {
      const { verifier } = verifierOf(call, attempt);
      const prover = { group: srpGroup(call.pool), user: state.userId ?? '', verifier };
      return (await isProven(call, claim, state, prover)) && user !== undefined && user.password !== null;
    });
    if (!right) throw incorrectCredentials();
    if (refusal !== undefined) throw refusal;
    return proved(attempt, 'PASSWORD');
  },
};
