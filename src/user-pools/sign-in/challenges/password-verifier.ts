/** PASSWORD_VERIFIER: the Secure Remote Password proof (SRP-6a as Cognito does it): the password never travels. */

import { timingSafeEqual } from 'node:crypto';
import { incorrectCredentials, invalidParameter, missingParameter } from '../../../contract/errors.ts';
import { claimSignature, parseA, serverKey, startServer, type Verifier } from '../../../lib/srp.ts';
import { parseTimestamp } from '../../../lib/srp-timestamp.ts';
import type { ClientCall } from '../../call/call.ts';
import { nameKey } from '../../call/sign-in-names.ts';
import { hidesUsers } from '../../doors/as-client.ts';
import { subjectOf } from '../../threat-protection/attempt-limits.ts';
import { guarded } from '../../threat-protection/lockout.ts';
import { openPassword, simulatedVerifier, srpGroup } from '../../users/passwords.ts';
import { type Attempt, sealAttempt } from '../attempt.ts';
import { userIdOf } from '../names.ts';
import { standing } from '../policy.ts';
import { type Answers, type Challenge, proved } from './challenge.ts';

/** How far a client's clock may be off, in milliseconds. */
const skew = 5 * 60_000;

/**
 * Nobody's verifier. Two spellings of a user's name give one salt, so two spellings of nobody's must, too; and the salt has
 * the form that `createVerifier` gives a real one.
 */
const simulated = (call: ClientCall, name: string): Verifier => {
  const { salt, verifier } = simulatedVerifier(call, call.pool, nameKey(call.pool, name));
  const bytes = Buffer.from(salt.padStart(32, '0'), 'hex');
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return { salt: bytes.toString('hex'), verifier };
};

/** Somebody without a password is treated like somebody unknown: a proof can be asked for, none is right. */
const verifierOf = (call: ClientCall, { user, name }: Attempt): Verifier =>
  (user && openPassword(call, user)) ?? simulated(call, name);

const readAnswers = (answers: Answers) => {
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

const checkTimestamp = ({ clock }: ClientCall, timestamp: string): void => {
  const at = parseTimestamp(timestamp);
  if (at === undefined) throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  if (Math.abs(clock.now() - at) > skew) throw incorrectCredentials();
};

export const passwordVerifier: Challenge = {
  attemptIn: 'PASSWORD_CLAIM_SECRET_BLOCK',

  /** Writes nothing: what the second leg needs is sealed into SECRET_BLOCK. */
  async ask(call, attempt, { SRP_A }) {
    if (SRP_A === undefined) throw missingParameter('SRP_A');
    const A = parseA(SRP_A);
    if (A === undefined) throw invalidParameter('SRP_A is not valid.');
    const { salt, verifier } = verifierOf(call, attempt);
    const { b, B } = await startServer(call.modPow, verifier);
    const userId = userIdOf(call, attempt);
    const sealed = sealAttempt(call, attempt, 'PASSWORD_VERIFIER', { A, b, B, userId });
    return {
      parameters: {
        SALT: salt,
        // Standard base64 of the sealed text, since clients decode it; the seal itself is base64url.
        SECRET_BLOCK: Buffer.from(sealed, 'base64url').toString('base64'),
        SRP_B: B,
        USERNAME: userId,
        USER_ID_FOR_SRP: userId,
      },
      carriesAttempt: true,
    };
  },

  async check(call, attempt, answers, { A = '', b = '', B = '', userId = '' }) {
    const { secretBlock, signature, timestamp } = readAnswers(answers);
    const { user, name } = attempt;
    const refusal = user && standing(user);
    if (refusal !== undefined && !hidesUsers(call.client)) throw refusal;
    checkTimestamp(call, timestamp);
    const subject = subjectOf(call, user ?? { unknownName: name });
    const right = await guarded(call, subject, async () => {
      const key = await serverKey(call.modPow, { A, B, b, verifier: verifierOf(call, attempt).verifier });
      const expected = claimSignature(key, { group: srpGroup(call.pool), user: userId, secretBlock, timestamp });
      const matches = signature.length === expected.length && timingSafeEqual(signature, expected);
      return matches && user !== undefined && user.password !== null;
    });
    if (!right) throw incorrectCredentials();
    if (refusal !== undefined) throw refusal;
    return proved(attempt, 'PASSWORD');
  },
};
