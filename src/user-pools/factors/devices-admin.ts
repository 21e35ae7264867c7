/** Devices of users, by administrators: AdminGetDevice, AdminListDevices, AdminForgetDevice, AdminUpdateDeviceStatus. */
import { AwsError } from '../../contract/errors.ts';
import type { Device } from '../../storage/devices.ts';
import type { UserCall } from '../call/call.ts';
import { onUser } from '../doors/in-pool.ts';
import { describeOwnedDevice } from './device-record.ts';
import { deviceOf, forget, page, requireTracking, setStatus } from './user-devices.ts';

/** Where UserNotFoundException is not declared. */
const noSuchOwner = () => new AwsError('ResourceNotFoundException', 'User does not exist.');

const describe =
  ({ pool, user }: UserCall) =>
  (device: Device) =>
    describeOwnedDevice(device, pool, user);

export const adminGetDevice = onUser<'AdminGetDevice'>(
  async (call, { DeviceKey }) => {
    requireTracking(call);
    return { Device: describe(call)(await deviceOf(call, DeviceKey)) };
  },
  { gone: noSuchOwner },
);

export const adminListDevices = onUser<'AdminListDevices'>(
  async (call, input) => {
    requireTracking(call);
    return page(call, input, { list: 'AdminListDevices', rememberedOnly: false, describe: describe(call) });
  },
  { gone: noSuchOwner },
);

export const adminForgetDevice = onUser<'AdminForgetDevice'>(async (call, { DeviceKey }) => {
  requireTracking(call);
  await forget(call, DeviceKey);
  return {};
});

export const adminUpdateDeviceStatus = onUser<'AdminUpdateDeviceStatus'>(
  async (call, { DeviceKey, DeviceRememberedStatus }) => {
    requireTracking(call);
    await setStatus(call, DeviceKey, DeviceRememberedStatus);
    return {};
  },
);
