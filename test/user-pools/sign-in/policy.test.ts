/** What comes next in a sign-in, and who cannot sign in at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acrOutOfReach, noSecondFactor } from '../../../src/contract/errors.ts';
import type { MfaFactor, UserStatus } from '../../../src/storage/users.ts';
import type { Proof } from '../../../src/user-pools/sign-in/attempt.ts';
import { type Facts, nextStep, standing } from '../../../src/user-pools/sign-in/policy.ts';

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
const oneFactor = {
  flow: 'USER_PASSWORD_AUTH' as const,
  chosen: undefined,
  firstFactors: [],
  target: undefined,
  mfa: {
    required: false,
    askable: [],
    settable: [],
    preferred: undefined,
    passkeySuffices: false,
    deviceSuffices: false,
  },
  remembersDevice: false,
};
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
      ...oneFactor,
    });
    assert.deepEqual(typeof next === 'object' && 'refuse' in next ? next.refuse.message : next, expected);
  });
}

type Mfa = Facts['mfa'];
const off: Mfa = {
  required: false,
  askable: [],
  settable: ['SOFTWARE_TOKEN_MFA'],
  preferred: undefined,
  passkeySuffices: false,
  deviceSuffices: false,
};
const required = (...askable: MfaFactor[]): Mfa => ({ ...off, required: true, askable });
const withDevice: Mfa = { ...required('SMS_MFA'), deviceSuffices: true };
const onDevice: Partial<Facts> = { remembersDevice: true };
const secondLeg: Partial<Facts> = { ...onDevice, chosen: 'DEVICE_PASSWORD_VERIFIER' };
const refused = (refuse: Error) => ({ refuse });
const choice: Partial<Facts> = {
  flow: 'USER_AUTH',
  firstFactors: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'],
};
const optional = (...askable: MfaFactor[]): Mfa => ({ ...off, askable });
const second: [what: string, proven: Proof[], mfa: Mfa, more: Partial<Facts>, next: unknown][] = [
  ['none required, none set up', ['PASSWORD'], off, {}, 'tokens'],
  ['required, none set up', ['PASSWORD'], required(), {}, { challenge: 'MFA_SETUP' }],
  [
    'required, nothing that could be set up',
    ['PASSWORD'],
    { ...required(), settable: [] },
    {},
    refused(noSecondFactor()),
  ],
  ['required, one', ['PASSWORD'], required('SMS_MFA'), {}, { challenge: 'SMS_MFA' }],
  ['required, two', ['PASSWORD'], required('SMS_MFA', 'EMAIL_OTP'), {}, { challenge: 'SELECT_MFA_TYPE' }],
  [
    'one preferred',
    ['PASSWORD'],
    { ...required('SMS_MFA', 'EMAIL_OTP'), preferred: 'EMAIL_OTP' },
    {},
    { challenge: 'EMAIL_OTP' },
  ],
  ['one chosen', ['PASSWORD'], required('SMS_MFA', 'EMAIL_OTP'), { chosen: 'SMS_MFA' }, { challenge: 'SMS_MFA' }],
  [
    'one chosen that is not offered',
    ['PASSWORD'],
    required('SMS_MFA'),
    { chosen: 'SOFTWARE_TOKEN_MFA' },
    { challenge: 'SMS_MFA' },
  ],
  [
    'optional, set up',
    ['PASSWORD'],
    { ...off, askable: ['SOFTWARE_TOKEN_MFA'] },
    {},
    { challenge: 'SOFTWARE_TOKEN_MFA' },
  ],
  ['given', ['PASSWORD', 'SOFTWARE_TOKEN_MFA'], required('SOFTWARE_TOKEN_MFA'), {}, 'tokens'],
  ['a remembered device that suffices', ['PASSWORD'], withDevice, onDevice, { challenge: 'DEVICE_SRP_AUTH' }],
  ['the device’s second leg', ['PASSWORD'], withDevice, secondLeg, { challenge: 'DEVICE_PASSWORD_VERIFIER' }],
  ['that device has answered', ['PASSWORD', 'DEVICE'], withDevice, onDevice, 'tokens'],
  ['a remembered device that does not', ['PASSWORD'], required('SMS_MFA'), onDevice, { challenge: 'SMS_MFA' }],
  ['… after the code', ['PASSWORD', 'SMS_MFA'], required('SMS_MFA'), onDevice, 'tokens'],
  ['… has answered, too', ['PASSWORD', 'SMS_MFA', 'DEVICE'], required('SMS_MFA'), onDevice, 'tokens'],
  ['… has answered instead', ['PASSWORD', 'DEVICE'], required('SMS_MFA'), onDevice, { challenge: 'SMS_MFA' }],
  ['not remembered any more', ['PASSWORD', 'DEVICE'], required('SMS_MFA'), {}, { challenge: 'SMS_MFA' }],
  ['a remembered device, no second factor', ['PASSWORD'], off, onDevice, { challenge: 'DEVICE_SRP_AUTH' }],
  ['a device alone', [], withDevice, { ...onDevice, firstFactors: ['PASSWORD'] }, { challenge: 'SELECT_CHALLENGE' }],
  ['a one-time code is no second factor', ['EMAIL_OTP'], required('SMS_MFA'), {}, { challenge: 'SMS_MFA' }],
  ['a passkey alone', ['WEB_AUTHN'], required('SMS_MFA'), {}, { challenge: 'SMS_MFA' }],
  [
    'a passkey that verified its user, not counted',
    ['WEB_AUTHN', 'WEB_AUTHN_VERIFIED'],
    required('SMS_MFA'),
    {},
    { challenge: 'SMS_MFA' },
  ],
  [
    'a passkey that verified its user',
    ['WEB_AUTHN', 'WEB_AUTHN_VERIFIED'],
    { ...required('SMS_MFA'), passkeySuffices: true },
    {},
    'tokens',
  ],
  ['nothing proven', [], off, { firstFactors: ['PASSWORD'] }, { challenge: 'SELECT_CHALLENGE' }],
  [
    'nothing proven, one chosen',
    [],
    off,
    { firstFactors: ['PASSWORD', 'EMAIL_OTP'], chosen: 'EMAIL_OTP' },
    { challenge: 'EMAIL_OTP' },
  ],
  [
    'nothing proven, one chosen that is not offered',
    [],
    off,
    { firstFactors: ['PASSWORD'], chosen: 'EMAIL_OTP' },
    { challenge: 'SELECT_CHALLENGE' },
  ],
  [
    'the second leg of SRP',
    [],
    off,
    { firstFactors: ['PASSWORD_SRP'], chosen: 'PASSWORD_VERIFIER' },
    { challenge: 'PASSWORD_VERIFIER' },
  ],
];

const levels: [what: string, proven: Proof[], mfa: Mfa, more: Partial<Facts>, next: unknown][] = [
  ['4, password and app', ['PASSWORD', 'SOFTWARE_TOKEN_MFA'], off, { target: 4 }, 'tokens'],
  [
    '4, the password first',
    [],
    optional('SOFTWARE_TOKEN_MFA'),
    { target: 4, chosen: 'EMAIL_OTP' },
    { challenge: 'SELECT_CHALLENGE' },
  ],
  [
    '4, then the app though another is preferred',
    ['PASSWORD'],
    { ...optional('SMS_MFA', 'SOFTWARE_TOKEN_MFA'), preferred: 'SMS_MFA' },
    { target: 4 },
    { challenge: 'SOFTWARE_TOKEN_MFA' },
  ],
  [
    '4, the app after a text message',
    ['PASSWORD', 'SMS_MFA'],
    optional('SMS_MFA', 'SOFTWARE_TOKEN_MFA'),
    { target: 4 },
    { challenge: 'SOFTWARE_TOKEN_MFA' },
  ],
  ['4, the app is gone', ['PASSWORD', 'SMS_MFA'], optional('SMS_MFA'), { target: 4 }, refused(acrOutOfReach())],
  [
    '4 on top of a code',
    ['EMAIL_OTP'],
    { ...off, askable: ['SOFTWARE_TOKEN_MFA'] },
    { target: 4 },
    { challenge: 'SOFTWARE_TOKEN_MFA' },
  ],
  [
    '4 on top of a code, the password after the app',
    ['EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'],
    { ...off, askable: ['SOFTWARE_TOKEN_MFA'] },
    { target: 4 },
    { challenge: 'SELECT_CHALLENGE' },
  ],
  ['3, a passkey', ['WEB_AUTHN'], off, { target: 3 }, 'tokens'],
  ['3 on top of a password, passkey or code', ['PASSWORD'], off, { target: 3 }, { challenge: 'SELECT_CHALLENGE' }],
  ['3 on top of a password, a code', ['PASSWORD'], off, { target: 3, chosen: 'EMAIL_OTP' }, { challenge: 'EMAIL_OTP' }],
  [
    '3, of two second factors',
    ['PASSWORD'],
    optional('SMS_MFA', 'EMAIL_OTP'),
    { target: 3, firstFactors: ['PASSWORD'] },
    { challenge: 'SELECT_MFA_TYPE' },
  ],
  ['2, a code', ['EMAIL_OTP'], off, { target: 2 }, 'tokens'],
  [
    '2, a higher one will do',
    ['PASSWORD'],
    optional('SMS_MFA', 'SOFTWARE_TOKEN_MFA'),
    { target: 2, firstFactors: ['PASSWORD'] },
    { challenge: 'SELECT_MFA_TYPE' },
  ],
  ['1, and MFA is required all the same', ['PASSWORD'], required('SMS_MFA'), { target: 1 }, { challenge: 'SMS_MFA' }],
  ['1, and nothing is set up on the way', ['PASSWORD'], required(), { target: 1 }, refused(acrOutOfReach())],
  ['1', ['PASSWORD'], off, { target: 1 }, 'tokens'],
];
for (const [what, proven, mfa, more, expected] of levels) {
  test(`level ${what}`, () => {
    const user = { status: 'CONFIRMED' as const, passwordSetAt: 0 };
    const facts: Facts = {
      ...oneFactor,
      ...choice,
      user,
      proven,
      now: 0,
      temporaryPasswordLifetime: day,
      mfa,
      ...more,
    };
    assert.deepEqual(nextStep(facts), expected);
  });
}
for (const [what, proven, mfa, more, expected] of second) {
  test(`second factor: ${what}`, () => {
    const user = { status: 'CONFIRMED' as const, passwordSetAt: 0 };
    const facts: Facts = { ...oneFactor, user, proven, now: 0, temporaryPasswordLifetime: day, mfa, ...more };
    assert.deepEqual(nextStep(facts), expected);
  });
}
