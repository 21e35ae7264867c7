/** Looks into the database file of a server that was killed: nothing half made may be there. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Each selects what must not be. */
const faults: Record<string, string> = {
  'a user without a name to sign in with': `
    select u.sub from users u where not exists
      (select 1 from user_names n where n.pool_id = u.pool_id and n.sub = u.sub and n.kind = 'username')`,
  'a name without its user': `
    select n.name_key from user_names n where not exists
      (select 1 from users u where u.pool_id = n.pool_id and u.sub = n.sub)`,
  'a searchable attribute without its user': `
    select a.value_key from user_attributes a where not exists
      (select 1 from users u where u.pool_id = a.pool_id and u.sub = a.sub)`,
  'an email that cannot be searched for': `
    select u.sub from users u where json_extract(u.attributes, '$.email') is not null and not exists
      (select 1 from user_attributes a where a.pool_id = u.pool_id and a.sub = u.sub and a.name = 'email'
        and a.value_key = lower(json_extract(u.attributes, '$.email')))`,
  'a count of users that is wrong': `
    select p.pool_id from user_pools p where
      (select count(*) from users u where u.pool_id = p.pool_id) <>
      (select coalesce(sum(c.count), 0) from user_counts c where c.pool_id = p.pool_id)`,
  'a pool without its two signing keys': `
    select p.pool_id from user_pools p where
      (select count(distinct token_use) from signing_keys k where k.pool_id = p.pool_id) <> 2`,
  'a user who waits for a code that was never written to the outbox': `
    select u.sub from users u where u.username like 'signed-up-%' and not exists
      (select 1 from outbox o where o.pool_id = u.pool_id and o.sub = u.sub and o.content is not null)`,
  'a user who waits for a code that is not there': `
    select u.sub from users u where u.username like 'signed-up-%' and u.status = 'UNCONFIRMED' and not exists
      (select 1 from codes c where c.pool_id = u.pool_id and c.sub = u.sub)`,
  'a message to nobody': `
    select o.message_id from outbox o where not exists
      (select 1 from users u where u.pool_id = o.pool_id and u.sub = o.sub)`,
};

/** @returns the numbers of users and messages @throws AssertionError that names the fault */
export const assertConsistent = (
  dataDir: string,
): { users: number; messages: number; queued: number; sending: number } => {
  const database = new DatabaseSync(join(dataDir, 'cenote.db'));
  try {
    assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
    assert.deepEqual(database.prepare('pragma foreign_key_check').all(), []);
    for (const [fault, query] of Object.entries(faults))
      assert.deepEqual(database.prepare(`${query} limit 3`).all(), [], fault);
    const count = (query: string) => Number(database.prepare(`select count(*) as n from ${query}`).get()?.n);
    return {
      users: count('users'),
      messages: count('outbox'),
      queued: count(`outbox where state = 'queued'`),
      sending: count(`outbox where state = 'sending'`),
    };
  } finally {
    database.close();
  }
};
