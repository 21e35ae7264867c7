/** Device tracking (DeviceConfiguration): which pools do it, the keys of a new device, and what binds a session to its device. */
import type { NewDeviceMetadataType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidRefreshToken } from '../../contract/errors.ts';
import { mixedAlphanumeric, randomText, uuid } from '../../lib/random.ts';
import { findDevice } from '../../storage/devices.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { TokenSession } from '../../storage/token-sessions.ts';
import type { PoolCall } from '../call/call.ts';

/** The device that tokens belong to. */
export type GrantDevice = {
  /** Claim `device_key` of the access token. */
  key: string;
  /** Of a device that nobody has confirmed yet: the client is told of it. */
  newGroupKey?: string | undefined;
};

/** Any DeviceConfiguration turns tracking on. */
export const tracksDevices = ({ config }: Pick<UserPool, 'config'>): boolean =>
  config.DeviceConfiguration !== undefined;

/** The name and the group of a device that signs in for the first time. Until it is confirmed both stand in the token session only. */
export const newDevice = ({ region }: Pick<UserPool, 'region'>): GrantDevice => ({
  key: `${region}_${uuid()}`,
  newGroupKey: `-${randomText(8, mixedAlphanumeric)}`,
});

export const newDeviceMetadata = ({ key, newGroupKey }: GrantDevice): NewDeviceMetadataType | undefined =>
  newGroupKey === undefined ? undefined : { DeviceKey: key, DeviceGroupKey: newGroupKey };

/**
 * A session that began on a device goes on with that device only, as long as it is confirmed and not forgotten. One that began
 * without (before the pool tracked devices, or through the login pages) is bound to none.
 * @throws NotAuthorizedException
 */
export const requireSameDevice = async (
  { db, pool }: Pick<PoolCall, 'db' | 'pool'>,
  { poolId, sub, facts: { deviceKey: key } }: TokenSession,
  given: string | undefined,
): Promise<void> => {
  if (key === undefined || !tracksDevices(pool)) return;
  if (given !== key || (await findDevice(db, { poolId, sub, key })) === undefined) throw invalidRefreshToken();
};
