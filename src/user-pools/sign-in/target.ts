/** Step-up authentication: what a USER_AUTH sign-in asks for with TARGET_ACR_VALUES, MAX_AGE and ACCESS_TOKEN, and begins with. */
import {
  acrOutOfReach,
  acrReached,
  foreignAccessToken,
  invalidAcrValues,
  invalidParameter,
  invalidSession,
} from '../../contract/errors.ts';
import { findTokenSession, type TokenSession } from '../../storage/token-sessions.ts';
import type { ClientCall } from '../call/call.ts';
import { requirePlan } from '../pools/feature-plan.ts';
import { type Level, levelNamed, methodsOf, type Proof } from '../tokens/assurance.ts';
import { verifyAccessToken } from '../tokens/verify.ts';
import type { Attempt } from './attempt.ts';
import type { Answers } from './challenges/challenge.ts';
import { factsOf } from './facts.ts';
import { askableOf } from './policy.ts';
import { canReach, reaches } from './step-up.ts';

/** Levels in the order of priority; names that the pool does not know are ignored. */
const readLevels = ({ pool }: ClientCall, text: string): Level[] => {
  const levels = text.split(' ').flatMap(name => levelNamed(pool, name) ?? []);
  if (levels.length === 0) throw invalidAcrValues();
  return levels;
};

/** Seconds. */
const readMaxAge = (text: string | undefined): number => {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw invalidParameter('MAX_AGE must be a non-negative integer.');
  return Number(text);
};

/** The family of an access token, which must be of this user and client: what was shown to another program counts there. */
const familyOf = async (call: ClientCall, { user }: Attempt, token: string): Promise<TokenSession> => {
  const { client, session } = await verifyAccessToken(call, token);
  if (client.id !== call.client.id || session.sub !== user?.sub) throw foreignAccessToken();
  return session;
};

/** What a device has shown counts for as long as it is there itself, and a custom challenge has no level. */
const creditable = (proofs: readonly Proof[]): Proof[] =>
  proofs.filter(proof => proof.startsWith('WEB_AUTHN') || methodsOf([proof]).length > 0);

const withCredit = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Attempt> => {
  const maxAge = readMaxAge(answers.MAX_AGE);
  if (!answers.ACCESS_TOKEN) return attempt;
  const session = await familyOf(call, attempt, answers.ACCESS_TOKEN);
  if (call.clock.now() / 1000 - session.authTime > maxAge) return attempt;
  const proven = creditable((session.facts.proven ?? []) as Proof[]);
  return { ...attempt, proven, credit: session.originJti };
};

/**
 * The attempt towards the first of the levels that the person has the factors for, with the proofs of the access token unless
 * they are too old.
 * @throws InvalidParameterException (no level that is known, or none in reach, or the token has it already),
 * FeatureUnavailableInTierException, and whatever is wrong with the token
 */
export const withTarget = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Attempt> => {
  if (!answers.TARGET_ACR_VALUES) {
    if (answers.ACCESS_TOKEN) throw invalidParameter('ACCESS_TOKEN requires TARGET_ACR_VALUES.');
    return attempt;
  }
  requirePlan(call, call.pool.config, 'ESSENTIALS', 'Step-Up Authentication');
  const levels = readLevels(call, answers.TARGET_ACR_VALUES);
  const begun = await withCredit(call, attempt, answers);
  const askable = askableOf(await factsOf(call, { ...begun, target: levels[0] }));
  const target = levels.find(level => canReach(begun.proven, level, askable));
  if (target === undefined) throw acrOutOfReach();
  if (reaches(begun.proven, target)) throw acrReached();
  return { ...begun, target };
};

/** Whoever ends a session ends what was begun with its proofs. @throws NotAuthorizedException */
export const checkCredit = async ({ db, pool }: ClientCall, { credit }: Attempt): Promise<void> => {
  if (credit === undefined) return;
  const session = await findTokenSession(db, pool.id, credit);
  if (session === undefined || session.revokedAt !== null) throw invalidSession();
};
