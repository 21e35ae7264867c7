/** What comes next in a sign-in, and who cannot sign in at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserStatus } from '../../../src/storage/users.ts';
import type { Proof } from '../../../src/user-pools/sign-in/attempt.ts';
import { nextStep, standing } from '../../../src/user-pools/sign-in/policy.ts';

const standings: [status: UserStatus, enabled: boolean, error: string | undefined, message?: string][] = [
  ['CONFIRMED', true, undefined],
  ['FORCE_CHANGE_PASSWORD', true, undefined],
  ['EXTERNAL_PROVIDER', true, undefined],
  ['UNCONFIRMED', true, 'UserNotConfirmedException', 'User is not confirmed.'],
  ['RESET_REQUIRED', true, 'PasswordResetRequiredException', 'Password reset required for the user'],
  ['CONFIRMED', false, 'NotAuthorizedException', 'User is disabled.'],
  ['UNCONFIRMED', false, 'NotAuthorizedException', 'User is disabled.'],
  ['RESET_REQUIRED', false, 'NotAuthorizedException', 'User is disabled.'],
];
for (const [status, enabled, name, message] of standings) {
  test(`${enabled ? '' : 'disabled, '}${status}: ${name ?? 'may sign in'}`, () => {
    const refusal = standing({ status, enabled });
    assert.equal(refusal?.name, name);
    assert.equal(refusal?.message, message);
  });
}

const day = 86_400_000;
const passwordSetAt = 1_700_000_000_000;
const steps: [status: UserStatus, proven: Proof[], age: number, next: unknown][] = [
  ['CONFIRMED', ['PASSWORD'], 400 * day, 'tokens'],
  ['FORCE_CHANGE_PASSWORD', ['PASSWORD'], 0, { challenge: 'NEW_PASSWORD_REQUIRED' }],
  ['FORCE_CHANGE_PASSWORD', ['PASSWORD'], 7 * day, { challenge: 'NEW_PASSWORD_REQUIRED' }],
  [
    'FORCE_CHANGE_PASSWORD',
    ['PASSWORD'],
    7 * day + 1,
    'Temporary password has expired and must be reset by an administrator.',
  ],
  ['CONFIRMED', ['PASSWORD', 'NEW_PASSWORD'], 0, 'tokens'],
];
for (const [status, proven, age, expected] of steps) {
  test(`${status} with ${proven.join(' and ')}, set ${age} ms ago: ${JSON.stringify(expected)}`, () => {
    const user = { status, passwordSetAt };
    const next = nextStep({
      user,
      proven,
      now: passwordSetAt + age,
      temporaryPasswordLifetime: 7 * day,
      mfaRequired: false,
    });
    assert.deepEqual(typeof next === 'object' && 'refuse' in next ? next.refuse.message : next, expected);
  });
}

test('nobody gets tokens for a password alone where a second factor is demanded', () => {
  const user = { status: 'CONFIRMED' as const, passwordSetAt: 0 };
  const next = nextStep({ user, proven: ['PASSWORD'], now: 0, temporaryPasswordLifetime: day, mfaRequired: true });
  assert(typeof next === 'object' && 'refuse' in next);
  assert.equal(next.refuse.name, 'InvalidUserPoolConfigurationException');
});
