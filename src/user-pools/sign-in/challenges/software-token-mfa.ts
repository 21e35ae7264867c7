/** SOFTWARE_TOKEN_MFA: a code of the user's authenticator app. */
import { AwsError, invalidSession, missingParameter } from '../../../contract/errors.ts';
import { stepOfCode, useStep } from '../../factors/totp.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import { changeUser } from '../../users/record.ts';
import { type Challenge, proved } from './challenge.ts';

export const softwareTokenMfa: Challenge = {
  guessable: true,

  async ask(_call, { user }) {
    const name = user?.factors.totp?.name;
    return { parameters: { USER_ID_FOR_SRP: user?.username ?? '', ...(name ? { FRIENDLY_DEVICE_NAME: name } : {}) } };
  },

  async check(call, attempt, { SOFTWARE_TOKEN_MFA_CODE: code }) {
    if (!code) throw missingParameter('SOFTWARE_TOKEN_MFA_CODE');
    const { user } = attempt;
    const totp = user?.factors.totp;
    if (user === undefined || !totp?.verified) throw invalidSession();
    let step: number | undefined;
    const check = async () => {
      step = stepOfCode(call.sealer, user, totp.secret, code, call.clock.now());
      return step !== undefined;
    };
    await guarded(call, user.sub, check, 'code');
    if (step === undefined) throw new AwsError('CodeMismatchException', 'Invalid code received for user');
    const used = step;
    const changed = await changeUser(call, user.sub, current => {
      // Another secret has taken its place meanwhile.
      if (current.factors.totp?.secret !== totp.secret) throw invalidSession();
      return { ...current, factors: { ...current.factors, totp: useStep(current.factors.totp, used) } };
    });
    return proved(attempt, 'SOFTWARE_TOKEN_MFA', changed);
  },
};
