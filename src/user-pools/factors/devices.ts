/** Devices of the signed-in person: confirmed, listed, remembered or not, and forgotten. */
import { accessTokenRevoked, deviceKeyExists, invalidDeviceKey } from '../../contract/errors.ts';
import type { Input, Output } from '../../contract/operations.ts';
import { type Device, findDevice, insertDevice } from '../../storage/devices.ts';
import { findTokenSession, replaceGrantFacts } from '../../storage/token-sessions.ts';
import type { Operation, SignedInCall } from '../call/call.ts';
import { asUser } from '../doors/as-user.ts';
import { writeFor } from '../tokens/issue.ts';
import { describeDevice, readVerifier, sealVerifier } from './device-record.ts';
import { deviceOf, forget, page, requireTracking, setStatus } from './user-devices.ts';

type Owned = 'ConfirmDevice' | 'ForgetDevice' | 'GetDevice' | 'ListDevices' | 'UpdateDeviceStatus';

const asDeviceOwner = <Name extends Owned>(
  operation: (call: SignedInCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> =>
  asUser<Name>(async (call, input) => {
    requireTracking(call);
    return operation(call, input);
  });

/**
 * The session that has announced the device to the client. What it says of the device's group is used up by the confirmation:
 * a device that was forgotten cannot be confirmed again by whoever still has its access token.
 * @throws InvalidParameterException for a device of another sign-in, DeviceKeyExistsException
 */
const sessionOf = async ({ db, pool, user, originJti }: SignedInCall, key: string) => {
  const session = await findTokenSession(db, pool.id, originJti);
  if (session === undefined) throw accessTokenRevoked();
  if (await findDevice(db, { poolId: pool.id, sub: user.sub, key })) throw deviceKeyExists();
  const { deviceKey, newDeviceGroupKey: groupKey } = session.facts;
  if (deviceKey !== key || groupKey === undefined) throw invalidDeviceKey();
  return { session, groupKey };
};

export const confirmDevice = asDeviceOwner<'ConfirmDevice'>(async (call, input) => {
  const { db, clock, pool, user, sourceIp } = call;
  const { DeviceKey: key, DeviceName: name = null, DeviceSecretVerifierConfig: config } = input;
  const { session, groupKey } = await sessionOf(call, key);
  const verifier = readVerifier(config);
  const UserConfirmationNecessary = pool.config.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt ?? false;
  const [id, now] = [{ poolId: pool.id, sub: user.sub, key }, clock.now()];
  const device: Device = {
    ...id,
    groupKey,
    name,
    verifier: verifier && sealVerifier(call, id, verifier),
    remembered: !UserConfirmationNecessary,
    lastIp: sourceIp,
    createdAt: now,
    modifiedAt: now,
    authenticatedAt: now,
  };
  const confirm = () =>
    db.transaction().execute(async tx => {
      const facts = { ...session.facts, newDeviceGroupKey: undefined };
      if (!(await replaceGrantFacts(tx, session, facts)) || !(await insertDevice(tx, device))) throw deviceKeyExists();
    });
  await writeFor(call, device, confirm);
  return { UserConfirmationNecessary };
});

export const getDevice = asDeviceOwner<'GetDevice'>(async (call, { DeviceKey }) => ({
  Device: describeDevice(await deviceOf(call, DeviceKey)),
}));

/** Its owner is shown remembered devices only. */
export const listDevices = asDeviceOwner<'ListDevices'>((call, input) =>
  page(call, input, { list: 'ListDevices', rememberedOnly: true, describe: describeDevice }),
);

export const forgetDevice = asDeviceOwner<'ForgetDevice'>(async (call, { DeviceKey }) => {
  await forget(call, DeviceKey);
  return {};
});

export const updateDeviceStatus = asDeviceOwner<'UpdateDeviceStatus'>(
  async (call, { DeviceKey, DeviceRememberedStatus }) => {
    await setStatus(call, DeviceKey, DeviceRememberedStatus);
    return {};
  },
);
