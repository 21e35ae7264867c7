/** Deletes what has expired, and what belongs to deleted pools and groups, in batches small enough not to be noticed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Db, Schema, Table } from './schema.ts';

type Expiring = { [T in Table]: 'expires_at' extends keyof Schema[T] ? T : never }[Table];
type Expiry = { key: string; kept?: number };

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Primary key of each table whose rows expire, and how long rows are kept beyond that, in milliseconds. */
const EXPIRING = {
  codes: { key: 'pool_id, sub, purpose' },
  sign_in_attempts: { key: 'pool_id, attempt_id' },
  superseded_refresh_tokens: { key: 'pool_id, refresh_hash' },
  // The family's last access tokens may outlive it, and their revocation is looked up here.
  token_sessions: { key: 'pool_id, origin_jti', kept: DAY },
  sso_sessions: { key: 'pool_id, session_id' },
  throttles: { key: 'pool_id, kind, subject' },
  outbox: { key: 'message_id' },
  webauthn_registrations: { key: 'pool_id, sub' },
  auth_events: { key: 'pool_id, sub, event_id' },
  // A second use of a code is noticed for an hour.
  authorization_codes: { key: 'pool_id, code_hash', kept: HOUR },
  pushed_requests: { key: 'pool_id, request_hash' },
  // A device that asks once more is told that its time is over.
  device_grants: { key: 'pool_id, device_hash', kept: HOUR },
} satisfies Record<Expiring, Expiry>;

/**
 * How long a deleted pool is left as it is, in milliseconds. Another server may know it for a second yet, and a request there
 * may wait for a function or a database meanwhile: what it writes then has its pool's row to refer to, and goes with it.
 */
const GRACE = 30_000;

const BATCH = 50;
/** A user takes a dozen rows of other tables along. */
const USER_BATCH = 10;

/** Between batches, in milliseconds: requests come first. */
const PAUSE = 5;

type Deletion = () => Promise<number>;

/** Sweeps once; `stopped` is asked between batches. Returns the number of rows (users, for a pool) deleted. */
export async function sweep(db: Db, now: number, stopped: () => boolean = () => false): Promise<number> {
  let total = 0;
  const repeat = async (size: number, deletion: Deletion) => {
    for (let deleted = size; deleted >= size && !stopped(); await sleep(PAUSE)) {
      deleted = await deletion();
      total += deleted;
    }
  };
  for (const [table, { key, kept = 0 }] of Object.entries<Expiry>(EXPIRING)) {
    await repeat(BATCH, () => deleteExpired(db, table, key, now - kept));
  }
  const groups = await db
    .selectFrom('user_groups')
    .select(['pool_id', 'group_id'])
    .where('deleted_at', 'is not', null)
    .execute();
  for (const group of groups) {
    await repeat(BATCH, () => deleteMembers(db, group));
    if (!stopped()) await deleteGroup(db, group);
  }
  const pools = await db
    .selectFrom('user_pools')
    .select('pool_id')
    .where('deleted_at', '<=', now - GRACE)
    .execute();
  for (const { pool_id } of pools) {
    await repeat(USER_BATCH, () => deleteUsers(db, pool_id));
    // What is left hangs on the pool's row and is little: clients, secrets, signing keys, groups.
    if (!stopped()) await db.deleteFrom('user_pools').where('pool_id', '=', pool_id).execute();
  }
  const identityPools = await db
    .selectFrom('identity_pools')
    .select('identity_pool_id')
    .where('deleted_at', '<=', now - GRACE)
    .execute();
  for (const { identity_pool_id } of identityPools) {
    await repeat(BATCH, () => deleteIdentities(db, identity_pool_id));
    if (!stopped()) await db.deleteFrom('identity_pools').where('identity_pool_id', '=', identity_pool_id).execute();
  }
  return total;
}

/** Users of whom a pool is freed at once: more are left to the sweeper, since nobody waits that long for an answer. */
const FREED_AT_ONCE = 2000;

/**
 * Removes what is left of a deleted pool, so that a new one may have its id.
 * @returns false when too much is left, or when the pool is not deleted
 */
export async function freePoolId(db: Db, poolId: string): Promise<boolean> {
  const left = await db.selectFrom('user_pools').select('deleted_at').where('pool_id', '=', poolId).executeTakeFirst();
  if (left === undefined) return true;
  if (left.deleted_at === null) return false;
  for (let freed = 0; freed < FREED_AT_ONCE; freed += USER_BATCH) {
    if ((await deleteUsers(db, poolId)) === USER_BATCH) continue;
    await db.deleteFrom('user_pools').where('pool_id', '=', poolId).where('deleted_at', 'is not', null).execute();
    return true;
  }
  return false;
}

async function deleteExpired(db: Db, table: string, key: string, before: number): Promise<number> {
  const [name, columns] = [sql.table(table), sql.raw(key)];
  const { numAffectedRows } = await sql`
    delete from ${name} where (${columns}) in
      (select ${columns} from ${name} where expires_at <= ${before} order by expires_at limit ${sql.lit(BATCH)})
  `.execute(db);
  return Number(numAffectedRows);
}

type GroupKey = { pool_id: string; group_id: string };

async function deleteMembers(db: Db, { pool_id, group_id }: GroupKey): Promise<number> {
  const batch = db
    .selectFrom('group_members')
    .select('sub')
    .where('pool_id', '=', pool_id)
    .where('group_id', '=', group_id)
    .limit(BATCH);
  const { numDeletedRows } = await db
    .deleteFrom('group_members')
    .where('pool_id', '=', pool_id)
    .where('group_id', '=', group_id)
    .where('sub', 'in', batch)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function deleteGroup(db: Db, { pool_id, group_id }: GroupKey): Promise<void> {
  await db.deleteFrom('user_groups').where('pool_id', '=', pool_id).where('group_id', '=', group_id).execute();
}

async function deleteUsers(db: Db, poolId: string): Promise<number> {
  const batch = db.selectFrom('users').select('sub').where('pool_id', '=', poolId).limit(USER_BATCH);
  const { numDeletedRows } = await db
    .deleteFrom('users')
    .where('pool_id', '=', poolId)
    .where('sub', 'in', batch)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** With their logins. */
async function deleteIdentities(db: Db, poolId: string): Promise<number> {
  const batch = db.selectFrom('identities').select('identity_id').where('identity_pool_id', '=', poolId).limit(BATCH);
  const { numDeletedRows } = await db
    .deleteFrom('identities')
    .where('identity_pool_id', '=', poolId)
    .where('identity_id', 'in', batch)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/**
 * Sweeps every `every` milliseconds, never two at a time; an error is logged and the next round tries again.
 * The returned function stops it and waits for the batch under way.
 */
export function startSweeper({
  db,
  clock,
  log,
  every,
}: {
  db: Db;
  clock: Clock;
  log: Pick<Logger, 'error'>;
  every: number;
}): () => Promise<void> {
  let stopped = false;
  let round: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    round ??= sweep(db, clock.now(), () => stopped)
      .catch(error => log.error({ err: error }, 'sweep failed'))
      .finally(() => {
        round = undefined;
      });
  }, every).unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await round;
  };
}
