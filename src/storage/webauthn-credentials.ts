/** Passkeys: the record and its repository, and the registrations that are under way. */
import type { Selectable } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type Passkey = {
  poolId: string;
  /** Base64url, as chosen by the authenticator; unique in the pool. */
  id: string;
  sub: string;
  /** COSE_Key in base64url. */
  publicKey: string;
  /** The authenticator's counter at the last use; 0 where it does not count. */
  signCount: number;
  relyingPartyId: string;
  /** FriendlyCredentialName. */
  name: string;
  attachment: 'platform' | 'cross-platform' | null;
  transports: string[];
  createdAt: number;
};

export type PasskeyOwner = Pick<Passkey, 'poolId' | 'sub'>;

export type PasskeyPage = {
  limit: number;
  /** The position of the last one of the page before. */
  after?: { createdAt: number; id: string };
  /** Only those that were made for it. */
  relyingPartyId?: string;
};

const toPasskey = (row: Selectable<Schema['webauthn_credentials']>): Passkey => ({
  poolId: row.pool_id,
  id: row.credential_id,
  sub: row.sub,
  publicKey: row.public_key,
  signCount: row.sign_count,
  relyingPartyId: row.relying_party_id,
  name: row.name,
  attachment: row.attachment,
  transports: JSON.parse(row.transports),
  createdAt: row.created_at,
});

/** @returns false when somebody in the pool has a passkey with that id already, which is left as it is */
export const insertPasskey = async (db: Db, passkey: Passkey): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('webauthn_credentials')
    .values({
      pool_id: passkey.poolId,
      credential_id: passkey.id,
      sub: passkey.sub,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      relying_party_id: passkey.relyingPartyId,
      name: passkey.name,
      attachment: passkey.attachment,
      transports: JSON.stringify(passkey.transports),
      created_at: passkey.createdAt,
    })
    .onConflict(conflict => conflict.columns(['pool_id', 'credential_id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** A page of a user's passkeys, the oldest first. */
export const listPasskeys = async (
  db: Db,
  { poolId, sub }: PasskeyOwner,
  { limit, after, relyingPartyId }: PasskeyPage,
): Promise<Passkey[]> => {
  let query = db
    .selectFrom('webauthn_credentials')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .orderBy('created_at')
    .orderBy('credential_id')
    .limit(limit);
  if (relyingPartyId !== undefined) query = query.where('relying_party_id', '=', relyingPartyId);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'credential_id'), '>', tuple(after.createdAt, after.id)),
    );
  return (await query.execute()).map(toPasskey);
};

export const findPasskey = async (db: Db, poolId: string, id: string): Promise<Passkey | undefined> => {
  const row = await db
    .selectFrom('webauthn_credentials')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('credential_id', '=', id)
    .executeTakeFirst();
  return row && toPasskey(row);
};

/** @returns false when the user has no such passkey */
export const deletePasskey = async (db: Db, { poolId, sub, id }: Pick<Passkey, 'poolId' | 'sub' | 'id'>) => {
  const { numDeletedRows } = await db
    .deleteFrom('webauthn_credentials')
    .where('pool_id', '=', poolId)
    .where('credential_id', '=', id)
    .where('sub', '=', sub)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/**
 * Sets the counter if it still has the value that was read with the passkey.
 * @returns false when it was used meanwhile, or is gone: of two uses at once one gets true
 */
export const advanceSignCount = async (db: Db, { poolId, id, signCount }: Passkey, next: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('webauthn_credentials')
    .set({ sign_count: next })
    .where('pool_id', '=', poolId)
    .where('credential_id', '=', id)
    .where('sign_count', '=', signCount)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};

/** A registration that has begun: the challenge that an authenticator is to sign, and who asked for it. */
export type PasskeyRegistration = {
  poolId: string;
  sub: string;
  /** Base64url. */
  challenge: string;
  clientId: string;
  relyingPartyId: string;
  expiresAt: number;
};

/** Stores a registration; it takes the place of the one before it. */
export const putRegistration = async (db: Db, registration: PasskeyRegistration): Promise<void> => {
  const columns = {
    challenge: registration.challenge,
    client_id: registration.clientId,
    relying_party_id: registration.relyingPartyId,
    expires_at: registration.expiresAt,
  };
  await db
    .insertInto('webauthn_registrations')
    .values({ pool_id: registration.poolId, sub: registration.sub, ...columns })
    .onConflict(conflict => conflict.columns(['pool_id', 'sub']).doUpdateSet(columns))
    .execute();
};

export const findRegistration = async (
  db: Db,
  poolId: string,
  sub: string,
): Promise<PasskeyRegistration | undefined> => {
  const row = await db
    .selectFrom('webauthn_registrations')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .executeTakeFirst();
  return (
    row && {
      poolId: row.pool_id,
      sub: row.sub,
      challenge: row.challenge,
      clientId: row.client_id,
      relyingPartyId: row.relying_party_id,
      expiresAt: row.expires_at,
    }
  );
};

/** Uses the challenge up. @returns false when it was used or replaced meanwhile: of two racing callers one gets true */
export const removeRegistration = async (db: Db, { poolId, sub, challenge }: PasskeyRegistration): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('webauthn_registrations')
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('challenge', '=', challenge)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
