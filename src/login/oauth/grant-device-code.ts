/** The device code at the token endpoint (RFC 8628 §3.4): asked for again and again until somebody has decided. */
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { uuid } from '../../lib/random.ts';
import { type DeviceGrant, findDeviceGrant, notePoll, redeemDeviceGrant } from '../../storage/device-grants.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import { findUser } from '../../storage/users.ts';
import type { Proof } from '../../user-pools/tokens/assurance.ts';
import { issueTokens } from '../../user-pools/tokens/issue.ts';
import type { LoginClientCall } from '../host.ts';
import { allowsFlow } from './allowed-flows.ts';
import { devicePurpose } from './device.ts';
import { invalidGrant, missingString, OAuthError, unauthorizedClient } from './errors.ts';
import type { Parameters } from './parameters.ts';

/** Added to the waiting time of a device that asks too soon. */
const penalty = 5_000;

/** A second of grace: devices and networks are not that exact. */
const grace = 1_000;

const isTooSoon = ({ polledAt, waitMs }: DeviceGrant, now: number) =>
  polledAt !== null && now < polledAt + waitMs - grace;

const findGrant = async (call: LoginClientCall, text: string | undefined): Promise<DeviceGrant> => {
  if (text === undefined) throw missingString('device_code');
  const { db, pool, client, sealer, clock } = call;
  const grant = await findDeviceGrant(db, pool.id, { deviceHashes: sealer.macs(devicePurpose, text) });
  if (grant === undefined || grant.clientId !== client.id) throw invalidGrant();
  const now = clock.now();
  if (grant.expiresAt <= now) throw new OAuthError('expired_token');
  if (grant.state !== 'pending') return grant;
  const soon = isTooSoon(grant, now);
  await notePoll(db, grant, { waitMs: grant.waitMs + (soon ? penalty : 0), now });
  throw new OAuthError(soon ? 'slow_down' : 'authorization_pending');
};

/** @throws OAuthError, and what issuing tokens throws */
export const redeemDeviceCode = async (call: LoginClientCall, form: Parameters): Promise<AuthenticationResultType> => {
  const { db, pool, client } = call;
  if (!allowsFlow(client, 'code')) throw unauthorizedClient();
  const grant = await findGrant(call, form.device_code);
  const { approval, scopes, state } = grant;
  if (state === 'denied') throw new OAuthError('access_denied');
  if (approval === undefined || !(await redeemDeviceGrant(db, grant))) throw invalidGrant();
  const user = await findUser(db, pool.id, approval.sub);
  if (!user?.enabled || user.signedOutAt !== approval.signedOutAt) throw invalidGrant();
  const id = uuid();
  return issueTokens(call, {
    pool,
    client,
    user,
    groups: await membershipsOf(db, user),
    originJti: id,
    eventId: id,
    authTime: approval.authTime,
    scopes,
    source: 'HostedAuth',
    proven: approval.proven as Proof[],
    acr: approval.acr,
    oauth: { ssoSessionId: approval.ssoSessionId },
  });
};
