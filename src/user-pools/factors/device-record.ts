/** The record of a device: its secret's verifier as clients send it and as it is kept, and what callers see of the rest. */
import type {
  AttributeType,
  DeviceSecretVerifierConfigType,
  DeviceType,
} from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import { parseVerifier, type Verifier } from '../../lib/srp.ts';
import { evenHex } from '../../lib/srp-group.ts';
import type { Device, DeviceId } from '../../storage/devices.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Sealed } from '../../storage/schema.ts';
import type { User } from '../../storage/users.ts';
import type { House } from '../call/call.ts';

/** Clients make salts of 16 bytes, some with a zero byte before them. */
const longestSalt = 64;

const base64 = /^[\w+/-]+={0,2}$/;
const toHex = (text: string): string | undefined =>
  base64.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined;

/**
 * DeviceSecretVerifierConfig: base64 of big-endian numbers. The salt loses leading zeros, as it does where it is hashed.
 * @returns null for a device without a secret
 * @throws InvalidParameterException for what is no such number, or a verifier with which anyone could answer for the device
 */
export const readVerifier = (config: DeviceSecretVerifierConfigType | undefined): Verifier | null => {
  const { Salt, PasswordVerifier } = config ?? {};
  if (Salt === undefined && PasswordVerifier === undefined) return null;
  const salt = toHex(Salt ?? '');
  if (!salt || salt.length > 2 * longestSalt) throw invalidParameter('Invalid device salt given.');
  const verifier = parseVerifier(toHex(PasswordVerifier ?? '') ?? '');
  if (verifier === undefined) throw invalidParameter('Invalid device password verifier given.');
  return { salt: evenHex(salt), verifier };
};

const context = ({ poolId, sub, key }: DeviceId): string => `${poolId}/${sub}/${key}`;

type Sealing = Pick<House, 'sealer'>;

export const sealVerifier = ({ sealer }: Sealing, device: DeviceId, verifier: Verifier): Sealed =>
  sealer.seal('device', JSON.stringify(verifier), context(device));

/** undefined: the device has no secret. */
export const openVerifier = ({ sealer }: Sealing, device: Device): Verifier | undefined => {
  if (device.verifier === null) return undefined;
  const opened = sealer.open('device', device.verifier, context(device));
  if (opened === undefined)
    throw new Error(`the verifier of device ${device.key} cannot be opened with this master key`);
  return JSON.parse(opened.toString()) as Verifier;
};

const attributeList = (attributes: Record<string, string | null>): AttributeType[] =>
  Object.entries(attributes).flatMap(([Name, Value]) => (Value === null ? [] : [{ Name, Value }]));

const describe = (device: Device, attributes: Record<string, string | null>): DeviceType => ({
  DeviceKey: device.key,
  DeviceAttributes: attributeList(attributes),
  DeviceCreateDate: new Date(device.createdAt),
  DeviceLastModifiedDate: new Date(device.modifiedAt),
  // Cognito tells whole seconds.
  DeviceLastAuthenticatedDate: new Date(Math.floor(device.authenticatedAt / 1000) * 1000),
});

/** As the device's owner sees it. */
export const describeDevice = (device: Device): DeviceType =>
  describe(device, { device_status: 'valid', device_name: device.name, last_ip_used: device.lastIp });

/** As administrators see it. */
export const describeOwnedDevice = (
  device: Device,
  pool: UserPool,
  { username }: Pick<User, 'username'>,
): DeviceType => {
  const owner = `${username}.${pool.id}`;
  return describe(device, {
    device_status: 'valid',
    device_name: device.name,
    'dev:device_arn': `arn:aws:cognito-idp:${pool.region}:${pool.accountId}:owner/${owner}/device/${device.key}`,
    'dev:device_owner': owner,
    last_ip_used: device.lastIp,
    'dev:device_remembered_status': device.remembered ? 'remembered' : 'not_remembered',
    'dev:device_sdk': 'aws-sdk-unknown-unknown',
  });
};
