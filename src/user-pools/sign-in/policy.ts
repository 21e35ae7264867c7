/** What comes next in a sign-in: pure, read from top to bottom. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import {
  type AwsError,
  passwordResetRequired,
  secondFactorUnavailable,
  temporaryPasswordExpired,
  userDisabled,
  userNotConfirmed,
} from '../../contract/errors.ts';
import type { User } from '../../storage/users.ts';
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
  user: Pick<User, 'status' | 'passwordSetAt'>;
  proven: readonly Proof[];
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds for which a temporary password is good. */
  temporaryPasswordLifetime: number;
  /** MfaConfiguration is ON. */
  mfaRequired: boolean;
};

export type Next = { challenge: ChallengeNameType } | { refuse: AwsError } | 'tokens';

/** The next step of somebody who has proven a first factor. */
export const nextStep = ({ user, proven, now, temporaryPasswordLifetime, mfaRequired }: Facts): Next => {
  if (user.status === 'FORCE_CHANGE_PASSWORD' && !proven.includes('NEW_PASSWORD')) {
    if (now > (user.passwordSetAt ?? 0) + temporaryPasswordLifetime) return { refuse: temporaryPasswordExpired() };
    return { challenge: 'NEW_PASSWORD_REQUIRED' };
  }
  // A second factor that is demanded and cannot be asked for yet: no tokens rather than tokens for a password alone.
  if (mfaRequired) return { refuse: secondFactorUnavailable() };
  return 'tokens';
};
