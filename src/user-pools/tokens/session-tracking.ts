/** Session tracking (SetUserPoolSessionConfiguration): whether a pool keeps records of its users' sessions, and what stands in one. */
import { lowerAlphanumeric, randomText } from '../../lib/random.ts';
import { readUserAgent } from '../../lib/user-agent.ts';
import type { PoolSettings, UserPool } from '../../storage/pools.ts';
import type { Activity, SessionRecord } from '../../storage/token-sessions.ts';
import type { Call } from '../call/call.ts';

export type SessionConfig = NonNullable<PoolSettings['sessions']>;

const untracked: SessionConfig = { UserSessionTracking: 'DISABLED', TokenSession: { MaxPerUser: 20 } };

export const sessionConfigOf = ({ settings }: Pick<UserPool, 'settings'>): SessionConfig =>
  settings.sessions ?? untracked;

export const tracksSessions = (pool: Pick<UserPool, 'settings'>): boolean =>
  sessionConfigOf(pool).UserSessionTracking === 'ENABLED';

/** Where the request comes from. */
export type Seen = Pick<Call, 'sourceIp' | 'userAgent'>;

/** A description such as `Chrome 125 / macOS 10.15`. */
const deviceType = (userAgent: string): string => {
  const { app, system } = readUserAgent(userAgent);
  return [app, system].filter(Boolean).join(' / ') || 'unknown';
};

/** As Cognito limits it; a proxy that is trusted may say anything. */
const longestAddress = 128;

export const activityOf = ({ sourceIp, userAgent }: Seen): Activity => ({
  lastIp: sourceIp.slice(0, longestAddress),
  deviceType: deviceType(userAgent),
});

/** The record of a session that begins, where the pool keeps one. @param originSessionId the single sign-on session that it comes through */
export const newRecord = (pool: UserPool, seen: Seen, originSessionId: string | null): SessionRecord | undefined =>
  tracksSessions(pool)
    ? { sessionId: `tkn${randomText(25, lowerAlphanumeric)}`, originSessionId, ...activityOf(seen) }
    : undefined;
