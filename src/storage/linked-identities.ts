/** Identities that somebody has with an identity provider, each linked to one user of the pool. */
import { indexKey } from '../lib/index-key.ts';
import type { Db } from './schema.ts';

/** What names an identity: the provider, one of its attributes (or `Cognito_Subject`), and the value it has there. */
export type IdentityKey = { poolId: string; provider: string; attribute: string; value: string };

export type LinkedIdentity = IdentityKey & {
  sub: string;
  /** The identity that made the user, as against one that was linked to a user who was there. */
  primary: boolean;
  /** From then on nobody signs in with it, though the user is still the one that it made. */
  disabledAt: number | null;
  createdAt: number;
};

/** The primary key. */
const keyOf = ({ poolId, provider, attribute, value }: IdentityKey) => ({
  pool_id: poolId,
  provider_name: provider,
  attribute,
  value_key: indexKey(value),
});

export const findLink = async (db: Db, key: IdentityKey): Promise<LinkedIdentity | undefined> => {
  const row = await db
    .selectFrom('linked_identities')
    .selectAll()
    .where(eb => eb.and(keyOf(key)))
    .executeTakeFirst();
  return (
    row && {
      ...key,
      sub: row.sub,
      primary: row.is_primary === 1,
      disabledAt: row.disabled_at,
      createdAt: row.created_at,
    }
  );
};

/** @returns false when the identity is linked already */
export const insertLink = async (db: Db, link: LinkedIdentity): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('linked_identities')
    .values({
      ...keyOf(link),
      sub: link.sub,
      is_primary: link.primary ? 1 : 0,
      disabled_at: link.disabledAt,
      created_at: link.createdAt,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** @returns false when somebody else was quicker */
export const deleteLink = async (db: Db, link: LinkedIdentity): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('linked_identities')
    .where(eb => eb.and({ ...keyOf(link), sub: link.sub }))
    .executeTakeFirst();
  return numDeletedRows === 1n;
};

export const disableLink = async (db: Db, link: LinkedIdentity, now: number): Promise<void> => {
  await db
    .updateTable('linked_identities')
    .set({ disabled_at: now })
    .where(eb => eb.and(keyOf(link)))
    .execute();
};

/** By which attributes identities of this provider are linked, at most `limit` of them: one look-up each, however many the links. */
export const linkedAttributes = async (db: Db, poolId: string, provider: string, limit: number): Promise<string[]> => {
  const found: string[] = [];
  while (found.length < limit) {
    const next = await db
      .selectFrom('linked_identities')
      .select('attribute')
      .where('pool_id', '=', poolId)
      .where('provider_name', '=', provider)
      .where('attribute', '>', found.at(-1) ?? '')
      .orderBy('attribute')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) break;
    found.push(next.attribute);
  }
  return found;
};
