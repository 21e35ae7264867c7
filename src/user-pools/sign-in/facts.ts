/** Gathers what the policy decides by. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { ClientCall } from '../call/call.ts';
import { hidesUsers } from '../doors/as-client.ts';
import { passkeysAreMultiFactor } from '../factors/relying-party.ts';
import { askableFactors, settableFactors } from '../factors/second-factors.ts';
import { hasPasskey } from '../factors/usable-passkeys.ts';
import { temporaryPasswordLifetime } from '../pools/password-policy.ts';
import { openPassword } from '../users/passwords.ts';
import type { Attempt } from './attempt.ts';
import { deviceSuffices, remembersDevice } from './device.ts';
import { allowedFirstFactors, availableFirstFactors, simulatedFirstFactors } from './first-factors.ts';
import { type Facts, hasFirstFactor } from './policy.ts';

/** The first factors that pool and person have. */
const firstFactorsOf = async (call: ClientCall, { user, name }: Attempt): Promise<ChallengeNameType[]> => {
  const { pool } = call;
  // Looked up for nobody as well: the time that it takes must not tell.
  const withPasskey = allowedFirstFactors(pool).includes('WEB_AUTHN') && (await hasPasskey(call, user ?? { sub: '' }));
  if (user === undefined) return simulatedFirstFactors(pool, name);
  // Where nobody may learn who exists, an imported password must not show either: it looks like any other.
  const withVerifier = hidesUsers(call.client) || openPassword(call, user) !== undefined;
  return availableFirstFactors(pool, {
    ...user,
    hasPassword: user.password !== null,
    hasVerifier: withVerifier,
    hasPasskey: withPasskey,
  });
};

export const factsOf = async (call: ClientCall, attempt: Attempt): Promise<Facts> => {
  const { pool, clock } = call;
  const { user, flow, proven, chosen, target } = attempt;
  const needsFirst = !hasFirstFactor(proven) || target !== undefined;
  return {
    flow,
    // Nobody's name looks like somebody's.
    user: user ?? { status: 'CONFIRMED', passwordSetAt: null },
    proven,
    chosen,
    now: clock.now(),
    temporaryPasswordLifetime: temporaryPasswordLifetime(pool),
    firstFactors: needsFirst ? await firstFactorsOf(call, attempt) : [],
    target,
    mfa: {
      required: pool.config.MfaConfiguration === 'ON',
      askable: user ? askableFactors(pool, user) : [],
      settable: user ? settableFactors(pool, user) : [],
      preferred: user?.factors.preferred,
      passkeySuffices: passkeysAreMultiFactor(pool),
      deviceSuffices: deviceSuffices(call, attempt),
    },
    remembersDevice: remembersDevice(attempt),
  };
};
