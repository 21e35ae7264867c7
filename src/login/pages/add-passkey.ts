/** `/passkeys/add`: whoever has just signed in makes a passkey for the next time, and goes back to the application. */
import { html } from '../../lib/html.ts';
import { completeWebAuthnRegistration, startWebAuthnRegistration } from '../../user-pools/factors/passkeys.ts';
import { findReusableSession, isRecent, recently } from '../browser-session.ts';
import { missingString, OAuthError, unknownClient } from '../oauth/errors.ts';
import { button, form, hidden } from './form.ts';
import { asSignedIn, type OwnVisit, signInFirst } from './own-page.ts';
import { passkeyScript } from './passkey-script.ts';
import { type Problem, problemOf } from './refusals.ts';
import type { Answer, Page } from './visit.ts';

/** Where the person goes afterwards: one of the client's own addresses, or back to their account. @throws OAuthError that is shown on a page */
const returnTo = ({ request, client }: OwnVisit): string => {
  const { redirect_uri: uri, return: page } = request.query as Record<string, unknown>;
  if (client !== undefined && page === 'account') return `/account/passkeys?client_id=${client.id}`;
  if (typeof uri !== 'string' || uri === '') throw missingString('redirect_uri');
  if (!client?.config.CallbackURLs?.includes(uri)) throw new OAuthError('redirect_mismatch');
  return uri;
};

const signedIn = async (visit: OwnVisit) => {
  const { call, client, request } = visit;
  if (client === undefined) throw unknownClient();
  const goBack = returnTo(visit);
  const session = await findReusableSession({ ...call, client }, request);
  // Who has found a browser signed in is not to make it their own for good.
  if (session !== undefined && isRecent(call, session)) return { call: asSignedIn(visit, client, session), goBack };
  const { return: page } = request.query as Record<string, unknown>;
  const back = page === 'account' ? { return: page } : { redirect_uri: goBack };
  return signInFirst('passkeys', client, { ...back, max_age: `${recently}` });
};

type Ready = Exclude<Awaited<ReturnType<typeof signedIn>>, { location: string }>;

/** A form and not a link: the application's address may have a scheme of its own, which no link of ours leads to. */
const later = (visit: OwnVisit) => {
  const label = visit.say('addPasskey.later');
  return form(visit, { content: html`${hidden({ later: 'true' })}${button({ label, kind: 'secondary' })}` });
};

const addPage = async (visit: OwnVisit, { call, goBack }: Ready, problem?: Problem): Promise<Page> => {
  const { say } = visit;
  const page = { title: say('addPasskey.title'), lead: say('addPasskey.lead') };
  try {
    const { CredentialCreationOptions: options } = await startWebAuthnRegistration(call, { AccessToken: '' });
    const failed = { 'data-failed': say('passkey.failed'), 'data-exists': say('addPasskey.exists') };
    const content = html`${hidden({ credential: '' })}${button({
      label: say('addPasskey.submit'),
      id: 'passkey-button',
      concealed: true,
    })}<p class="error" id="passkey-problem" role="alert" hidden data-failed="${failed['data-failed']}" data-exists="${failed['data-exists']}"></p>`;
    return {
      ...page,
      problem,
      content: html`${form(visit, { id: 'passkey', content })}<noscript><p>${say('passkey.needsScript')}</p></noscript>${later(visit)}`,
      script: passkeyScript('creating', options),
      leadsTo: goBack,
    };
  } catch (thrown) {
    return { ...page, problem: problemOf(say, thrown), content: later(visit), leadsTo: goBack };
  }
};

export const show = async (visit: OwnVisit): Promise<Answer> => {
  const ready = await signedIn(visit);
  return 'location' in ready ? ready : addPage(visit, ready);
};

export const submit = async (visit: OwnVisit): Promise<Answer> => {
  const ready = await signedIn(visit);
  if ('location' in ready) return ready;
  if (visit.form.later) return { location: ready.goBack };
  try {
    await completeWebAuthnRegistration(ready.call, { AccessToken: '', Credential: credentialOf(visit) });
    return { location: ready.goBack };
  } catch (thrown) {
    return addPage(visit, ready, problemOf(visit.say, thrown));
  }
};

const credentialOf = ({ form: { credential = '' } }: OwnVisit) => {
  try {
    return JSON.parse(credential);
  } catch {
    return {};
  }
};
