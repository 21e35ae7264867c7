/** The RSA key pairs that sign the tokens of identity pools, by region. */
import type { Selectable } from 'kysely';
import type { Db, Schema, Sealed } from './schema.ts';

export type IdentityKeyRecord = {
  region: string;
  /** 1, 2, …: the newest signs. */
  number: number;
  privateKey: Sealed;
  publicJwk: { kty: string; n: string; e: string };
  createdAt: number;
  retiresAt: number | null;
};

const toKey = (row: Selectable<Schema['identity_keys']>): IdentityKeyRecord => ({
  region: row.region,
  number: row.number,
  privateKey: row.private_key,
  publicJwk: JSON.parse(row.public_jwk),
  createdAt: row.created_at,
  retiresAt: row.retires_at,
});

/** Does nothing when somebody else was quicker to make the key of that number. */
export const insertIdentityKey = async (db: Db, key: IdentityKeyRecord): Promise<void> => {
  await db
    .insertInto('identity_keys')
    .values({
      region: key.region,
      number: key.number,
      private_key: key.privateKey,
      public_jwk: JSON.stringify(key.publicJwk),
      created_at: key.createdAt,
      retires_at: key.retiresAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
};

/** Of every region: by region, the newest first. */
export const listIdentityKeys = async (db: Db): Promise<IdentityKeyRecord[]> => {
  const rows = await db.selectFrom('identity_keys').selectAll().orderBy('region').orderBy('number', 'desc').execute();
  return rows.map(toKey);
};

/** Ends the publication of the region's keys before the given one. */
export const retireIdentityKeys = async (
  db: Db,
  { region, number }: Pick<IdentityKeyRecord, 'region' | 'number'>,
  retiresAt: number,
): Promise<void> => {
  await db
    .updateTable('identity_keys')
    .set({ retires_at: retiresAt })
    .where('region', '=', region)
    .where('number', '<', number)
    .where('retires_at', 'is', null)
    .execute();
};
