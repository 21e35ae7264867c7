/** The page of every challenge that a browser can meet. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { ChallengePage } from './challenge-page.ts';
import { codePage } from './code.ts';
import { customPage } from './custom.ts';
import { mfaSetupPage } from './mfa-setup.ts';
import { newPasswordPage } from './new-password.ts';
import { passwordPage } from './password.ts';
import { selectChallengePage, selectMfaPage } from './select.ts';
import { webAuthnPage } from './web-authn.ts';

const pages = {
  CUSTOM_CHALLENGE: customPage,
  EMAIL_OTP: codePage('EMAIL_OTP_CODE'),
  MFA_SETUP: mfaSetupPage,
  NEW_PASSWORD_REQUIRED: newPasswordPage,
  PASSWORD: passwordPage,
  SELECT_CHALLENGE: selectChallengePage,
  SELECT_MFA_TYPE: selectMfaPage,
  SMS_MFA: codePage('SMS_MFA_CODE'),
  SMS_OTP: codePage('SMS_OTP_CODE'),
  SOFTWARE_TOKEN_MFA: codePage('SOFTWARE_TOKEN_MFA_CODE'),
  WEB_AUTHN: webAuthnPage,
} satisfies Partial<Record<ChallengeNameType, ChallengePage>>;

export const challengePage = (name: ChallengeNameType): ChallengePage | undefined =>
  (pages as Partial<Record<ChallengeNameType, ChallengePage>>)[name];
