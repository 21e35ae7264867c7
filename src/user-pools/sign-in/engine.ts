/** Joins flows, challenges and policy: begin or continue an attempt, check the answer, ask for the next step or issue tokens. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import {
  incorrectCredentials,
  invalidParameter,
  invalidSession,
  methodNotSupported,
  missingParameter,
  userDisabled,
  userNotFound,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { findUser } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { checkSecretHash, hidesUsers } from '../doors/as-client.ts';
import { openSignUpSession } from '../factors/sign-up-session.ts';
import type { StringMap } from '../triggers/catalog.ts';
import { preAuthentication } from '../triggers/pre-authentication.ts';
import { type Attempt, checkPasswordStands, openAttempt, sealAttempt } from './attempt.ts';
import { type Answers, proved } from './challenges/challenge.ts';
import { challengeNamed } from './challenges/index.ts';
import { defineNext, requireCustomAuth, withResult } from './custom-auth.ts';
import { withDevice } from './device.ts';
import { factsOf } from './facts.ts';
import { flows, isAllowed, type Side } from './flows.ts';
import { migrateAtSignIn } from './migration.ts';
import { hashedNames, isCalled } from './names.ts';
import { type Outcome, refresh, signedInOnPages, tokensOf } from './outcome.ts';
import { whetherFound, whoOf } from './person.ts';
import { choicesOf, hasFirstFactor, nextStep, standing } from './policy.ts';
import { advance, limitTries, record } from './steps.ts';
import { checkCredit, withTarget } from './target.ts';

type Beginning = {
  name: AuthFlowType;
  session: string | undefined;
  answers: Answers;
  /** ClientMetadata: reaches the functions that are asked before anything is judged, and no others. */
  validationData?: StringMap | undefined;
};

/** InitiateAuth: flow enabled → parameters → secret hash → user, here or from another directory → the pool's function → first challenge. */
export const begin = async (
  call: ClientCall,
  side: Side,
  { name, session, answers, validationData }: Beginning,
): Promise<Outcome> => {
  const flow = flows[name];
  if (flow === undefined || !flow.sides.includes(side)) throw methodNotSupported();
  if (!(side === 'pages' && flow.allowedOnPages) && !isAllowed(flow, call.client)) throw flow.refusal();
  const missing = flow.needs.find(parameter => !answers[parameter]);
  if (missing !== undefined) throw missingParameter(missing);
  if (flow.begins === 'refresh') return refresh(call, answers);

  const username = answers.USERNAME as string;
  if (!call.onPages) checkSecretHash(call.client, [username], answers.SECRET_HASH);
  if (session !== undefined && flow.begins === 'choice') return afterSignUp(call, session, { answers, validationData });
  const first = flow.begins === 'choice' ? 'SELECT_CHALLENGE' : flow.begins;
  const user =
    (await lookUpUser(call, call.pool, username)) ??
    (await migrateAtSignIn(call, first, answers, { name: username, validationData }));
  if (!hidesUsers(call.client)) {
    if (user === undefined) throw userNotFound();
    if (!user.enabled) throw userDisabled();
  }
  const begun: Attempt = { id: uuid(), user, name: username, flow: name, proven: [], step: 0 };
  await preAuthentication(call, whoOf(call, begun), { validationData, ...whetherFound(call, begun) });
  const attempt = await withDevice(call, begun, answers);
  if (flow.begins === 'choice') return choose(call, attempt, answers);
  if (flow.begins === 'triggers') return beginCustom(call, attempt, answers);
  return isAnswered(flow.begins, answers)
    ? answer(call, attempt, flow.begins, answers, {})
    : ask(call, attempt, flow.begins, answers);
};

/** USER_AUTH: the preferred challenge if the person has it, else the choice; the whole list in either case. */
const choose = async (call: ClientCall, begun: Attempt, answers: Answers): Promise<Outcome> => {
  const attempt = await withTarget(call, begun, answers);
  const AvailableChallenges = [...choicesOf(await factsOf(call, attempt))];
  if (AvailableChallenges.length === 0 && !hasFirstFactor(attempt.proven)) return withoutChoice(call, attempt, answers);
  const chosen = AvailableChallenges.find(each => each === answers.PREFERRED_CHALLENGE);
  const outcome = await proceed(call, { ...attempt, chosen }, answers);
  return outcome.ChallengeName ? { ...outcome, AvailableChallenges } : outcome;
};

/** Somebody who has nothing to begin with is treated like somebody who is not there. */
const withoutChoice = (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  if (attempt.user === undefined || !hidesUsers(call.client)) throw incorrectCredentials();
  return choose(call, { ...attempt, user: undefined }, answers);
};

/** CUSTOM_AUTH, with the password first where the client says so. */
const beginCustom = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  requireCustomAuth(call);
  const refusal = attempt.user && !hidesUsers(call.client) ? standing(attempt.user) : undefined;
  if (refusal !== undefined) throw refusal;
  const srp = answers.CHALLENGE_NAME === 'SRP_A';
  if (srp && !answers.SRP_A) throw missingParameter('SRP_A');
  const begun = srp ? withResult(attempt, { challengeName: 'SRP_A', challengeResult: true }) : attempt;
  return proceed(call, { ...begun, custom: begun.custom ?? [] }, answers);
};

/**
 * A sign-up that was confirmed a moment ago, by a code that only its owner could read, is a sign-in by such a code where that
 * would do; elsewhere it is one like any other.
 */
const afterSignUp = async (
  call: ClientCall,
  session: string,
  { answers, validationData }: Pick<Beginning, 'answers' | 'validationData'>,
): Promise<Outcome> => {
  const facts = openSignUpSession(call, 'confirmed', session);
  const user = facts && (await findUser(call.db, call.pool.id, facts.sub));
  if (facts === undefined || user === undefined || user.signedOutAt !== facts.signedOutAt) throw invalidSession();
  const begun = { id: facts.id, user, name: user.username, proven: [], step: 0 };
  const attempt: Attempt = { ...begun, flow: 'USER_AUTH', resumed: true };
  if (!isCalled(call, attempt, answers.USERNAME as string)) throw invalidSession();
  await preAuthentication(call, whoOf(call, attempt), { validationData, ...whetherFound(call, attempt) });
  const code = facts.attribute === 'phone_number' ? 'SMS_OTP' : 'EMAIL_OTP';
  const suffices = choicesOf(await factsOf(call, attempt)).includes(code);
  return suffices ? proceed(call, proved(attempt, code), answers) : choose(call, attempt, answers);
};

/** The answer may come along with the choice. */
const isAnswered = (name: ChallengeNameType, answers: Answers): boolean => {
  const { answeredBy } = challengeNamed(name) ?? {};
  return answeredBy !== undefined && answers[answeredBy] !== undefined;
};

type Response = {
  name: ChallengeNameType;
  session: string | undefined;
  answers: Answers;
  /** ClientMetadata: reaches triggers. */
  metadata?: Record<string, string>;
};

/** A person who has the choice may take it by answering: PASSWORD in place of SELECT_CHALLENGE with PASSWORD. */
const chosenBy = (name: ChallengeNameType, asked: ChallengeNameType, answers: Answers): Answers =>
  name === asked ? answers : { ...answers, ANSWER: name };

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
  const { attempt, state, asked } = await openAttempt(call, sealed, name, 'SELECT_CHALLENGE');
  if (!isCalled(call, attempt, USERNAME)) throw invalidSession();
  if (!call.onPages) checkSecretHash(call.client, [USERNAME, ...hashedNames(call, attempt)], answers.SECRET_HASH);
  await limitTries(call, attempt);
  checkPasswordStands(attempt);
  const { name: typed } = attempt;
  const user = attempt.user ?? (await migrateAtSignIn(call, name, answers, { name: typed, clientMetadata: metadata }));
  // Before the check: a code that can be given once only must not be lost over a device that is gone.
  const onDevice = await withDevice(call, { ...attempt, user, metadata }, answers);
  return answer(call, onDevice, asked, chosenBy(name, asked, answers), state);
};

/**
 * The attempt of somebody who has just chosen a password and confirmed the account: neither has to be done again.
 * @param session sealed for PASSWORD when the account was made
 */
export const resume = async (call: ClientCall, session: string): Promise<Outcome> => {
  const { attempt } = await openAttempt(call, session, 'PASSWORD');
  if (!hasFirstFactor(attempt.proven)) throw invalidSession();
  checkPasswordStands(attempt);
  await preAuthentication(call, whoOf(call, attempt), { validationData: undefined, ...whetherFound(call, attempt) });
  return proceed(call, attempt, {});
};

/** Clients send SECRET_BLOCK in standard base64. */
export const toSession = (block: string | undefined) => block && Buffer.from(block, 'base64').toString('base64url');

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
  const isNoted = attempt.custom === undefined || name === 'CUSTOM_CHALLENGE';
  const noted = isNoted ? checked : withResult(checked, { challengeName: name, challengeResult: true });
  return proceed(call, noted, answers);
};

/** After something has been proven or chosen. */
const proceed = async (call: ClientCall, checked: Attempt, answers: Answers): Promise<Outcome> => {
  const { user, proven } = checked;
  if (hasFirstFactor(proven)) {
    if (user === undefined) throw incorrectCredentials();
    const refusal = standing(user, proven);
    if (refusal !== undefined) throw refusal;
    await checkCredit(call, checked);
  }
  const attempt = await withDevice(call, checked, answers);
  if (attempt.flow === 'CUSTOM_AUTH' && !proven.includes('CUSTOM_CHALLENGE'))
    return proceedCustom(call, attempt, answers);
  const next = nextStep(await factsOf(call, attempt));
  if (next === 'tokens') return (call.onPages ? signedInOnPages : tokensOf)(call, attempt);
  if ('refuse' in next) throw next.refuse;
  // Answered before the step is left behind: a wrong password may be corrected.
  if (attempt.chosen !== undefined && isAnswered(next.challenge, answers))
    return answer(call, attempt, next.challenge, answers, {});
  return ask(call, await advance(call, attempt), next.challenge, answers);
};

/** The pool's function says what comes next, and when it is enough; what the pool itself demands comes after that. */
const proceedCustom = async (call: ClientCall, attempt: Attempt, answers: Answers): Promise<Outcome> => {
  const next = await defineNext(call, attempt);
  // What the functions have to say is said: their session need not be carried along any further.
  if (next === 'tokens') return proceed(call, { ...proved(attempt, 'CUSTOM_CHALLENGE'), custom: undefined }, answers);
  return ask(call, await advance(call, attempt), next, answers);
};

const ask = async (call: ClientCall, begun: Attempt, name: ChallengeNameType, answers: Answers): Promise<Outcome> => {
  const challenge = challengeNamed(name);
  if (challenge === undefined) throw invalidSession();
  const attempt = challenge.guessable ? await record(call, begun) : begun;
  const { parameters, state, carriesAttempt } = await challenge.ask(call, attempt, answers);
  const question: Outcome = { ChallengeName: name, ChallengeParameters: parameters };
  return carriesAttempt ? question : { ...question, Session: sealAttempt(call, attempt, name, state) };
};
