/** Lists of what somebody has: devices, sessions, passkeys. */
import { type Html, html, type Value } from '../../../lib/html.ts';
import type { AccountVisit } from './account-page.ts';

type Row = { title: Value; details?: readonly (Html | string | false | undefined)[]; actions?: Value };

export const rows = (list: readonly Row[]): Html =>
  html`<ul class="rows">${list.map(
    ({ title, details = [], actions }) =>
      html`<li><p class="what">${title}</p>${details
        .filter(each => each !== undefined && each !== false)
        .map(each => html`<p class="hint">${each}</p>`)}${actions}</li>`,
  )}</ul>`;

const formats = (language: string, timeZone: string) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long', timeZone });

/** In the person's own time zone, where they have one (claim `zoneinfo`) that is known here. */
const formatOf = ({ language, call }: AccountVisit): Intl.DateTimeFormat => {
  try {
    return formats(language, call.signedIn.user.attributes.zoneinfo || 'UTC');
  } catch {
    return formats(language, 'UTC');
  }
};

export const time = (visit: AccountVisit, date: Date | undefined): Html | undefined =>
  date && html`<time datetime="${date.toISOString()}">${formatOf(visit).format(date)}</time>`;

/** Where in a long list the page begins. */
export const positionIn = ({ request }: AccountVisit): string | undefined => {
  const { page } = request.query as Record<string, unknown>;
  return typeof page === 'string' && page !== '' ? page : undefined;
};

export const moreLink = (visit: AccountVisit, next: string | undefined): Html | false => {
  if (next === undefined) return false;
  const query = new URLSearchParams(visit.query);
  query.set('page', next);
  return html`<p><a href="${visit.path}?${query.toString()}">${visit.say('account.more')}</a></p>`;
};
