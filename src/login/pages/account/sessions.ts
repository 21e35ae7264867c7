/** `/account/sessions`: where somebody is signed in, the end of one session, and of all. */
import type { SessionDescriptionType } from '@aws-sdk/client-cognito-identity-provider';
import { html } from '../../../lib/html.ts';
import { globalSignOut } from '../../../user-pools/sessions/revocation.ts';
import { listUserSessions, revokeUserSession } from '../../../user-pools/sessions/user-sessions.ts';
import { tracksSessions } from '../../../user-pools/tokens/session-tracking.ts';
import { endBrowserSessions } from '../../browser-session.ts';
import { signInFirst } from '../own-page.ts';
import { type AccountVisit, accountPage, buttonForm } from './account-page.ts';
import { moreLink, positionIn, rows, time } from './rows.ts';

const isBrowser = ({ SessionType }: SessionDescriptionType): boolean => SessionType === 'SSO';

const row = async (visit: AccountVisit, described: SessionDescriptionType) => {
  const { say, call, session: own } = visit;
  const { SessionId: id = '', DeviceType = '', LastIPAddress: address = '', ClientId = '' } = described;
  const client = (await call.directory.client(ClientId))?.name ?? ClientId;
  const device = DeviceType === 'unknown' ? say('account.sessions.unknown') : DeviceType;
  return {
    title: isBrowser(described) ? device : client,
    details: [
      id === own.id && say('account.sessions.this'),
      isBrowser(described) ? say('account.sessions.browser', { client }) : say('account.sessions.app', { device }),
      say('account.address', { address }),
      say.html('account.made', { time: time(visit, described.CreateDate) ?? html`` }),
      say.html('account.lastUsed', { time: time(visit, described.LastActiveDate) ?? html`` }),
    ],
    actions: buttonForm(visit, {
      label: say('account.sessions.end', { name: isBrowser(described) ? device : client }),
      action: 'end',
      fields: { session: id },
    }),
  };
};

const list = async (visit: AccountVisit) => {
  if (!tracksSessions(visit.call.pool)) return html`<p>${visit.say('account.sessions.untracked')}</p>`;
  const asked = { AccessToken: '', NextToken: positionIn(visit) };
  const { Sessions = [], NextToken: next } = await listUserSessions(visit.call, asked);
  return html`${rows(await Promise.all(Sessions.map(each => row(visit, each))))}${moreLink(visit, next)}`;
};

export const { show, submit } = accountPage({
  section: 'sessions',

  async show(visit) {
    const { say } = visit;
    return {
      title: say('account.sessions.title'),
      content: html`${await list(visit)}${buttonForm(visit, {
        label: say('account.sessions.everywhere'),
        action: 'end-all',
        kind: 'secondary',
      })}`,
    };
  },

  actions: {
    /** With a browser end the applications that are signed in through it. */
    async end({ say, call, form: { session = '' } }) {
      if (session === '') return {};
      const linked = session.startsWith('sso') && { RevokeAssociatedSessions: 'LINKED' as const };
      await revokeUserSession(call, { AccessToken: '', SessionId: session, ...linked });
      return { notice: say('account.sessions.done') };
    },

    /** GlobalSignOut leaves browsers signed in, as Cognito does: whoever asks for it here means them, too. */
    async 'end-all'({ call, request, reply }) {
      await globalSignOut(call, { AccessToken: '' });
      await endBrowserSessions(call, request, reply, call.signedIn.user);
      return signInFirst('account', call.client);
    },
  },
});
