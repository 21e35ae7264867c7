/** ListUserSessions, RevokeUserSession and the administrators' forms: the sessions that a pool with session tracking knows of. */
import type {
  RevokeAssociatedSessionsType,
  SessionDescriptionType,
  SessionTypeType,
} from '@aws-sdk/client-cognito-identity-provider';
import { currentSession, sessionTrackingDisabled, userSessionNotFound } from '../../contract/errors.ts';
import { listSsoSessions, type SsoSession } from '../../storage/sso-sessions.ts';
import type { SessionRecord, TokenSession } from '../../storage/token-sessions.ts';
import { findTracked, listTracked } from '../../storage/tracked-sessions.ts';
import type { PoolCall, UserCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { asUser } from '../doors/as-user.ts';
import { onUser } from '../doors/in-pool.ts';
import { tracksSessions } from '../tokens/session-tracking.ts';
import { endSsoSession, endTokenSession } from './end-session.ts';

/** Cognito's page. */
const pageSize = 125;

/** @throws OperationNotEnabledException */
const requireTracking = ({ pool }: PoolCall): void => {
  if (!tracksSessions(pool)) throw sessionTrackingDisabled();
};

type Known = Pick<SsoSession, 'sessionId' | 'clientId' | 'lastIp' | 'deviceType' | 'createdAt' | 'lastUsedAt'> & {
  type: SessionTypeType;
  originSessionId?: string;
  isCurrent: boolean;
};

const describe = (session: Known): SessionDescriptionType => ({
  SessionId: session.sessionId,
  SessionType: session.type,
  ClientId: session.clientId,
  CreateDate: new Date(session.createdAt),
  LastActiveDate: new Date(session.lastUsedAt),
  DeviceType: session.deviceType,
  LastIPAddress: session.lastIp,
  // No database of places is at hand.
  LastLocation: { Country: 'unknown' },
  OriginSessionId: session.originSessionId,
  IsCurrentSession: session.isCurrent,
});

const known = ({ record, ...session }: TokenSession, current: string | undefined): Known => {
  const { originSessionId, ...rest } = record as SessionRecord;
  return {
    ...session,
    ...rest,
    ...(originSessionId !== null && { originSessionId }),
    type: 'TOKEN',
    isCurrent: session.originJti === current,
  };
};

/** The newest first. @param current id of the family of the access token that asks */
const list = async (call: UserCall, NextToken: string | undefined, current?: string) => {
  requireTracking(call);
  const { db, pool, user, clock } = call;
  const name = `UserSessions/${pool.id}/${user.sub}`;
  const [createdAt, sessionId = ''] = pagePosition(call, name, NextToken) ?? [];
  const page = {
    limit: pageSize + 1,
    after: createdAt === undefined ? undefined : { createdAt: Number(createdAt), sessionId },
  };
  const who = { poolId: pool.id, sub: user.sub, now: clock.now() };
  const [tokens, sso] = await Promise.all([listTracked(db, who, page), listSsoSessions(db, who, page)]);
  const sessions = [
    ...tokens.map(session => known(session, current)),
    ...sso.map((session): Known => ({ ...session, type: 'SSO', isCurrent: false })),
  ].sort((a, b) => b.createdAt - a.createdAt || (a.sessionId < b.sessionId ? 1 : -1));
  const positionOf = (last: Known) => [String(last.createdAt), last.sessionId];
  const { items, next } = cutPage(call, name, sessions, pageSize, positionOf);
  return { Sessions: items.map(describe), NextToken: next };
};

type Target = { SessionId: string; RevokeAssociatedSessions?: RevokeAssociatedSessionsType };

/**
 * @param current id of the family of the access token that asks
 * @throws ResourceNotFoundException also for a session of another user, InvalidParameterException for the current one
 */
const revoke = async (call: UserCall, { SessionId, RevokeAssociatedSessions }: Target, current?: string) => {
  requireTracking(call);
  const { db, pool, user, clock } = call;
  if (SessionId.startsWith('sso')) {
    if (!(await endSsoSession(call, { sub: user.sub, sessionId: SessionId }, RevokeAssociatedSessions)))
      throw userSessionNotFound();
    return {};
  }
  const session = await findTracked(db, { poolId: pool.id, sub: user.sub, now: clock.now() }, SessionId);
  if (session === undefined) throw userSessionNotFound();
  if (session.originJti === current) throw currentSession();
  await endTokenSession(call, session, RevokeAssociatedSessions);
  return {};
};

export const listUserSessions = asUser<'ListUserSessions'>((call, { NextToken }) =>
  list(call, NextToken, call.originJti),
);
export const revokeUserSession = asUser<'RevokeUserSession'>((call, input) => revoke(call, input, call.originJti));
export const adminListUserSessions = onUser<'AdminListUserSessions'>((call, { NextToken }) => list(call, NextToken));
export const adminRevokeUserSession = onUser<'AdminRevokeUserSession'>((call, input) => revoke(call, input));
