/** Gathers what the policy decides by. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { ClientCall } from '../call/call.ts';
import { askableFactors } from '../factors/second-factors.ts';
import { hasPasskey } from '../factors/usable-passkeys.ts';
import { temporaryPasswordLifetime } from '../pools/password-policy.ts';
import type { Attempt } from './attempt.ts';
import { deviceSuffices, remembersDevice } from './device.ts';
import { allowedFirstFactors, availableFirstFactors, passkeySuffices, simulatedFirstFactors } from './first-factors.ts';
import { type Facts, hasFirstFactor } from './policy.ts';

/** AvailableChallenges: what the person may begin with. */
export const offeredFirstFactors = async (call: ClientCall, { user, name }: Attempt): Promise<ChallengeNameType[]> => {
  const { pool } = call;
  if (user === undefined) return simulatedFirstFactors(pool, name);
  const withPasskey = allowedFirstFactors(pool).includes('WEB_AUTHN') && (await hasPasskey(call, user));
  return availableFirstFactors(pool, { ...user, hasPassword: user.password !== null, hasPasskey: withPasskey });
};

/** PASSWORD_VERIFIER is the second half of PASSWORD_SRP. */
const withSecondHalf = (offered: ChallengeNameType[]): ChallengeNameType[] =>
  offered.includes('PASSWORD_SRP') ? [...offered, 'PASSWORD_VERIFIER'] : offered;

export const factsOf = async (call: ClientCall, attempt: Attempt): Promise<Facts> => {
  const { pool, clock } = call;
  const { user, flow, proven, chosen } = attempt;
  return {
    flow,
    // Nobody's name looks like somebody's.
    user: user ?? { status: 'CONFIRMED', passwordSetAt: null },
    proven,
    chosen,
    now: clock.now(),
    temporaryPasswordLifetime: temporaryPasswordLifetime(pool),
    firstFactors: hasFirstFactor(proven) ? [] : withSecondHalf(await offeredFirstFactors(call, attempt)),
    mfa: {
      required: pool.config.MfaConfiguration === 'ON',
      askable: user ? askableFactors(pool, user) : [],
      preferred: user?.factors.preferred,
      passkeySuffices: passkeySuffices(pool),
      deviceSuffices: deviceSuffices(call, attempt),
    },
    remembersDevice: remembersDevice(attempt),
  };
};
