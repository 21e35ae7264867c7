/** Every challenge there is, by Cognito's name. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { adminNoSrpAuth } from './admin-no-srp-auth.ts';
import type { Challenge } from './challenge.ts';
import { customChallenge } from './custom-challenge.ts';
import { newPasswordRequired } from './new-password-required.ts';
import { password } from './password.ts';
import { passwordVerifier } from './password-verifier.ts';

export const challenges = {
  ADMIN_NO_SRP_AUTH: adminNoSrpAuth,
  CUSTOM_CHALLENGE: customChallenge,
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  PASSWORD: password,
  PASSWORD_VERIFIER: passwordVerifier,
} satisfies Partial<Record<ChallengeNameType, Challenge>>;

export const challengeNamed = (name: ChallengeNameType): Challenge | undefined =>
  (challenges as Partial<Record<ChallengeNameType, Challenge>>)[name];
