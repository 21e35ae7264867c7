/** The device that a sign-in comes from: named by DEVICE_KEY, looked up once its user has proven a first factor. */
import { deviceNotFound } from '../../contract/errors.ts';
import { findDevice, updateDevice } from '../../storage/devices.ts';
import type { ClientCall } from '../call/call.ts';
import { type GrantDevice, newDevice, tracksDevices } from '../tokens/device-tracking.ts';
import type { Attempt } from './attempt.ts';
import type { Answers } from './challenges/challenge.ts';
import { hasFirstFactor } from './policy.ts';

/** As `DeviceKeyType` of the contract; what looks different is nobody's key and need not be carried along. */
const isDeviceKey = (text: string): boolean => text.length <= 55 && /^[\w-]+_[0-9a-f-]+$/.test(text);

/**
 * The attempt with its device. A key that comes with this request takes the place of one that came before.
 * @throws ResourceNotFoundException for a key of this request that names no confirmed device of the user. One that came earlier
 * is dropped then: a client that has been told so answers again without it
 */
export const withDevice = async (call: ClientCall, attempt: Attempt, { DEVICE_KEY }: Answers): Promise<Attempt> => {
  const { user, proven, device } = attempt;
  if (!tracksDevices(call.pool)) return attempt;
  const key = DEVICE_KEY || attempt.deviceKey;
  if (key === undefined || key === device?.key) return attempt;
  // Also for a name that nobody has: what the client is given must not be shorter.
  if (!hasFirstFactor(proven) || user === undefined)
    return { ...attempt, deviceKey: isDeviceKey(key) ? key : undefined };
  const found = await findDevice(call.db, { poolId: call.pool.id, sub: user.sub, key });
  if (found === undefined && DEVICE_KEY) throw deviceNotFound();
  const isSame = found?.key === attempt.deviceKey;
  return {
    ...attempt,
    device: found,
    deviceKey: found?.key,
    proven: isSame ? proven : proven.filter(proof => proof !== 'DEVICE'),
  };
};

/** Whether the device can prove itself, and is expected to: it is remembered. */
export const remembersDevice = ({ device }: Attempt): boolean =>
  Boolean(device?.remembered && device.verifier !== null);

/** Whether its proof stands for a second factor (ChallengeRequiredOnNewDevice); not any more when it is not remembered any more. */
export const deviceSuffices = ({ pool }: Pick<ClientCall, 'pool'>, attempt: Attempt): boolean =>
  remembersDevice(attempt) && (pool.config.DeviceConfiguration?.ChallengeRequiredOnNewDevice ?? false);

/**
 * What the tokens of the sign-in say of its device: the one that was named, which is seen at this moment, or a new one.
 * @throws ResourceNotFoundException when it has been forgotten meanwhile
 */
export const grantDevice = async (call: ClientCall, { device }: Attempt): Promise<GrantDevice | undefined> => {
  const { db, pool, clock, sourceIp: lastIp } = call;
  if (!tracksDevices(pool)) return undefined;
  if (device === undefined) return newDevice(pool);
  const now = clock.now();
  if (!(await updateDevice(db, device, { lastIp, authenticatedAt: now, modifiedAt: now }))) throw deviceNotFound();
  return { key: device.key };
};
