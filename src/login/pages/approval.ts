/** Asks whether somebody wants to be signed in to an application that has registered itself: see `isStranger`. */
import { constantTimeEqual } from '../../lib/equal.ts';
import { html } from '../../lib/html.ts';
import { shownName } from '../../user-pools/call/sign-in-names.ts';
import { type BrowserSession, findReusableSession } from '../browser-session.ts';
import { button, form, hidden } from './form.ts';
import type { ErrandVisit, Page } from './visit.ts';

export const approvalField = 'approval';

const purpose = 'approval';
/** A page that was left open longer asks anew: the session may be older by then than the request allows. */
const lifetime = 10 * 60_000;

/** Of this request, by this person, in this session of theirs. */
const approvalOf = ({ call, errand }: ErrandVisit, { id }: BrowserSession, until: string): string =>
  JSON.stringify([call.pool.id, call.client.id, id, errand.query, until]);

/** Where the answer goes is all that is known for certain of such an application. */
const placeOf = (redirectUri = ''): string => {
  const { origin, protocol } = new URL(redirectUri);
  return origin === 'null' ? protocol : origin;
};

export const approvalPage = (visit: ErrandVisit, session: BrowserSession): Page => {
  const { say, call, errand } = visit;
  const until = String(call.clock.now() + lifetime);
  const approval = `${until}.${call.sealer.mac(purpose, approvalOf(visit, session, until))}`;
  return {
    title: say('session.title'),
    lead: say('device.ask', { client: call.client.name, name: shownName(call.pool, session.user) }),
    content: html`<p><code>${placeOf(errand.leadsTo)}</code></p>${form(visit, {
      action: '/login',
      content: html`${hidden({ [approvalField]: approval })}${button({ label: say('device.allow') })}`,
    })}${form(visit, {
      action: '/login',
      content: html`${hidden({ deny: 'true' })}${button({ label: say('device.deny'), kind: 'secondary' })}`,
    })}${form(visit, {
      action: '/login',
      content: html`${hidden({ switch: 'true' })}${button({ label: say('session.switch'), kind: 'secondary' })}`,
    })}`,
  };
};

/** The session by which the form has been answered, if it is still the browser's. */
export const approvedSession = async (visit: ErrandVisit): Promise<BrowserSession | undefined> => {
  const { call, request, form: fields } = visit;
  const session = await findReusableSession(call, request);
  if (session === undefined) return undefined;
  const [until = '', given = ''] = (fields[approvalField] ?? '').split('.');
  const macs = call.sealer.macs(purpose, approvalOf(visit, session, until));
  const isGiven = macs.some(mac => constantTimeEqual(mac, given)) && Number(until) > call.clock.now();
  return isGiven ? session : undefined;
};
