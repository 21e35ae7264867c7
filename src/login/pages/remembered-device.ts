/**
 * Remembered devices on the pages: the browser keeps the device's key and secret in a cookie, sealed, and the page proves the secret for it
 * (the proof by SRP is made for programs). It stands for a second factor where the pool says so (ChallengeRequiredOnNewDevice).
 */

import { claimSignature } from '../../lib/srp.ts';
import { clientKey, startClient } from '../../lib/srp-client.ts';
import { formatTimestamp } from '../../lib/srp-timestamp.ts';
import { readUserAgent } from '../../lib/user-agent.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { nameKey } from '../../user-pools/call/sign-in-names.ts';
import { type BrowserDevice, rememberBrowser } from '../../user-pools/factors/browser-device.ts';
import type { Proof } from '../../user-pools/sign-in/attempt.ts';
import type { Outcome } from '../../user-pools/sign-in/outcome.ts';
import { respondOnPages } from '../../user-pools/sign-in/sign-in.ts';
import type { LoginCall, LoginClientCall } from '../host.ts';
import type { Step } from './step.ts';
import type { ErrandVisit, Visit } from './visit.ts';

/** Several people may share a browser. */
type Kept = BrowserDevice & {
  /** The names that its user has signed in by, in the form in which they are compared. */ names: string[];
};

const purpose = 'browser-device';
const mostKept = 5;
/** Seconds: longer than browsers keep any cookie, which is 400 days. */
const keptFor = 400 * 24 * 60 * 60;

const cookieName = ({ pool, domain }: LoginCall): string =>
  domain === undefined ? `cognito-device.${pool.id}` : 'cognito-device';

/** Whether a device can stand for a second factor in this pool. */
const isOfUse = ({ config }: UserPool): boolean => config.DeviceConfiguration?.ChallengeRequiredOnNewDevice ?? false;

/** The person is asked where the pool leaves it to them (DeviceOnlyRememberedOnUserPrompt). */
export const asksToRemember = ({ pool }: LoginCall, { available }: Pick<Step, 'available'>): boolean =>
  // A first factor is what others could have been chosen for.
  isOfUse(pool) &&
  Boolean(pool.config.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt) &&
  available === undefined;

const readKept = ({ call, request }: Visit): Kept[] => {
  const cookie = request.cookies[cookieName(call)];
  const opened = cookie === undefined ? undefined : call.sealer.open(purpose, cookie, call.pool.id);
  return opened === undefined ? [] : JSON.parse(opened.toString());
};

const keep = ({ call, reply }: Visit, kept: Kept[]): void => {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: call.base.startsWith('https:') } as const;
  if (kept.length === 0) reply.clearCookie(cookieName(call), options);
  else
    reply.setCookie(cookieName(call), call.sealer.seal(purpose, JSON.stringify(kept), call.pool.id), {
      ...options,
      maxAge: keptFor,
    });
};

/** The device of the person of that name, if this browser is one. */
export const deviceOf = (visit: Visit, username: string): Kept | undefined =>
  isOfUse(visit.call.pool)
    ? readKept(visit).find(({ names }) => names.includes(nameKey(visit.call.pool, username)))
    : undefined;

/** The user has made the server forget it. */
export const forgetDevice = (visit: Visit, { key }: Kept): void =>
  keep(
    visit,
    readKept(visit).filter(each => each.key !== key),
  );

const secondFactors: readonly Proof[] = ['SMS_MFA', 'EMAIL_MFA', 'SOFTWARE_TOKEN_MFA'];

type Ended = {
  user: User;
  proven: readonly Proof[];
  username: string /** The person has ticked the box. */;
  remember: boolean;
};

/** Remembers the browser after a sign-in with a second factor, where the pool or the person wants it. */
export const rememberDevice = async (
  visit: ErrandVisit,
  { user, proven, username, remember }: Ended,
): Promise<void> => {
  const { call } = visit;
  const wanted = remember || !call.pool.config.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt;
  if (!isOfUse(call.pool) || !wanted || !proven.some(proof => secondFactors.includes(proof))) return;
  const { app = 'Browser', system } = readUserAgent(call.userAgent);
  const device = await rememberBrowser({ ...call, user }, [app, system].filter(Boolean).join(', '));
  const names = [...new Set([username, user.username].map(name => nameKey(call.pool, name)))];
  const others = readKept(visit).filter(each => !each.names.some(name => names.includes(name)));
  keep(visit, [{ ...device, names }, ...others].slice(0, mostKept));
};

/** Answers DEVICE_SRP_AUTH and what follows it for the browser. @throws what the engine refuses */
export const proveDevice = async (
  call: LoginClientCall,
  { key, groupKey, secret }: Kept,
  { username, session, context }: { username: string; session: string; context: { EncodedData?: string } },
): Promise<Outcome> => {
  const { a, A } = await startClient(call.modPow);
  const common = { USERNAME: username, DEVICE_KEY: key };
  const asked = await respondOnPages(call, 'DEVICE_SRP_AUTH', {
    session,
    answers: { ...common, SRP_A: A },
    context,
  });
  const { SALT: salt = '', SRP_B: B = '', SECRET_BLOCK = '' } = asked.ChallengeParameters;
  const credentials = { group: groupKey, user: key, password: secret };
  const sessionKey = await clientKey(call.modPow, credentials, { salt, a, A, B });
  const timestamp = formatTimestamp(call.clock.now());
  const secretBlock = Buffer.from(SECRET_BLOCK, 'base64');
  const signature = claimSignature(sessionKey, { group: groupKey, user: key, secretBlock, timestamp });
  return respondOnPages(call, 'DEVICE_PASSWORD_VERIFIER', {
    session: asked.Session,
    answers: {
      ...common,
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: signature.toString('base64'),
      TIMESTAMP: timestamp,
    },
    context,
  });
};
