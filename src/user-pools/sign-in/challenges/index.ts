/** Every challenge there is, by Cognito's name. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { adminNoSrpAuth } from './admin-no-srp-auth.ts';
import type { Challenge } from './challenge.ts';
import { customChallenge } from './custom-challenge.ts';
import { devicePasswordVerifier, deviceSrpAuth } from './device.ts';
import { mfaSetup } from './mfa-setup.ts';
import { newPasswordRequired } from './new-password-required.ts';
import { emailOtp, smsMfa, smsOtp } from './one-time-code.ts';
import { password } from './password.ts';
import { passwordVerifier } from './password-verifier.ts';
import { passwordSrp, selectChallenge, selectMfaType } from './select.ts';
import { softwareTokenMfa } from './software-token-mfa.ts';
import { webAuthn } from './web-authn.ts';

export const challenges = {
  ADMIN_NO_SRP_AUTH: adminNoSrpAuth,
  CUSTOM_CHALLENGE: customChallenge,
  DEVICE_PASSWORD_VERIFIER: devicePasswordVerifier,
  DEVICE_SRP_AUTH: deviceSrpAuth,
  EMAIL_OTP: emailOtp,
  MFA_SETUP: mfaSetup,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  PASSWORD: password,
  PASSWORD_SRP: passwordSrp,
  PASSWORD_VERIFIER: passwordVerifier,
  SELECT_CHALLENGE: selectChallenge,
  SELECT_MFA_TYPE: selectMfaType,
  SMS_MFA: smsMfa,
  SMS_OTP: smsOtp,
  SOFTWARE_TOKEN_MFA: softwareTokenMfa,
  WEB_AUTHN: webAuthn,
} satisfies Partial<Record<ChallengeNameType, Challenge>>;

export const challengeNamed = (name: ChallengeNameType): Challenge | undefined =>
  (challenges as Partial<Record<ChallengeNameType, Challenge>>)[name];
