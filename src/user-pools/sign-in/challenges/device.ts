/** DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves its secret, as a person proves a password in SRP. */
import { deviceNotFound, incorrectCredentials, missingParameter } from '../../../contract/errors.ts';
import type { ClientCall } from '../../call/call.ts';
import { openVerifier } from '../../factors/device-record.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import type { Attempt } from '../attempt.ts';
import { userIdOf } from '../names.ts';
import { askProof, checkTimestamp, isProven, readClaim } from '../srp-exchange.ts';
import { type Answers, type Challenge, proved } from './challenge.ts';

/**
 * The device that proves itself: the engine has looked DEVICE_KEY up.
 * @throws ResourceNotFoundException when it has been forgotten since the sign-in began
 */
const proverOf = (call: ClientCall, { user, device }: Attempt) => {
  const verifier = device && openVerifier(call, device);
  if (user === undefined || device === undefined || verifier === undefined) throw deviceNotFound();
  return { user, device, verifier };
};

const requireKey = ({ DEVICE_KEY }: Answers): void => {
  if (!DEVICE_KEY) throw missingParameter('DEVICE_KEY');
};

/** The first leg: with SRP_A it goes on to the proof. */
export const deviceSrpAuth: Challenge = {
  async ask(call, attempt) {
    return { parameters: { USERNAME: userIdOf(call, attempt), DEVICE_KEY: attempt.deviceKey ?? '' } };
  },

  async check(_call, attempt, answers) {
    requireKey(answers);
    if (!answers.SRP_A) throw missingParameter('SRP_A');
    return { ...attempt, chosen: 'DEVICE_PASSWORD_VERIFIER' };
  },
};

export const devicePasswordVerifier: Challenge = {
  attemptIn: 'PASSWORD_CLAIM_SECRET_BLOCK',

  async ask(call, attempt, answers) {
    const { device, verifier } = proverOf(call, attempt);
    return askProof(call, attempt, answers, {
      challenge: 'DEVICE_PASSWORD_VERIFIER',
      verifier,
      state: { deviceKey: device.key },
      parameters: { USERNAME: userIdOf(call, attempt), DEVICE_KEY: device.key },
    });
  },

  async check(call, attempt, answers, state) {
    requireKey(answers);
    const claim = readClaim(answers);
    checkTimestamp(call, claim);
    const { user, device, verifier } = proverOf(call, attempt);
    const right = await guarded(
      call,
      user.sub,
      async () => {
        const prover = { group: device.groupKey, user: device.key, verifier: verifier.verifier };
        return state.deviceKey === device.key && isProven(call, claim, state, prover);
      },
      'code',
    );
    if (!right) throw incorrectCredentials();
    return proved(attempt, 'DEVICE');
  },
};
