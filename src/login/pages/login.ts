/** `/login`: the form to sign in with, each step after it, and "Sign in as …" for a browser that has a session. */

import { invalidSession } from '../../contract/errors.ts';
import { html } from '../../lib/html.ts';
import { shownName } from '../../user-pools/call/sign-in-names.ts';
import { ownerOf } from '../../user-pools/factors/any-passkey.ts';
import { type BrowserSession, findReusableSession } from '../browser-session.ts';
import { suffices } from '../oauth/authorize.ts';
import { approvalField, approvalPage, approvedSession } from './approval.ts';
import { button, form, hidden } from './form.ts';
import { problemOf } from './refusals.ts';
import { continueSignIn } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import { startSignIn, startWithPasskey } from './start-sign-in.ts';
import { openStep, stepField } from './step.ts';
import type { Answer, ErrandVisit, Page } from './visit.ts';
import { wayOf } from './ways.ts';

/** The browser's session, if it is good enough for this errand. */
const usableSession = async ({ call, request, errand }: ErrandVisit): Promise<BrowserSession | undefined> => {
  if (errand.prompts.includes('login')) return undefined;
  const session = await findReusableSession(call, request);
  return session && suffices(call, errand, session) ? session : undefined;
};

const sessionPage = (visit: ErrandVisit, { user }: BrowserSession): Page => {
  const { say, call } = visit;
  const name = shownName(call.pool, user);
  return {
    title: say('session.title'),
    content: html`${form(visit, {
      content: html`${hidden({ continue: 'true' })}${button({ label: say('session.continue', { name }) })}`,
    })}${form(visit, {
      content: html`${hidden({ switch: 'true' })}${button({ label: say('session.switch'), kind: 'secondary' })}`,
    })}`,
  };
};

export const show = async (visit: ErrandVisit): Promise<Answer> => {
  const session = await usableSession(visit);
  if (session === undefined) return signInPage(visit);
  return (visit.errand.asks ? approvalPage : sessionPage)(visit, session);
};

const goOn = async (visit: ErrandVisit): Promise<Answer> => {
  const session = await (visit.errand.asks ? approvedSession : usableSession)(visit);
  return session === undefined ? signInPage(visit) : { location: await visit.errand.finish(visit.call, session) };
};

const nextStep = async (visit: ErrandVisit, text: string): Promise<Answer> => {
  const step = openStep(visit.call, text);
  return step === undefined
    ? signInPage(visit, { problem: problemOf(visit.say, invalidSession()) })
    : continueSignIn(visit, step);
};

const withPasskey = async (visit: ErrandVisit, credential: string, question: string): Promise<Answer> => {
  const owner = await ownerOf(visit.call, credential);
  if (owner === undefined) return signInPage(visit, { problem: { error: visit.say('passkey.failed') } });
  return startWithPasskey(visit, { username: owner.username, credential, question });
};

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { form: fields, say } = visit;
  const { [stepField]: step, credential, question, password } = fields;
  if (fields.continue || fields[approvalField]) return goOn(visit);
  if (fields.deny) throw visit.errand.denied;
  if (fields.switch) return signInPage(visit);
  if (step) return nextStep(visit, step);
  if (question !== undefined) return withPasskey(visit, credential ?? '', question);
  const username = fields.username?.trim();
  if (!username) return signInPage(visit, { problem: { fields: { username: say('refused.missing') } } });
  if (!password && wayOf(visit.call) === 'password')
    return signInPage(visit, { username, problem: { fields: { password: say('refused.missing') } } });
  return startSignIn(visit, { username, password: password || undefined });
};
