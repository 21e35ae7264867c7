/** The logins of identities: which person of which provider is which identity. Uniqueness is the database's business. */
import type { Selectable, Transaction } from 'kysely';
import { indexKey } from '../lib/index-key.ts';
import type { Db, Schema } from './schema.ts';

/** A person, as a provider knows them. */
export type LoginKey = { provider: string; subject: string };
export type IdentityLogin = LoginKey & { identityId: string; developer: boolean };

const toLogin = (row: Selectable<Schema['identity_logins']>): IdentityLogin => ({
  provider: row.provider,
  subject: row.subject,
  identityId: row.identity_id,
  developer: row.is_developer === 1,
});

/** The identity that a login belongs to, if any. */
export const findLoginOwner = async (
  db: Db,
  poolId: string,
  { provider, subject }: LoginKey,
): Promise<string | undefined> => {
  const row = await db
    .selectFrom('identity_logins')
    .select('identity_id')
    .where('identity_pool_id', '=', poolId)
    .where('provider', '=', provider)
    .where('subject_key', '=', indexKey(subject))
    .executeTakeFirst();
  return row?.identity_id;
};

/** Every login of these identities, in the order of providers. */
export const findLogins = async (db: Db, poolId: string, identityIds: readonly string[]): Promise<IdentityLogin[]> => {
  if (identityIds.length === 0) return [];
  const rows = await db
    .selectFrom('identity_logins')
    .selectAll()
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', 'in', identityIds)
    .orderBy('provider')
    .orderBy('subject_key')
    .execute();
  return rows.map(toLogin);
};

/** @returns false when it belongs to an identity already, or the identity has another login of that public provider: roll back then */
export const insertLogin = async (
  tx: Transaction<Schema>,
  poolId: string,
  { provider, subject, identityId, developer }: IdentityLogin,
  now: number,
): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('identity_logins')
    .values({
      identity_pool_id: poolId,
      provider,
      subject_key: indexKey(subject),
      subject,
      identity_id: identityId,
      is_developer: developer ? 1 : 0,
      created_at: now,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** @returns false when it is not the identity's (any more) */
export const deleteLogin = async (
  db: Db,
  poolId: string,
  { provider, subject, identityId }: Omit<IdentityLogin, 'developer'>,
): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('identity_logins')
    .where('identity_pool_id', '=', poolId)
    .where('provider', '=', provider)
    .where('subject_key', '=', indexKey(subject))
    .where('identity_id', '=', identityId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

/** Takes the logins of these providers from an identity. */
export const deleteLogins = async (
  db: Db,
  poolId: string,
  identityId: string,
  providers: readonly string[],
): Promise<void> => {
  if (providers.length === 0) return;
  await db
    .deleteFrom('identity_logins')
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', '=', identityId)
    .where('provider', 'in', providers)
    .execute();
};

/** Gives every login of one identity to another. The caller has seen to it that no public provider comes twice. */
export const moveLogins = async (
  tx: Transaction<Schema>,
  poolId: string,
  { from, to }: { from: string; to: string },
): Promise<void> => {
  await tx
    .updateTable('identity_logins')
    .set({ identity_id: to })
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', '=', from)
    .execute();
};

/** A page of the developer's users of an identity, in the order of their keys. */
export const listDeveloperUsers = async (
  db: Db,
  page: { poolId: string; identityId: string; provider: string; after: string; limit: number },
): Promise<{ subject: string; key: string }[]> => {
  const rows = await db
    .selectFrom('identity_logins')
    .select(['subject', 'subject_key'])
    .where('identity_pool_id', '=', page.poolId)
    .where('identity_id', '=', page.identityId)
    .where('provider', '=', page.provider)
    .where('subject_key', '>', page.after)
    .orderBy('subject_key')
    .limit(page.limit)
    .execute();
  return rows.map(row => ({ subject: row.subject, key: row.subject_key }));
};
