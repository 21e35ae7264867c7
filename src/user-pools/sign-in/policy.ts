/** What comes next in a sign-in: pure, read from top to bottom. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import {
  type AwsError,
  passwordResetRequired,
  temporaryPasswordExpired,
  userDisabled,
  userNotConfirmed,
} from '../../contract/errors.ts';
import type { MfaFactor, User } from '../../storage/users.ts';
import type { Proof } from './attempt.ts';

/**
 * Why this user cannot sign in, whatever they prove. Told before the password is checked only where the client may learn who
 * exists; Cognito says "not confirmed" there even to a wrong password.
 */
export const standing = (user: Pick<User, 'enabled' | 'status'>): AwsError | undefined => {
  if (!user.enabled) return userDisabled();
  if (user.status === 'UNCONFIRMED') return userNotConfirmed();
  if (user.status === 'RESET_REQUIRED') return passwordResetRequired();
  return undefined;
};

export type Facts = {
  flow: AuthFlowType;
  user: Pick<User, 'status' | 'passwordSetAt'>;
  proven: readonly Proof[];
  /** What the person has chosen among SELECT_CHALLENGE or SELECT_MFA_TYPE. */
  chosen: ChallengeNameType | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds for which a temporary password is good. */
  temporaryPasswordLifetime: number;
  /** First factors that USER_AUTH offers this user. */
  firstFactors: readonly ChallengeNameType[];
  mfa: {
    /** MfaConfiguration ON: nobody signs in with one factor. */
    required: boolean;
    /** Second factors that the user can be asked for. */
    askable: readonly MfaFactor[];
    preferred: MfaFactor | undefined;
    /** A passkey with user verification counts as two factors. */
    passkeySuffices: boolean;
    /** A remembered device counts as a second factor. */
    deviceSuffices: boolean;
  };
  /** The sign-in comes from a device that has a secret of its own to prove. */
  remembersDevice: boolean;
};

export type Next = { challenge: ChallengeNameType } | { refuse: AwsError } | 'tokens';

const firstFactors: readonly Proof[] = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN', 'CUSTOM_CHALLENGE', 'SIGN_UP'];
const secondFactors: readonly Proof[] = ['SMS_MFA', 'EMAIL_MFA', 'SOFTWARE_TOKEN_MFA'];

const proves = (proven: readonly Proof[], kinds: readonly Proof[]) => proven.some(proof => kinds.includes(proof));

export const hasFirstFactor = (proven: readonly Proof[]): boolean => proves(proven, firstFactors);

/** Whether the second factor, if one is demanded, has been given. */
export const mfaSatisfied = ({ proven, mfa }: Pick<Facts, 'proven' | 'mfa'>): boolean =>
  proves(proven, secondFactors) ||
  (mfa.passkeySuffices && proven.includes('WEB_AUTHN_VERIFIED')) ||
  (mfa.deviceSuffices && proven.includes('DEVICE')) ||
  !(mfa.required || mfa.askable.length > 0);

const firstFactor = ({ chosen, firstFactors: offered }: Facts): Next =>
  chosen !== undefined && offered.includes(chosen) ? { challenge: chosen } : { challenge: 'SELECT_CHALLENGE' };

const secondFactor = ({ chosen, mfa }: Facts): Next => {
  const { askable, preferred } = mfa;
  const wanted = askable.find(factor => factor === chosen) ?? askable.find(factor => factor === preferred);
  if (wanted !== undefined) return { challenge: wanted };
  if (askable.length > 1) return { challenge: 'SELECT_MFA_TYPE' };
  return { challenge: askable[0] ?? 'MFA_SETUP' };
};

/** A remembered device proves itself at every sign-in: in place of a second factor where it suffices, otherwise after it. */
const awaitsDevice = (facts: Facts): boolean =>
  facts.remembersDevice && !facts.proven.includes('DEVICE') && (facts.mfa.deviceSuffices || mfaSatisfied(facts));

const deviceProof = ({ chosen }: Facts): Next => ({
  challenge: chosen === 'DEVICE_PASSWORD_VERIFIER' ? chosen : 'DEVICE_SRP_AUTH',
});

/** The next step. Tokens come last, behind every factor that is demanded. */
export const nextStep = (facts: Facts): Next => {
  const { user, proven, now, temporaryPasswordLifetime } = facts;
  if (!hasFirstFactor(proven)) return firstFactor(facts);
  if (user.status === 'FORCE_CHANGE_PASSWORD' && !proven.includes('NEW_PASSWORD')) {
    if (now > (user.passwordSetAt ?? 0) + temporaryPasswordLifetime) return { refuse: temporaryPasswordExpired() };
    return { challenge: 'NEW_PASSWORD_REQUIRED' };
  }
  if (awaitsDevice(facts)) return deviceProof(facts);
  if (!mfaSatisfied(facts)) return secondFactor(facts);
  return 'tokens';
};
