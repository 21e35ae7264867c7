/** Joins flows, challenges and policy: begin or continue an attempt, check the answer, ask for the next step or issue tokens. */
import type {
  AuthenticationResultType,
  AuthFlowType,
  ChallengeNameType,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  incorrectCredentials,
  invalidParameter,
  invalidSession,
  methodNotSupported,
  missingParameter,
  refreshTokenRevoked,
  sessionUsed,
  userNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import { advanceAttempt, countTry, openAttempt as recordAttempt } from '../../storage/sign-in-attempts.ts';
import { consume } from '../../storage/throttles.ts';
import { findUser } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { checkSecretHash, hidesUsers } from '../doors/as-client.ts';
import { openSignUpSession } from '../factors/sign-up-session.ts';
import { apiScope, type GrantSource } from '../tokens/grant.ts';
import { issueTokens, writeFor } from '../tokens/issue.ts';
import { findRefreshable, refreshTokens, rotates } from '../tokens/refresh.ts';
import { type Attempt, openAttempt, sealAttempt, stepLifetime } from './attempt.ts';
import { type Answers, proved } from './challenges/challenge.ts';
import { challengeNamed } from './challenges/index.ts';
import { defineNext, requireCustomAuth, withResult } from './custom-auth.ts';
import { grantDevice, withDevice } from './device.ts';
import { factsOf, offeredFirstFactors } from './facts.ts';
import { flows, isAllowed, type Side } from './flows.ts';
import { hashedNames, isCalled } from './names.ts';
import { hasFirstFactor, nextStep, standing } from './policy.ts';

/** What InitiateAuth and RespondToAuthChallenge answer. */
export type Outcome = {
  AuthenticationResult?: AuthenticationResultType;
  ChallengeName?: ChallengeNameType;
  ChallengeParameters: Record<string, string>;
  /** InitiateAuth with USER_AUTH: all that the person may choose from. */
  AvailableChallenges?: ChallengeNameType[];
  Session?: string;
};

/** Wrong answers to one challenge before the attempt is over. */
const maxTries = 10;

/** InitiateAuth: flow enabled → parameters → secret hash → user → first challenge. */
export const begin = async (
  call: ClientCall,
  side: Side,
  { name, session, answers }: { name: AuthFlowType; session: string | undefined; answers: Answers },
): Promise<Outcome> => {
  const flow = flows[name];
  if (flow === undefined || !flow.sides.includes(side)) throw methodNotSupported();
  if (!isAllowed(flow, call.client)) throw flow.refusal();
  const missing = flow.needs.find(parameter => !answers[parameter]);
  if (missing !== undefined) throw missingParameter(missing);
  if (flow.begins === 'refresh') return refresh(call, answers);

  const username = answers.USERNAME as string;
  checkSecretHash(call.client, [username], answers.SECRET_HASH);
  if (session !== undefined && flow.begins === 'choice') return afterSignUp(call, session, answers);
  const user = await lookUpUser(call, call.pool, username);
  if (user === undefined && !hidesUsers(call.client)) throw userNotFound();
  const begun: Attempt = { id: uuid(), user, name: username, flow: name, proven: [], step: 0 };
  const attempt = await withDevice(call, begun, answers);
  if (flow.begins === 'choice') return choose(call, attempt, answers);
  if (flow.begins === 'triggers') return beginCustom(call, attempt, answers);
  return answerOrAsk(call, attempt, flow.begins, answers);
};

/** USER_AUTH: the preferred challenge if the person has it, else the choice; the whole list in either case. */
const choose = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  const AvailableChallenges = await offeredFirstFactors(call, attempt);
  const chosen = AvailableChallenges.find(each => each === answers.PREFERRED_CHALLENGE);
  const outcome = await proceed(call, { ...attempt, chosen }, answers);
  return outcome.ChallengeName ? { ...outcome, AvailableChallenges } : outcome;
};

/** CUSTOM_AUTH, with the password first where the client says so. */
const beginCustom = (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  requireCustomAuth(call);
  const srp = answers.CHALLENGE_NAME === 'SRP_A';
  if (srp && !answers.SRP_A) throw missingParameter('SRP_A');
  const begun = srp ? withResult(attempt, { challengeName: 'SRP_A', challengeResult: true }) : attempt;
  return proceed(call, { ...begun, custom: begun.custom ?? [] }, answers);
};

/** A sign-up that was confirmed a moment ago, by a code that only its owner could read, is a sign-in without a further factor. */
const afterSignUp = async (call: ClientCall, session: string, answers: Answers): Promise<Outcome> => {
  const facts = openSignUpSession(call, 'confirmed', session);
  const user = facts && (await findUser(call.db, call.pool.id, facts.sub));
  if (facts === undefined || user === undefined) throw invalidSession();
  const attempt: Attempt = { id: facts.id, user, name: user.username, flow: 'USER_AUTH', proven: [], step: 0 };
  if (!isCalled(call, attempt, answers.USERNAME as string)) throw invalidSession();
  return proceed(call, proved(attempt, 'SIGN_UP'), answers);
};

const answerOrAsk = (
  call: ClientCall,
  attempt: Attempt,
  name: ChallengeNameType,
  answers: Answers,
): Promise<Outcome> => {
  const { answeredBy } = challengeNamed(name) ?? {};
  return answeredBy !== undefined && answers[answeredBy] !== undefined
    ? answer(call, attempt, name, answers, {})
    : ask(call, attempt, name, answers);
};

type Response = {
  name: ChallengeNameType;
  session: string | undefined;
  answers: Answers;
  /** ClientMetadata: reaches triggers. */
  metadata?: Record<string, string>;
};

/** RespondToAuthChallenge: parameters → attempt → is this challenge expected → name → secret hash → tries → device → check → next step. */
export const respond = async (
  call: ClientCall,
  side: Side,
  { name, session, answers, metadata }: Response,
): Promise<Outcome> => {
  const challenge = challengeNamed(name);
  if (challenge === undefined) throw invalidParameter(`The challenge ${name} is not supported by this user pool.`);
  if (challenge.adminOnly && side !== 'admin')
    throw invalidParameter(`${name} is answered through AdminRespondToAuthChallenge.`);
  const sealed = challenge.attemptIn ? toSession(answers[challenge.attemptIn]) : session;
  const { USERNAME } = answers;
  if (!USERNAME) throw missingParameter('USERNAME');
  if (!sealed) throw missingParameter(challenge.attemptIn ?? 'Session');
  const { attempt, state } = await openAttempt(call, sealed, name);
  if (!isCalled(call, attempt, USERNAME)) throw invalidSession();
  checkSecretHash(call.client, [USERNAME, ...hashedNames(call, attempt)], answers.SECRET_HASH);
  if (attempt.step > 0) await limitTries(call, attempt);
  // Before the check: a code that can be given once only must not be lost over a device that is gone.
  const onDevice = await withDevice(call, { ...attempt, metadata }, answers);
  return answer(call, onDevice, name, answers, state);
};

/** Clients send SECRET_BLOCK in standard base64. */
export const toSession = (block: string | undefined) => block && Buffer.from(block, 'base64').toString('base64url');

/** Nobody's attempts have no row; their tries are counted elsewhere, and refused in the same way. */
const limitTries = async (call: ClientCall, { id, step, user }: Attempt): Promise<void> => {
  const { db, pool, clock } = call;
  if (user === undefined) {
    const limit = { kind: 'sign-in-tries', subject: `${id}/${step}`, limit: maxTries, windowMs: stepLifetime(call) };
    if (!(await consume(db, { ...limit, poolId: pool.id, now: clock.now() }))) throw invalidSession();
    return;
  }
  const tries = await countTry(db, { poolId: pool.id, attemptId: id, step });
  if (tries === undefined) throw sessionUsed();
  if (tries > maxTries) throw invalidSession();
};

const answer = async (
  call: ClientCall,
  attempt: Attempt,
  name: ChallengeNameType,
  answers: Answers,
  state: Record<string, string>,
): Promise<Outcome> => {
  const challenge = challengeNamed(name);
  if (challenge === undefined) throw invalidSession();
  const checked = await challenge.check(call, attempt, answers, state);
  // CUSTOM_CHALLENGE notes its results itself, the wrong ones too.
  const isNoted = attempt.flow !== 'CUSTOM_AUTH' || name === 'CUSTOM_CHALLENGE';
  const noted = isNoted ? checked : withResult(checked, { challengeName: name, challengeResult: true });
  return proceed(call, noted, answers);
};

/** After something has been proven or chosen. */
const proceed = async (call: ClientCall, checked: Attempt, answers: Answers): Promise<Outcome> => {
  const { user, proven } = checked;
  if (hasFirstFactor(proven)) {
    if (user === undefined) throw incorrectCredentials();
    const refusal = standing(user);
    if (refusal !== undefined) throw refusal;
  }
  const attempt = await withDevice(call, checked, answers);
  if (attempt.flow === 'CUSTOM_AUTH' && !proven.includes('CUSTOM_CHALLENGE'))
    return proceedCustom(call, attempt, answers);
  const next = nextStep(await factsOf(call, attempt));
  if (next === 'tokens') return tokens(call, attempt);
  if ('refuse' in next) throw next.refuse;
  const advanced = await advance(call, attempt);
  return attempt.chosen === undefined
    ? ask(call, advanced, next.challenge, answers)
    : answerOrAsk(call, advanced, next.challenge, answers);
};

/** The pool's function says what comes next, and when it is enough; what the pool itself demands comes after that. */
const proceedCustom = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  const next = await defineNext(call, attempt);
  if (next === 'tokens') return proceed(call, proved(attempt, 'CUSTOM_CHALLENGE'), answers);
  return ask(call, await advance(call, attempt), next, answers);
};

/**
 * Each recorded step is passed once. What ends in tokens needs no such mark: the family that the attempt opens is its own.
 * A challenge that has moved the attempt on itself, in the transaction of its effect, is not moved again.
 */
const advance = async (call: ClientCall, attempt: Attempt): Promise<Attempt> => {
  if (!hasFirstFactor(attempt.proven) && attempt.step === 0) return attempt;
  if (attempt.step === 0) return record(call, attempt);
  if (attempt.user === undefined || attempt.moved) return { ...attempt, moved: false };
  const { id: attemptId, step } = attempt;
  const expiresAt = call.clock.now() + stepLifetime(call);
  if (!(await advanceAttempt(call.db, { poolId: call.pool.id, attemptId, step, expiresAt }))) throw sessionUsed();
  return { ...attempt, step: step + 1 };
};

/** From the first proof on the attempt has a row, which lets each step pass once; a replayed proof finds it there. */
const record = async (call: ClientCall, attempt: Attempt): Promise<Attempt> => {
  if (attempt.step > 0) return attempt;
  if (attempt.user === undefined) return { ...attempt, step: 1 };
  const expiresAt = call.clock.now() + stepLifetime(call);
  const person = { poolId: call.pool.id, sub: attempt.user?.sub ?? '' };
  const row = { ...person, attemptId: attempt.id, step: 1, expiresAt };
  if (!(await writeFor(call, person, () => recordAttempt(call.db, row)))) throw sessionUsed();
  return { ...attempt, step: 1 };
};

const ask = async (call: ClientCall, begun: Attempt, name: ChallengeNameType, answers: Answers): Promise<Outcome> => {
  const challenge = challengeNamed(name);
  if (challenge === undefined) throw invalidSession();
  const attempt = challenge.guessable ? await record(call, begun) : begun;
  const { parameters, state, carriesAttempt } = await challenge.ask(call, attempt, answers);
  const question: Outcome = { ChallengeName: name, ChallengeParameters: parameters };
  return carriesAttempt ? question : { ...question, Session: sealAttempt(call, attempt, name, state) };
};

/** Why tokens are issued: the last of the steps that have a word of their own. */
const sourceOf = ({ proven }: Attempt): GrantSource => {
  if (proven.includes('DEVICE')) return 'AuthenticateDevice';
  return proven.includes('NEW_PASSWORD') ? 'NewPasswordChallenge' : 'Authentication';
};

const tokens = async (call: ClientCall, attempt: Attempt): Promise<Outcome> => {
  const { id, user } = attempt;
  if (user === undefined) throw incorrectCredentials();
  const result = await issueTokens(call, {
    pool: call.pool,
    client: call.client,
    user,
    groups: await membershipsOf(call.db, user),
    originJti: id,
    eventId: id,
    authTime: Math.floor(call.clock.now() / 1000),
    scopes: [apiScope],
    source: sourceOf(attempt),
    device: await grantDevice(call, attempt),
  });
  return { AuthenticationResult: result, ChallengeParameters: {} };
};

/** REFRESH_TOKEN_AUTH; where refresh tokens rotate there is GetTokensFromRefreshToken instead. */
const refresh = async (call: ClientCall, answers: Answers): Promise<Outcome> => {
  const { REFRESH_TOKEN = '', USERNAME, SECRET_HASH, DEVICE_KEY } = answers;
  if (rotates(call.client))
    throw invalidParameter('REFRESH_TOKEN_AUTH is not supported when refresh token rotation is enabled.');
  if (call.client.secrets.length > 0 && SECRET_HASH === undefined) checkSecretHash(call.client, [], undefined);
  const found = await findRefreshable(call, REFRESH_TOKEN, DEVICE_KEY).catch(error => {
    // A token that was replaced while tokens still rotated here; this operation knows no word for its reuse.
    throw error instanceof AwsError && error.name === 'RefreshTokenReuseException' ? refreshTokenRevoked() : error;
  });
  const names = [found.user.username, found.user.sub, ...(USERNAME === undefined ? [] : [USERNAME])];
  checkSecretHash(call.client, names, SECRET_HASH);
  const result = await refreshTokens(call, found, REFRESH_TOKEN, 'RefreshTokens');
  return { AuthenticationResult: result, ChallengeParameters: {} };
};
