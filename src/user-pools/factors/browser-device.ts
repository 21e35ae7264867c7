/** A browser as a remembered device: the login pages make its secret themselves, since a browser without script cannot. */
import { randomBase64Url } from '../../lib/random.ts';
import { createVerifier } from '../../lib/srp.ts';
import { type Device, insertDevice } from '../../storage/devices.ts';
import type { UserCall } from '../call/call.ts';
import { newDevice } from '../tokens/device-tracking.ts';
import { writeFor } from '../tokens/issue.ts';
import { sealVerifier } from './device-record.ts';

export type BrowserDevice = { key: string; groupKey: string; secret: string };

/**
 * Adds the browser to the user's devices, confirmed and remembered.
 * @param name what the user will know it by
 * @returns what the browser has to keep: only the verifier stays here, as of every device
 */
export const rememberBrowser = async (call: UserCall, name: string): Promise<BrowserDevice> => {
  const { db, pool, user, clock, modPow, sourceIp } = call;
  const { key, newGroupKey: groupKey = '' } = newDevice(pool);
  const secret = randomBase64Url(32);
  const verifier = await createVerifier(modPow, { group: groupKey, user: key, password: secret });
  const [id, now] = [{ poolId: pool.id, sub: user.sub, key }, clock.now()];
  const device: Device = {
    ...id,
    groupKey,
    name,
    verifier: sealVerifier(call, id, verifier),
    remembered: true,
    lastIp: sourceIp,
    createdAt: now,
    modifiedAt: now,
    authenticatedAt: now,
  };
  await writeFor(call, device, () => insertDevice(db, device));
  return { key, groupKey, secret };
};
