/** Devices that wait for somebody's approval (RFC 8628): the record and its repository. Only keyed hashes of the codes are kept. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

/** Of the approval. */
export type ApprovalFacts = {
  /** Epoch seconds of the person's sign-in. */
  authTime: number;
  proven: string[];
  acr?: string | undefined;
  ssoSessionId: string;
  /** Of the user at the approval: whoever signs them out of everything ends it, too. */
  signedOutAt: number | null;
};

export type DeviceGrant = {
  poolId: string;
  deviceHash: string;
  userHash: string;
  clientId: string;
  scopes: string[];
  state: 'pending' | 'approved' | 'denied' | 'redeemed';
  approval: ({ sub: string } & ApprovalFacts) | undefined;
  polledAt: number | null;
  /** Milliseconds between two polls. */
  waitMs: number;
  expiresAt: number;
};

const toGrant = (row: Selectable<Schema['device_grants']>): DeviceGrant => ({
  poolId: row.pool_id,
  deviceHash: row.device_hash,
  userHash: row.user_hash,
  clientId: row.client_id,
  scopes: JSON.parse(row.scopes),
  state: row.state,
  approval: row.sub === null || row.facts === null ? undefined : { sub: row.sub, ...JSON.parse(row.facts) },
  polledAt: row.polled_at,
  waitMs: row.wait_ms,
  expiresAt: row.expires_at,
});

type NewGrant = Pick<
  DeviceGrant,
  'poolId' | 'deviceHash' | 'userHash' | 'clientId' | 'scopes' | 'waitMs' | 'expiresAt'
>;

/** @returns false when a code is taken */
export const insertDeviceGrant = async (db: Db, grant: NewGrant): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('device_grants')
    .values({
      pool_id: grant.poolId,
      device_hash: grant.deviceHash,
      user_hash: grant.userHash,
      client_id: grant.clientId,
      scopes: JSON.stringify(grant.scopes),
      state: 'pending',
      sub: null,
      facts: null,
      polled_at: null,
      wait_ms: grant.waitMs,
      expires_at: grant.expiresAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** @param hashes one for each master key */
export const findDeviceGrant = async (
  db: Db,
  poolId: string,
  by: { deviceHashes: readonly string[] } | { userHashes: readonly string[] },
): Promise<DeviceGrant | undefined> => {
  const found = db.selectFrom('device_grants').selectAll().where('pool_id', '=', poolId);
  const row = await ('deviceHashes' in by
    ? found.where('device_hash', 'in', by.deviceHashes)
    : found.where('user_hash', 'in', by.userHashes)
  ).executeTakeFirst();
  return row && toGrant(row);
};

const one = (db: Db, { poolId, deviceHash }: Pick<DeviceGrant, 'poolId' | 'deviceHash'>) =>
  db.updateTable('device_grants').where('pool_id', '=', poolId).where('device_hash', '=', deviceHash);

/** @param approval undefined: the person says no; @returns false when it was decided before, or has expired */
export const decideDeviceGrant = async (
  db: Db,
  grant: DeviceGrant,
  approval: DeviceGrant['approval'],
  now: number,
): Promise<boolean> => {
  const { sub = null, ...facts } = approval ?? {};
  const { numUpdatedRows } = await one(db, grant)
    .set({ state: approval ? 'approved' : 'denied', sub, facts: approval ? JSON.stringify(facts) : null })
    .where('state', '=', 'pending')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** Notes a poll, and how long to wait before the next one. */
export const notePoll = async (db: Db, grant: DeviceGrant, { waitMs, now }: { waitMs: number; now: number }) => {
  await one(db, grant).set({ polled_at: now, wait_ms: waitMs }).execute();
};

/** @returns false when somebody else has redeemed it: of two racing callers one gets true */
export const redeemDeviceGrant = async (db: Db, grant: DeviceGrant): Promise<boolean> => {
  const { numUpdatedRows } = await one(db, grant)
    .set({ state: 'redeemed' })
    .where('state', '=', 'approved')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
