/** Every challenge there is, by Cognito's name. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { Challenge } from './challenge.ts';
import { newPasswordRequired } from './new-password-required.ts';
import { password } from './password.ts';
import { passwordVerifier } from './password-verifier.ts';

export const challenges = {
  NEW_PASSWORD_REQUIRED: newPasswordRequired,
  PASSWORD: password,
  PASSWORD_VERIFIER: passwordVerifier,
} satisfies Partial<Record<ChallengeNameType, Challenge>>;

export const challengeNamed = (name: ChallengeNameType): Challenge | undefined =>
  (challenges as Partial<Record<ChallengeNameType, Challenge>>)[name];
