/** The RSA key pairs of a pool. */
import type { Selectable } from 'kysely';
import type { Db, Schema, Sealed } from './schema.ts';

export type TokenUse = 'id' | 'access';

export type SigningKeyRecord = {
  poolId: string;
  kid: string;
  tokenUse: TokenUse;
  privateKey: Sealed;
  /** `kty`, `n`, `e`: what the JWKS publishes. */
  publicJwk: { kty: string; n: string; e: string };
  createdAt: number;
  /** Signs from here on; before, it is only published. */
  activeAt: number;
  /** No longer published after this; null while it has no successor. */
  retiresAt: number | null;
};

const toKey = (row: Selectable<Schema['signing_keys']>): SigningKeyRecord => ({
  poolId: row.pool_id,
  kid: row.kid,
  tokenUse: row.token_use,
  privateKey: row.private_key,
  publicJwk: JSON.parse(row.public_jwk),
  createdAt: row.created_at,
  activeAt: row.active_at,
  retiresAt: row.retires_at,
});

export const insertSigningKey = async (db: Db, key: SigningKeyRecord): Promise<void> => {
  await db
    .insertInto('signing_keys')
    .values({
      pool_id: key.poolId,
      kid: key.kid,
      token_use: key.tokenUse,
      private_key: key.privateKey,
      public_jwk: JSON.stringify(key.publicJwk),
      created_at: key.createdAt,
      active_at: key.activeAt,
      retires_at: key.retiresAt,
    })
    .execute();
};

/** Every key of the pool, also retired ones, newest first. */
export const listSigningKeys = async (db: Db, poolId: string): Promise<SigningKeyRecord[]> => {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .where('pool_id', '=', poolId)
    .orderBy('active_at', 'desc')
    .execute();
  return rows.map(toKey);
};

/** Ends the publication of every key without an end, `kept` excepted. */
export const retireSigningKeys = async (db: Db, poolId: string, kept: string[], retiresAt: number): Promise<void> => {
  await db
    .updateTable('signing_keys')
    .set({ retires_at: retiresAt })
    .where('pool_id', '=', poolId)
    .where('kid', 'not in', kept)
    .where('retires_at', 'is', null)
    .execute();
};
