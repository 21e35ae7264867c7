/** An SRP exchange, of a password or of a device's secret. It writes nothing: what the second leg needs is sealed into SECRET_BLOCK. */
import { timingSafeEqual } from 'node:crypto';
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { incorrectCredentials, invalidParameter, missingParameter } from '../../contract/errors.ts';
import { claimSignature, parseA, serverKey, startServer, type Verifier } from '../../lib/srp.ts';
import { parseTimestamp } from '../../lib/srp-timestamp.ts';
import type { ClientCall } from '../call/call.ts';
import { type Attempt, type ChallengeState, sealAttempt } from './attempt.ts';
import type { Answers, Question } from './challenges/challenge.ts';

/** How far a client's clock may be off, in milliseconds. */
const skew = 5 * 60_000;

type Exchange = {
  /** The challenge that the proof will answer. */
  challenge: ChallengeNameType;
  verifier: Verifier;
  /** What the check needs besides. */
  state: ChallengeState;
  /** ChallengeParameters besides those of SRP. */
  parameters: Record<string, string>;
};

/** The question that follows SRP_A. @throws InvalidParameterException when SRP_A is missing or of no use */
export const askProof = async (
  call: ClientCall,
  attempt: Attempt,
  { SRP_A }: Answers,
  { challenge, verifier: { salt, verifier }, state, parameters }: Exchange,
): Promise<Question> => {
  if (SRP_A === undefined) throw missingParameter('SRP_A');
  const A = parseA(SRP_A);
  if (A === undefined) throw invalidParameter('SRP_A is not valid.');
  const { b, B } = await startServer(call.modPow, verifier);
  const sealed = sealAttempt(call, attempt, challenge, { A, b, B, ...state });
  return {
    parameters: {
      SALT: salt,
      // Standard base64 of the sealed text, since clients decode it; the seal itself is base64url.
      SECRET_BLOCK: Buffer.from(sealed, 'base64url').toString('base64'),
      SRP_B: B,
      ...parameters,
    },
    carriesAttempt: true,
  };
};

export type Claim = { secretBlock: Buffer; signature: Buffer; timestamp: string };

/** @throws InvalidParameterException for what is missing */
export const readClaim = (answers: Answers): Claim => {
  const {
    PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
    PASSWORD_CLAIM_SIGNATURE: signature,
    TIMESTAMP: timestamp,
  } = answers;
  if (secretBlock === undefined) throw missingParameter('PASSWORD_CLAIM_SECRET_BLOCK');
  if (signature === undefined) throw missingParameter('PASSWORD_CLAIM_SIGNATURE');
  if (timestamp === undefined) throw missingParameter('TIMESTAMP');
  return { secretBlock: Buffer.from(secretBlock, 'base64'), signature: Buffer.from(signature, 'base64'), timestamp };
};

/** @throws InvalidParameterException for what is no date, NotAuthorizedException for another time */
export const checkTimestamp = ({ clock }: ClientCall, { timestamp }: Claim): void => {
  const at = parseTimestamp(timestamp);
  if (at === undefined) throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  if (Math.abs(clock.now() - at) > skew) throw incorrectCredentials();
};

/** Whether the claim was signed by whoever knows the secret behind the verifier. */
export const isProven = async (
  { modPow }: ClientCall,
  { secretBlock, signature, timestamp }: Claim,
  { A = '', b = '', B = '' }: ChallengeState,
  { group, user, verifier }: { group: string; user: string; verifier: string },
): Promise<boolean> => {
  const key = await serverKey(modPow, { A, B, b, verifier });
  const expected = claimSignature(key, { group, user, secretBlock, timestamp });
  return signature.length === expected.length && timingSafeEqual(signature, expected);
};
