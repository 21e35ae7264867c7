/** `/device`: somebody approves a device that shows a code (RFC 8628 §3.3), after they have signed in here. */
import { html } from '../../lib/html.ts';
import { shownName } from '../../user-pools/call/sign-in-names.ts';
import { type BrowserSession, findReusableSession } from '../browser-session.ts';
import { type DeviceRequest, decideDeviceRequest, findDeviceRequest } from '../oauth/device.ts';
import { OAuthError } from '../oauth/errors.ts';
import { button, field, form, hidden } from './form.ts';
import { type OwnVisit, signInFirst } from './own-page.ts';
import type { Problem } from './refusals.ts';
import type { Answer, Page } from './visit.ts';

const codePage = (visit: OwnVisit, userCode?: string, problem?: Problem): Page => {
  const { say } = visit;
  const code = field({
    name: 'user_code',
    label: say('device.code'),
    value: userCode,
    autocomplete: 'off',
    classes: 'code',
    maxlength: 40,
    autofocus: true,
    error: problem?.fields?.user_code,
  });
  return {
    title: say('device.title'),
    lead: say('device.lead'),
    problem,
    content: form(visit, { content: html`${code}${button({ label: say('device.next') })}` }),
  };
};

const donePage = ({ say }: OwnVisit, text: 'device.allowed' | 'device.denied'): Page => ({
  title: say('device.title'),
  notice: say(text),
  content: html``,
});

/** The code is shown again: whoever was lured here by somebody else's link compares it with what their own device shows. */
const askPage = (visit: OwnVisit, userCode: string, { client }: DeviceRequest, { user }: BrowserSession): Page => {
  const { say, call } = visit;
  return {
    title: say('device.title'),
    lead: say('device.ask', { client: client.name, name: shownName(call.pool, user) }),
    content: html`<p>${say('device.warning', { code: userCode })}</p>${form(visit, {
      content: html`${hidden({ user_code: userCode })}<div class="choices">${button({
        label: say('device.allow'),
        name: 'decision',
        value: 'approve',
      })}${button({ label: say('device.deny'), name: 'decision', value: 'deny', kind: 'secondary' })}</div>`,
    })}`,
  };
};

const wrong = ({ say }: OwnVisit): Problem => ({ fields: { user_code: say('device.wrong') } });

/** The waiting device and the person before the page, who signs in first where they have not. */
const withCode = async (
  visit: OwnVisit,
  userCode: string,
  next: (found: DeviceRequest, session: BrowserSession) => Answer | Promise<Answer>,
): Promise<Answer> => {
  const { call, request, say } = visit;
  try {
    const found = await findDeviceRequest(call, userCode);
    if (found === undefined) return codePage(visit, userCode, wrong(visit));
    const session = await findReusableSession({ ...call, client: found.client }, request);
    if (session === undefined) return signInFirst('device', found.client, { user_code: userCode });
    return await next(found, session);
  } catch (thrown) {
    if (!(thrown instanceof OAuthError) || thrown.status >= 500) throw thrown;
    return codePage(visit, userCode, { error: say('refused.attempts') });
  }
};

const normalised = (text: unknown): string => (typeof text === 'string' ? text.trim().toUpperCase().slice(0, 40) : '');

export const show = async (visit: OwnVisit): Promise<Answer> => {
  const userCode = normalised((visit.request.query as Record<string, unknown>).user_code);
  if (userCode === '') return codePage(visit);
  return withCode(visit, userCode, (found, session) => askPage(visit, userCode, found, session));
};

export const submit = async (visit: OwnVisit): Promise<Answer> => {
  const { call, form: fields, say } = visit;
  const userCode = normalised(fields.user_code);
  if (userCode === '') return codePage(visit, undefined, { fields: { user_code: say('refused.missing') } });
  const { decision } = fields;
  return withCode(visit, userCode, async (found, session) => {
    if (decision !== 'approve' && decision !== 'deny') return askPage(visit, userCode, found, session);
    if (!(await decideDeviceRequest(call, found, session, decision))) return codePage(visit, userCode, wrong(visit));
    return donePage(visit, decision === 'approve' ? 'device.allowed' : 'device.denied');
  });
};
