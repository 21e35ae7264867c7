/** How sign-ins on the pages begin: with a name, with a passkey, after a sign-up. */
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import { beginOnPages, resumeOnPages } from '../../user-pools/sign-in/sign-in.ts';
import { levelNamed } from '../../user-pools/tokens/assurance.ts';
import { deviceOf, forgetDevice } from './remembered-device.ts';
import { contextOf, follow, isAbout, refused } from './sign-in.ts';
import type { Step } from './step.ts';
import type { Answer, ErrandVisit } from './visit.ts';
import { allowsChoice, wayOf } from './ways.ts';

type Beginning = { username: string; answers: Record<string, string>; flow: AuthFlowType; notes?: Step['notes'] };

/** Levels of authentication that the client has asked for, as far as the pool knows them. */
const targetOf = ({ call, errand: { acrValues, maxAge } }: ErrandVisit): Record<string, string> => {
  const known = acrValues.filter(name => levelNamed(call.pool, name) !== undefined);
  if (known.length === 0 || !allowsChoice(call)) return {};
  return { TARGET_ACR_VALUES: known.join(' '), ...(maxAge === undefined ? {} : { MAX_AGE: String(maxAge) }) };
};

const begin = async (visit: ErrandVisit, { username, answers, flow, notes = {} }: Beginning): Promise<Answer> => {
  const { call, form } = visit;
  const device = deviceOf(visit, username);
  const target = flow === 'USER_AUTH' ? targetOf(visit) : {};
  const take = (more: Record<string, string>) =>
    beginOnPages(call, flow, { answers: { USERNAME: username, ...answers, ...more }, context: contextOf(form) });
  const withDevice = device && { DEVICE_KEY: device.key };
  try {
    const outcome = await take({ ...target, ...withDevice });
    return await follow(visit, outcome, { username, notes });
  } catch (thrown) {
    // A level that the person has no factors for: the client is told the one that they reach (OpenID Connect: a voluntary claim).
    if (isAbout(thrown, 'InvalidParameterException', /ACR/))
      return follow(visit, await take({ ...withDevice }), { username, notes });
    if (device === undefined || !isAbout(thrown, 'ResourceNotFoundException')) throw thrown;
    forgetDevice(visit, device);
    return follow(visit, await take(target), { username, notes });
  }
};

/** The first form: a name, and a password where there is a field for one. */
export const startSignIn = async (
  visit: ErrandVisit,
  { username, password }: { username: string; password: string | undefined },
): Promise<Answer> => {
  const way = wayOf(visit.call);
  try {
    if (way === 'custom') return await begin(visit, { username, answers: {}, flow: 'CUSTOM_AUTH' });
    const chooses = way === 'choice' || Object.keys(targetOf(visit)).length > 0;
    if (!chooses)
      return await begin(visit, { username, answers: { PASSWORD: password ?? '' }, flow: 'USER_PASSWORD_AUTH' });
    const answers: Record<string, string> = password ? { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: password } : {};
    return await begin(visit, { username, answers, flow: 'USER_AUTH' });
  } catch (thrown) {
    return refused(visit, username, thrown);
  }
};

/** A passkey that the browser has offered beside the field of the name. */
export const startWithPasskey = async (
  visit: ErrandVisit,
  { username, credential, question }: { username: string; credential: string; question: string },
): Promise<Answer> => {
  const answers = { PREFERRED_CHALLENGE: 'WEB_AUTHN', CREDENTIAL: credential, QUESTION: question };
  try {
    return await begin(visit, { username, answers, flow: 'USER_AUTH' });
  } catch (thrown) {
    // The name is the passkey's and was typed by nobody: it is not shown.
    return refused(visit, undefined, thrown);
  }
};

/** A level that the client asks for is asked for from the beginning: what a sign-up has shown is not enough to go on. */
export const goesOnAfterSignUp = (visit: ErrandVisit): boolean => Object.keys(targetOf(visit)).length === 0;

/** Somebody who has just made and confirmed an account. @param session of the sign-up: see `resumeOnPages` */
export const resumeSignIn = async (visit: ErrandVisit, username: string, session: string): Promise<Answer> =>
  follow(visit, await resumeOnPages(visit.call, session, contextOf(visit.form)), { username, notes: {} });

/** The same, after a code that would sign in by itself. @param session of ConfirmSignUp */
export const signInAfterSignUp = (visit: ErrandVisit, username: string, session: string): Promise<Answer> =>
  beginOnPages(visit.call, 'USER_AUTH', {
    session,
    answers: { USERNAME: username },
    context: contextOf(visit.form),
  }).then(outcome => follow(visit, outcome, { username, notes: {} }));
