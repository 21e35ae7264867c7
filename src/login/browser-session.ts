/**
 * The sign-in session of a browser at a pool: one cookie, random and new at every sign-in, of which the server keeps a keyed hash. It is
 * the single sign-on session of session tracking.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { lowerAlphanumeric, randomBase64Url, randomText } from '../lib/random.ts';
import {
  deleteSsoSession,
  deleteSsoSessions,
  findSsoSessionByCookie,
  insertSsoSession,
  noteSsoActivity,
  type SsoSession,
} from '../storage/sso-sessions.ts';
import { ACTIVITY_RESOLUTION } from '../storage/tracked-sessions.ts';
import { findUser, type User } from '../storage/users.ts';
import type { Proof } from '../user-pools/tokens/assurance.ts';
import { writeFor } from '../user-pools/tokens/issue.ts';
import { activityOf, tracksSessions } from '../user-pools/tokens/session-tracking.ts';
import type { LoginCall, LoginClientCall } from './host.ts';

export type BrowserSession = {
  /** As ListUserSessions names it. */
  id: string;
  user: User;
  /** The app client that it began with. */
  clientId: string;
  /** Epoch seconds of the sign-in. */
  authTime: number;
  proven: readonly Proof[];
};

const HOUR = 60 * 60 * 1000;
/** The most that a client's session configuration may ask for. */
const longest = 90 * 24 * HOUR;

/** A client may reuse a session for an hour; where the pool tracks sessions, for as long as SetUserPoolClientSessionConfiguration says. */
const reuseOf = ({ pool, client }: LoginClientCall): number =>
  tracksSessions(pool) ? (client.settings.sessions?.SSOSession.MaxValidityMinutes ?? 60) * 60_000 : HOUR;

const lifetime = ({ pool }: LoginCall): number => (tracksSessions(pool) ? longest : HOUR);

/**
 * On a domain the cookie is Cognito's; the server's own host serves many pools, each with a cookie of its own. Over HTTPS a prefix
 * makes browsers refuse what a neighbour under the same parent domain would plant: a session of its own, for somebody else to use
 * unawares (RFC 6265bis §4.1.3.2).
 */
const cookieName = ({ pool, domain, base }: LoginCall): string =>
  (base.startsWith('https:') ? '__Host-' : '') + (domain === undefined ? `cognito.${pool.id}` : 'cognito');

/** Host-only: without a Domain it goes back to this host alone. */
const cookieOptions = ({ base }: LoginCall) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: base.startsWith('https:') }) as const;

const purpose = 'browser-session';

const read = async (call: LoginCall, request: FastifyRequest): Promise<SsoSession | undefined> => {
  const cookie = request.cookies[cookieName(call)];
  if (cookie === undefined) return undefined;
  const { db, sealer, pool, clock } = call;
  return findSsoSessionByCookie(db, { poolId: pool.id, now: clock.now() }, sealer.macs(purpose, cookie));
};

const note = async (call: LoginCall, session: SsoSession): Promise<void> => {
  const now = call.clock.now();
  if (tracksSessions(call.pool) && session.lastUsedAt <= now - ACTIVITY_RESOLUTION)
    await noteSsoActivity(call.db, session, { ...activityOf(call), now });
};

/** The browser's session, whichever client it began with, as long as the user is there and enabled. */
export const findBrowserSession = async (
  call: LoginCall,
  request: FastifyRequest,
): Promise<BrowserSession | undefined> => {
  const session = await read(call, request);
  if (session?.browser === undefined) return undefined;
  const user = await findUser(call.db, call.pool.id, session.sub);
  if (!user?.enabled) return undefined;
  await note(call, session);
  const { authTime, proven } = session.browser;
  return { id: session.sessionId, user, clientId: session.clientId, authTime, proven: proven as Proof[] };
};

/** The session, if this client may sign somebody in by it without asking: see SetUserPoolClientSessionConfiguration. */
export const findReusableSession = async (
  call: LoginClientCall,
  request: FastifyRequest,
): Promise<BrowserSession | undefined> => {
  const session = await findBrowserSession(call, request);
  return session !== undefined && isReusable(call, session) ? session : undefined;
};

export const isReusable = (call: LoginClientCall, { authTime }: BrowserSession): boolean =>
  authTime * 1000 + reuseOf(call) > call.clock.now();

/** In seconds: how long after a sign-in somebody may change by what they sign in, without showing once more that it is them. */
export const recently = 10 * 60;

export const isRecent = ({ clock }: Pick<LoginCall, 'clock'>, { authTime }: BrowserSession): boolean =>
  clock.now() / 1000 - authTime <= recently;

/** Ends the browser's session, if it has one, and takes its cookie away. Tokens that came through it stay, as in Cognito. */
export const endBrowserSession = async (
  call: LoginCall,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> => {
  const session = await read(call, request);
  if (session !== undefined)
    await deleteSsoSession(
      call.db,
      { poolId: call.pool.id, sub: session.sub, now: call.clock.now() },
      session.sessionId,
    );
  reply.clearCookie(cookieName(call), cookieOptions(call));
};

/** Ends the session of every browser that the user has signed in with, this one's among them. */
export const endBrowserSessions = async (
  call: LoginCall,
  request: FastifyRequest,
  reply: FastifyReply,
  { sub }: Pick<User, 'sub'>,
): Promise<void> => {
  await deleteSsoSessions(call.db, call.pool.id, sub);
  await endBrowserSession(call, request, reply);
};

/**
 * Begins a session after somebody has signed in: with a new cookie, so that nobody can have planted it (session fixation). The one before
 * it ends.
 * @param proven what the person has shown
 * @throws UserNotFoundException when the user has been deleted meanwhile
 */
export const startBrowserSession = async (
  call: LoginClientCall,
  request: FastifyRequest,
  reply: FastifyReply,
  { user, proven }: { user: User; proven: readonly Proof[] },
): Promise<BrowserSession> => {
  const { db, sealer, clock, pool, client } = call;
  await endBrowserSession(call, request, reply);
  const [now, cookie] = [clock.now(), randomBase64Url(32)];
  const authTime = Math.floor(now / 1000);
  const session: SsoSession = {
    poolId: pool.id,
    sessionId: `sso${randomText(25, lowerAlphanumeric)}`,
    sub: user.sub,
    clientId: client.id,
    ...activityOf(call),
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + lifetime(call),
    browser: { cookieHash: sealer.mac(purpose, cookie), authTime, proven: [...proven] },
  };
  await writeFor(call, user, () => insertSsoSession(db, session));
  reply.setCookie(cookieName(call), cookie, { ...cookieOptions(call), maxAge: lifetime(call) / 1000 });
  return { id: session.sessionId, user, clientId: client.id, authTime, proven };
};
