/** What can be done with a user's devices, by the user or by an administrator. */
import type { DeviceRememberedStatusType, DeviceType } from '@aws-sdk/client-cognito-identity-provider';
import { deviceNotFound, devicesNotTracked } from '../../contract/errors.ts';
import { type Device, deleteDevice, findDevice, listDevices, updateDevice } from '../../storage/devices.ts';
import type { PoolCall, UserCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { tracksDevices } from '../tokens/device-tracking.ts';

/** @throws InvalidUserPoolConfigurationException */
export const requireTracking = ({ pool }: Pick<PoolCall, 'pool'>): void => {
  if (!tracksDevices(pool)) throw devicesNotTracked();
};

type Owning = Pick<UserCall, 'db' | 'pool' | 'user'>;

const idOf = ({ pool, user }: Owning, key: string) => ({ poolId: pool.id, sub: user.sub, key });

/** @throws ResourceNotFoundException, also for a device that was never confirmed */
export const deviceOf = async (call: Owning, key: string): Promise<Device> => {
  const device = await findDevice(call.db, idOf(call, key));
  if (device === undefined) throw deviceNotFound();
  return device;
};

/** The device proves nothing any more, and refresh tokens that were given to it are of no use. @throws ResourceNotFoundException */
export const forget = async (call: Owning, key: string): Promise<void> => {
  if (!(await deleteDevice(call.db, idOf(call, key)))) throw deviceNotFound();
};

/** Without a status the device stays as it is. @throws ResourceNotFoundException */
export const setStatus = async (
  call: Owning & Pick<UserCall, 'clock'>,
  key: string,
  status: DeviceRememberedStatusType | undefined,
): Promise<void> => {
  if (status === undefined) return void (await deviceOf(call, key));
  const change = { remembered: status === 'remembered', modifiedAt: call.clock.now() };
  if (!(await updateDevice(call.db, idOf(call, key), change))) throw deviceNotFound();
};

const pageSize = 60;

type Page = { Limit?: number | undefined; PaginationToken?: string | undefined };

/** @param list the operation's name: a pagination token of the one is not good for the other */
export const page = async (
  call: UserCall,
  { Limit, PaginationToken }: Page,
  {
    list,
    rememberedOnly,
    describe,
  }: { list: string; rememberedOnly: boolean; describe: (device: Device) => DeviceType },
): Promise<{ Devices: DeviceType[]; PaginationToken?: string | undefined }> => {
  const { db, pool, user } = call;
  const name = `${list}/${pool.id}/${user.sub}`;
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = Limit || pageSize;
  const [createdAt, key] = pagePosition(call, name, PaginationToken) ?? [];
  const after = createdAt === undefined || key === undefined ? undefined : { createdAt: Number(createdAt), key };
  const found = await listDevices(
    db,
    { poolId: pool.id, sub: user.sub },
    { limit: limit + 1, rememberedOnly, ...(after && { after }) },
  );
  const { items, next } = cutPage(call, name, found, limit, last => [`${last.createdAt}`, last.key]);
  return { Devices: items.map(describe), PaginationToken: next };
};
