/** Devices: the record and its repository. */
import type { Selectable } from 'kysely';
import type { Db, Schema, Sealed } from './schema.ts';

export type Device = {
  poolId: string;
  sub: string;
  key: string;
  groupKey: string;
  name: string | null;
  /** {"salt","verifier"} sealed, or null: the device cannot prove itself. */
  verifier: Sealed | null;
  remembered: boolean;
  lastIp: string;
  createdAt: number;
  modifiedAt: number;
  /** The last sign-in with it. */
  authenticatedAt: number;
};

export type DeviceId = Pick<Device, 'poolId' | 'sub' | 'key'>;

const toDevice = (row: Selectable<Schema['devices']>): Device => ({
  poolId: row.pool_id,
  sub: row.sub,
  key: row.device_key,
  groupKey: row.group_key,
  name: row.name,
  verifier: row.verifier,
  remembered: row.remembered === 1,
  lastIp: row.last_ip,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
  authenticatedAt: row.authenticated_at,
});

/** @returns false when the user has a device of that key already, which is left as it is */
export const insertDevice = async (db: Db, device: Device): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('devices')
    .values({
      pool_id: device.poolId,
      sub: device.sub,
      device_key: device.key,
      group_key: device.groupKey,
      name: device.name,
      verifier: device.verifier,
      remembered: device.remembered ? 1 : 0,
      last_ip: device.lastIp,
      created_at: device.createdAt,
      modified_at: device.modifiedAt,
      authenticated_at: device.authenticatedAt,
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'sub', 'device_key']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

export const findDevice = async (db: Db, { poolId, sub, key }: DeviceId): Promise<Device | undefined> => {
  const row = await db
    .selectFrom('devices')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('device_key', '=', key)
    .executeTakeFirst();
  return row && toDevice(row);
};

/** A page of a user's devices, the oldest first. */
export const listDevices = async (
  db: Db,
  { poolId, sub }: Pick<Device, 'poolId' | 'sub'>,
  page: { limit: number; after?: { createdAt: number; key: string }; rememberedOnly?: boolean },
): Promise<Device[]> => {
  const { limit, after, rememberedOnly = false } = page;
  let query = db
    .selectFrom('devices')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .orderBy('created_at')
    .orderBy('device_key')
    .limit(limit);
  if (rememberedOnly) query = query.where('remembered', '=', 1);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'device_key'), '>', tuple(after.createdAt, after.key)),
    );
  return (await query.execute()).map(toDevice);
};

/** @returns false when the user has no such device */
export const deleteDevice = async (db: Db, { poolId, sub, key }: DeviceId): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('devices')
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('device_key', '=', key)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

type Change = Partial<Pick<Device, 'remembered' | 'lastIp' | 'authenticatedAt'>> & Pick<Device, 'modifiedAt'>;

/** @returns false when the user has no such device */
export const updateDevice = async (db: Db, { poolId, sub, key }: DeviceId, change: Change): Promise<boolean> => {
  const { remembered, lastIp, authenticatedAt, modifiedAt } = change;
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set({
      modified_at: modifiedAt,
      ...(remembered !== undefined && { remembered: remembered ? (1 as const) : (0 as const) }),
      ...(lastIp !== undefined && { last_ip: lastIp }),
      ...(authenticatedAt !== undefined && { authenticated_at: authenticatedAt }),
    })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('device_key', '=', key)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
