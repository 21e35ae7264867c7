/** Codes that were sent to people: one live code for each user and purpose, kept as a keyed hash. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Code = {
  poolId: string;
  sub: string;
  purpose: string;
  hash: string;
  /** The attribute it was sent to, `email` or `phone_number`. */
  attribute: string;
  /** The value of that attribute that the code proves. */
  value: string;
  createdAt: number;
  expiresAt: number;
};

const toCode = (row: Selectable<Schema['codes']>): Code => ({
  poolId: row.pool_id,
  sub: row.sub,
  purpose: row.purpose,
  hash: row.code_hash,
  attribute: row.attribute,
  value: row.value,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

/** Stores a code; it takes the place of the one before it. */
export const putCode = async (db: Db, code: Code): Promise<void> => {
  const columns = {
    code_hash: code.hash,
    attribute: code.attribute,
    value: code.value,
    created_at: code.createdAt,
    expires_at: code.expiresAt,
  };
  await db
    .insertInto('codes')
    .values({ pool_id: code.poolId, sub: code.sub, purpose: code.purpose, ...columns })
    .onConflict(conflict => conflict.columns(['pool_id', 'sub', 'purpose']).doUpdateSet(columns))
    .execute();
};

export const findCode = async (db: Db, poolId: string, sub: string, purpose: string): Promise<Code | undefined> => {
  const row = await db
    .selectFrom('codes')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('purpose', '=', purpose)
    .executeTakeFirst();
  return row && toCode(row);
};

/** Uses a code up. @returns false when it was used or replaced meanwhile: of two racing callers one gets true */
export const removeCode = async (db: Db, code: Code): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('codes')
    .where('pool_id', '=', code.poolId)
    .where('sub', '=', code.sub)
    .where('purpose', '=', code.purpose)
    .where('code_hash', '=', code.hash)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
