/** Pushed authorization requests (RFC 9126): the record and its repository. */
import type { Db } from './schema.ts';

export type PushedRequest = {
  poolId: string;
  requestHash: string;
  clientId: string;
  parameters: Readonly<Record<string, string>>;
  expiresAt: number;
};

export const insertPushedRequest = async (db: Db, request: PushedRequest): Promise<void> => {
  await db
    .insertInto('pushed_requests')
    .values({
      pool_id: request.poolId,
      request_hash: request.requestHash,
      client_id: request.clientId,
      parameters: JSON.stringify(request.parameters),
      expires_at: request.expiresAt,
    })
    .execute();
};

/** @param hashes one for each master key */
export const findPushedRequest = async (
  db: Db,
  { poolId, now }: { poolId: string; now: number },
  hashes: readonly string[],
): Promise<PushedRequest | undefined> => {
  const row = await db
    .selectFrom('pushed_requests')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('request_hash', 'in', hashes)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return (
    row && {
      poolId: row.pool_id,
      requestHash: row.request_hash,
      clientId: row.client_id,
      parameters: JSON.parse(row.parameters),
      expiresAt: row.expires_at,
    }
  );
};

/** @returns false when it has gone already */
export const deletePushedRequest = async (db: Db, poolId: string, hashes: readonly string[]): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('pushed_requests')
    .where('pool_id', '=', poolId)
    .where('request_hash', 'in', hashes)
    .executeTakeFirst();
  return numDeletedRows > 0n;
};
