/** The device authorization grant (RFC 8628): a device shows a code, and somebody who is signed in elsewhere approves it on `/device`. */
import { randomBase64Url, randomText } from '../../lib/random.ts';
import type { AppClient } from '../../storage/clients.ts';
import {
  type DeviceGrant,
  decideDeviceGrant,
  findDeviceGrant,
  insertDeviceGrant,
} from '../../storage/device-grants.ts';
import { writeFor } from '../../user-pools/tokens/issue.ts';
import type { BrowserSession } from '../browser-session.ts';
import type { LoginCall, LoginClientCall } from '../host.ts';
import { allowsFlow } from './allowed-flows.ts';
import { type Handle, sendJson } from './answer.ts';
import { authenticateClient } from './client-authentication.ts';
import { invalidScope, unauthorizedClient, withParameters } from './errors.ts';
import { acrOf } from './finish.ts';
import { spaced } from './parameters.ts';
import { authorizedScopes } from './requested-scopes.ts';

export const devicePurpose = 'device-code';
const userPurpose = 'device-user-code';

const lifetimeSeconds = 10 * 60;
const intervalSeconds = 5;

/** Consonants that nobody takes for one another, and that make no words (RFC 8628 §6.1). */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const codeLength = 8;

/** However somebody has typed it. */
const normalised = (text: string): string => text.toUpperCase().replace(/[^A-Z]/g, '');
const shown = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

const begin = async (call: LoginClientCall, scopes: string[]) => {
  const { db, sealer, clock, pool, client } = call;
  for (;;) {
    const [deviceCode, userCode] = [randomBase64Url(32), randomText(codeLength, alphabet)];
    const grant = {
      poolId: pool.id,
      deviceHash: sealer.mac(devicePurpose, deviceCode),
      userHash: sealer.mac(userPurpose, userCode),
      clientId: client.id,
      scopes,
      waitMs: intervalSeconds * 1000,
      expiresAt: clock.now() + lifetimeSeconds * 1000,
    };
    if (await insertDeviceGrant(db, grant)) return { deviceCode, userCode: shown(userCode) };
  }
};

/** On the server's own host the client's id says which pool's page it is. */
const pageOf = ({ base, domain, client }: LoginClientCall): string =>
  domain === undefined ? withParameters(`${base}/device`, { client_id: client.id }) : `${base}/device`;

export const handle: Handle = async (deps, request, reply) => {
  const { call, form } = await authenticateClient(deps, request, 'DeviceAuthorization');
  const { client, directory, pool } = call;
  if (!allowsFlow(client, 'code')) throw unauthorizedClient();
  const allowed = client.config.AllowedOAuthScopes ?? [];
  const scopes = authorizedScopes({
    allowed,
    requested: spaced(form.scope),
    active: await directory.scopes(pool.id),
  });
  if ('refused' in scopes) throw invalidScope();
  call.limits.deposits(call);
  const { deviceCode, userCode } = await begin(call, scopes.granted);
  const page = pageOf(call);
  return sendJson(reply, 200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: withParameters(page, { user_code: userCode }),
    expires_in: lifetimeSeconds,
    interval: intervalSeconds,
  });
};

export type DeviceRequest = { grant: DeviceGrant; client: AppClient; scopes: readonly string[] };

/**
 * What the page `/device` asks somebody to approve.
 * @param userCode as typed
 * @returns undefined when no device waits with this code
 * @throws OAuthError for an address that has tried too many wrong codes
 */
export const findDeviceRequest = async (call: LoginCall, userCode: string): Promise<DeviceRequest | undefined> => {
  call.limits.guesses.deviceCode.refuse(call);
  const { db, sealer, clock, pool, directory } = call;
  const code = normalised(userCode);
  const userHashes = code.length === codeLength ? sealer.macs(userPurpose, code) : [];
  const grant = userHashes.length === 0 ? undefined : await findDeviceGrant(db, pool.id, { userHashes });
  if (grant?.state === 'pending' && grant.expiresAt > clock.now()) {
    const client = await directory.client(grant.clientId);
    if (client?.poolId === pool.id) return { grant, client, scopes: grant.scopes };
  }
  await call.limits.guesses.deviceCode.count(call);
  return undefined;
};

/**
 * Notes what the person of the session has decided; the device learns it at its next poll.
 * @returns false when the request has been decided before, or has expired
 * @throws UserNotFoundException when the user has been deleted meanwhile
 */
export const decideDeviceRequest = async (
  call: LoginCall,
  { grant }: DeviceRequest,
  session: BrowserSession,
  decision: 'approve' | 'deny',
): Promise<boolean> => {
  const { user, authTime, proven, id } = session;
  const approval = {
    sub: user.sub,
    authTime,
    proven: [...proven],
    acr: acrOf(call, session, []),
    ssoSessionId: id,
    signedOutAt: user.signedOutAt,
  };
  const decide = () =>
    decideDeviceGrant(call.db, grant, decision === 'approve' ? approval : undefined, call.clock.now());
  return writeFor(call, user, decide);
};
