/** Takes a sign-in from page to page: answers as the API does, and ends in a session of the browser. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../contract/errors.ts';
import type { Outcome } from '../../user-pools/sign-in/outcome.ts';
import { respondOnPages } from '../../user-pools/sign-in/sign-in.ts';
import { startBrowserSession } from '../browser-session.ts';
import { approvalPage } from './approval.ts';
import { isProblem } from './challenges/challenge-page.ts';
import { challengePage } from './challenges/index.ts';
import { confirmPage } from './confirm-page.ts';
import { problemOf } from './refusals.ts';
import { deviceOf, proveDevice, rememberDevice } from './remembered-device.ts';
import { resetPage } from './reset-page.ts';
import { signInPage } from './sign-in-page.ts';
import type { Step } from './step.ts';
import type { Answer, ErrandVisit, Form } from './visit.ts';

/** What the form says of the visitor's device, for threat protection. */
export const contextOf = ({ cognitoAsfData }: Form) => (cognitoAsfData ? { EncodedData: cognitoAsfData } : {});

/** Whether it is this refusal, and says this. */
export const isAbout = (thrown: unknown, name: string, sentence?: RegExp): boolean =>
  thrown instanceof AwsError && thrown.name === name && (sentence?.test(thrown.message) ?? true);

type Known = Pick<Step, 'username' | 'notes'> & { available?: ChallengeNameType[] | undefined };

/** What may be chosen from now on. */
const choicesIn = ({ ChallengeParameters, AvailableChallenges }: Outcome): ChallengeNameType[] | undefined => {
  const { AVAILABLE_CHALLENGES: listed } = ChallengeParameters;
  return listed === undefined ? AvailableChallenges : JSON.parse(listed);
};

/** What comes after a step: the next page, or the end. */
export const follow = async (visit: ErrandVisit, outcome: Outcome, known: Known): Promise<Answer> => {
  const { call, form } = visit;
  const { signedIn, ChallengeName: challenge, Session: session = '' } = outcome;
  // The attributes that a user has are for programs: a page has no use for them, and they may be many.
  const { userAttributes: _, ...parameters } = outcome.ChallengeParameters;
  if (signedIn !== undefined) return arrive(visit, signedIn, known);
  const available = choicesIn(outcome) ?? known.available;
  const { username, notes } = known;
  const step: Step = { challenge: challenge ?? 'SELECT_CHALLENGE', session, username, parameters, available, notes };
  if (challenge === 'DEVICE_SRP_AUTH') {
    const device = deviceOf(visit, username);
    if (device === undefined) throw new Error('a device was asked for that this browser has not named');
    return follow(visit, await proveDevice(call, device, { username, session, context: contextOf(form) }), known);
  }
  if (challenge === 'SELECT_CHALLENGE') {
    const [only, ...others] = (available ?? []).filter(name => name !== 'PASSWORD_SRP');
    if (only !== undefined && others.length === 0) return answer(visit, step, { ANSWER: only });
  }
  const page = challengePage(step.challenge);
  if (page === undefined) throw new Error(`no page for ${challenge}`);
  return page.show(visit, step);
};

/** Everything is proven: a new session of the browser, whatever it had before, and on to where the person came for. */
const arrive = async (
  visit: ErrandVisit,
  { user, proven }: NonNullable<Outcome['signedIn']>,
  { username, notes }: Known,
): Promise<Answer> => {
  const { call, request, reply, errand } = visit;
  const session = await startBrowserSession(call, request, reply, { user, proven });
  await rememberDevice(visit, { user, proven, username, remember: notes.remember ?? false });
  return errand.asks ? approvalPage(visit, session) : { location: await errand.finish(call, session) };
};

/** PASSWORD beside the choice is what there is after a password has been typed with the name. */
const respond = (visit: ErrandVisit, { challenge, session, username }: Step, answers: Record<string, string>) =>
  respondOnPages(visit.call, challenge, {
    session,
    answers: { USERNAME: username, ...answers },
    context: contextOf(visit.form),
  });

const answer = async (visit: ErrandVisit, step: Step, answers: Record<string, string>): Promise<Answer> => {
  const { username, notes, challenge, available } = step;
  const chooses = challenge === 'SELECT_CHALLENGE';
  const outcome = await respond(visit, step, answers);
  return follow(visit, outcome, { username, notes, available: chooses ? available : undefined });
};

/** After these the attempt is over, whatever the form says: everything else can be corrected on the same page. */
const isOver = (thrown: unknown, { challenge }: Step): boolean =>
  // Of anything but a password it says that the pool's functions have given up.
  (challenge !== 'PASSWORD' && isAbout(thrown, 'NotAuthorizedException', /^Incorrect username/)) ||
  isAbout(thrown, 'NotAuthorizedException', /session|disabled|expired/i) ||
  ['UserNotConfirmedException', 'PasswordResetRequiredException', 'UserNotFoundException'].some(name =>
    isAbout(thrown, name),
  );

/** A refusal of the whole sign-in: its page again, or the page on which it can be helped. */
export const refused = async (visit: ErrandVisit, username: string | undefined, thrown: unknown): Promise<Answer> => {
  const problem = problemOf(visit.say, thrown);
  if (isAbout(thrown, 'UserNotConfirmedException')) return confirmPage(visit, { username, problem });
  if (isAbout(thrown, 'PasswordResetRequiredException')) return resetPage(visit, { username, problem });
  return signInPage(visit, { username, problem });
};

/** The form of a challenge. */
export const continueSignIn = async (visit: ErrandVisit, sealed: Step): Promise<Answer> => {
  const { say, form } = visit;
  const page = challengePage(sealed.challenge);
  if (page === undefined) throw new Error(`no page for ${sealed.challenge}`);
  const begun: Step = {
    ...sealed,
    notes: { ...sealed.notes, remember: form.remember === 'true' || sealed.notes.remember },
  };
  let step = begun;
  try {
    const submitted = (await page.submit?.(visit, begun)) ?? begun;
    if (!('challenge' in submitted)) return submitted;
    step = submitted;
    const read = page.read(visit, form, step);
    if (isProblem(read)) return await page.show(visit, step, read);
    return await answer(visit, step, read);
  } catch (thrown) {
    if (isOver(thrown, step)) return refused(visit, step.username, thrown);
    return page.show(visit, step, problemOf(say, thrown, page.fields));
  }
};
