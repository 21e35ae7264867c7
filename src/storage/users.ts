/** Users, the names they sign in with and the attributes they are found by: the record and its repository. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, Flag, Schema, Sealed } from './schema.ts';

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD' | 'RESET_REQUIRED' | 'EXTERNAL_PROVIDER';

export type MfaFactor = 'SMS_MFA' | 'EMAIL_OTP' | 'SOFTWARE_TOKEN_MFA';

/** The user's second factors. */
export type UserFactors = {
  /** Those that are asked for (SetUserMFAPreference, or by enrolment). */
  enabled?: MfaFactor[];
  preferred?: MfaFactor;
  /** A passkey with user verification may stand for the second factor. */
  webAuthn?: boolean;
  totp?: {
    secret: Sealed;
    /** A code of it has been seen. */
    verified: boolean;
    /** FriendlyDeviceName. */
    name?: string;
    /** The last time step whose code was used: each is good once (RFC 6238 §5.2). */
    lastStep?: number;
  };
  /** A secret that was given out and waits for its first code. */
  pendingTotp?: { secret: Sealed };
};

export type User = {
  poolId: string;
  sub: string;
  username: string;
  status: UserStatus;
  enabled: boolean;
  /** Standard and custom attributes, without `sub`. */
  attributes: Record<string, string>;
  /** {"salt","verifier"} sealed, or null: the user has no password. */
  password: Sealed | null;
  passwordSetAt: number | null;
  factors: UserFactors;
  /** When all sessions were ended last: see `storage/sign-out.ts`. */
  signedOutAt: number | null;
  /** Rises with every write: compare-and-swap. */
  version: number;
  createdAt: number;
  modifiedAt: number;
};

/** A name the user can sign in with; `key` is folded to the pool's case rule and unique in the pool. */
export type SignInName = { kind: Schema['user_names']['kind']; key: string };

const countShards = 16;
const shardOf = (sub: string) => Number.parseInt(sub.slice(0, 4), 16) % countShards || 0;

/** Longer than any filter can ask for, and short enough for an index entry of either engine. */
const longestSearchKey = 512;

/** How a value is folded for search: without case, and cut. */
export const searchKey = (value: string): string => value.toLowerCase().slice(0, longestSearchKey);

const toUser = (row: Selectable<Schema['users']>): User => ({
  poolId: row.pool_id,
  sub: row.sub,
  username: row.username,
  status: row.status as UserStatus,
  enabled: row.enabled === 1,
  attributes: JSON.parse(row.attributes),
  password: row.password,
  passwordSetAt: row.password_set_at,
  factors: JSON.parse(row.factors),
  signedOutAt: row.signed_out_at,
  version: row.version,
  createdAt: row.created_at,
  modifiedAt: row.modified_at,
});

/** The row of a new user. */
export const userRow = (user: User): Insertable<Schema['users']> => ({
  pool_id: user.poolId,
  sub: user.sub,
  ...columnsOf(user),
});

const columnsOf = (user: User) => ({
  username: user.username,
  status: user.status,
  enabled: (user.enabled ? 1 : 0) as Flag,
  attributes: JSON.stringify(user.attributes),
  password: user.password,
  password_set_at: user.passwordSetAt,
  factors: JSON.stringify(user.factors),
  signed_out_at: user.signedOutAt,
  version: user.version,
  created_at: user.createdAt,
  modified_at: user.modifiedAt,
});

/**
 * Inserts a user with names and search rows; to be called in a transaction.
 * @returns the name that another user already has: roll back then
 */
export const insertUser = async (db: Db, user: User, names: SignInName[]): Promise<SignInName | undefined> => {
  await db.insertInto('users').values(userRow(user)).execute();
  const taken = await insertNames(db, user, names);
  if (taken !== undefined) return taken;
  await insertSearchRows(db, user, Object.entries(user.attributes));
  await countBy(db, user, 1);
  return undefined;
};

const insertNames = async (db: Db, user: User, names: SignInName[]): Promise<SignInName | undefined> => {
  for (const name of names) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('user_names')
      .values({ pool_id: user.poolId, name_key: name.key, kind: name.kind, sub: user.sub })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) continue;
    const holder = await findSubByName(db, user.poolId, name.key);
    if (holder !== user.sub) return name;
  }
  return undefined;
};

/** What a user with these attributes is found by: any of them, so that a filter costs the same in a pool of any size. */
export const searchRows = (user: User, attributes: [string, string][]): Insertable<Schema['user_attributes']>[] =>
  attributes.map(([name, value]) => ({ pool_id: user.poolId, name, value_key: searchKey(value), sub: user.sub }));

const insertSearchRows = async (db: Db, user: User, attributes: [string, string][]) => {
  const rows = searchRows(user, attributes);
  if (rows.length > 0)
    await db
      .insertInto('user_attributes')
      .values(rows)
      .onConflict(conflict => conflict.doNothing())
      .execute();
};

const countBy = (db: Db, user: { poolId: string; sub: string }, change: 1 | -1) =>
  addToShard(db, user.poolId, shardOf(user.sub), change);

/** Counts users who have been added. */
export const countNewUsers = async (db: Db, poolId: string, subs: readonly string[]): Promise<void> => {
  const counts = Map.groupBy(subs, shardOf);
  // In one order, so that two who count wait for each other instead of forever.
  for (const shard of [...counts.keys()].sort((a, b) => a - b))
    await addToShard(db, poolId, shard, counts.get(shard)?.length ?? 0);
};

const addToShard = async (db: Db, poolId: string, shard: number, change: number) => {
  await db
    .insertInto('user_counts')
    .values({ pool_id: poolId, shard, count: change })
    .onConflict(conflict =>
      conflict.columns(['pool_id', 'shard']).doUpdateSet({ count: sql<number>`user_counts.count + ${change}` }),
    )
    .execute();
};

export const findUser = async (db: Db, poolId: string, sub: string): Promise<User | undefined> => {
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .executeTakeFirst();
  return row && toUser(row);
};

/**
 * The newest record, held for the rest of the transaction: whoever else wants to save it or delete it waits.
 * An update that changes nothing takes the row's lock on every engine.
 */
export const lockUser = async (tx: Db, poolId: string, sub: string): Promise<User | undefined> => {
  const row = await tx
    .updateTable('users')
    .set({ version: sql<number>`version` })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .returningAll()
    .executeTakeFirst();
  return row && toUser(row);
};

/** Whether the database has ended a transaction in favour of another one: a deadlock, or a conflict between two that overlap. */
export const lostToAnother = (error: unknown): boolean =>
  ['40P01', '40001'].includes((error as { code?: string } | undefined)?.code ?? '');

/** The user who signs in with this (folded) name, whichever kind of name it is. */
export const findUserByName = async (db: Db, poolId: string, nameKey: string): Promise<User | undefined> => {
  const row = await db
    .selectFrom('user_names')
    .innerJoin('users', join =>
      join.onRef('users.pool_id', '=', 'user_names.pool_id').onRef('users.sub', '=', 'user_names.sub'),
    )
    .selectAll('users')
    .where('user_names.pool_id', '=', poolId)
    .where('user_names.name_key', '=', nameKey)
    .executeTakeFirst();
  return row && toUser(row);
};

export const findSubByName = async (db: Db, poolId: string, nameKey: string): Promise<string | undefined> => {
  const row = await db
    .selectFrom('user_names')
    .select('sub')
    .where('pool_id', '=', poolId)
    .where('name_key', '=', nameKey)
    .executeTakeFirst();
  return row?.sub;
};

export type UserSaved = { outcome: 'saved' | 'stale' } | { outcome: 'name taken'; name: SignInName };

/**
 * Saves `after` if nobody has saved since `before` was read; to be called in a transaction, which is to be rolled back
 * unless the outcome is `saved`.
 */
export const saveUser = async (
  db: Db,
  before: User,
  after: User,
  names: { before: SignInName[]; after: SignInName[] },
): Promise<UserSaved> => {
  const { numUpdatedRows } = await db
    .updateTable('users')
    .set({ ...columnsOf(after), version: before.version + 1 })
    .where('pool_id', '=', before.poolId)
    .where('sub', '=', before.sub)
    .where('version', '=', before.version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return { outcome: 'stale' };

  const lost = names.before.filter(old => !names.after.some(name => name.key === old.key));
  for (const name of lost) {
    await db
      .deleteFrom('user_names')
      .where('pool_id', '=', before.poolId)
      .where('name_key', '=', name.key)
      .where('sub', '=', before.sub)
      .execute();
  }
  const gained = names.after.filter(name => !names.before.some(old => old.key === name.key));
  const taken = await insertNames(db, after, gained);
  if (taken !== undefined) return { outcome: 'name taken', name: taken };

  const attributes = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  const changed = [...attributes].filter(name => before.attributes[name] !== after.attributes[name]);
  if (changed.length > 0) {
    await db
      .deleteFrom('user_attributes')
      .where('pool_id', '=', before.poolId)
      .where('sub', '=', before.sub)
      .where('name', 'in', changed)
      .execute();
    const kept = Object.entries(after.attributes).filter(([name]) => changed.includes(name));
    await insertSearchRows(db, after, kept);
  }
  return { outcome: 'saved' };
};

/** Deletes the user and, by cascade, all that belongs to them; to be called in a transaction. @returns false when gone already */
export const deleteUser = async (db: Db, poolId: string, sub: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .executeTakeFirst();
  if (numDeletedRows !== 1n) return false;
  await countBy(db, { poolId, sub }, -1);
  return true;
};

export { toUser };
