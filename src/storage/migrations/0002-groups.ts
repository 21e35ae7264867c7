/** Groups of a pool and their members. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  // The id, not the name, is what members refer to: a group that was deleted and made anew begins without members.
  user_groups: `
    pool_id ${key} not null references user_pools on delete cascade,
    group_id ${key} not null,
    name ${key} not null,
    description text,
    role_arn text,
    precedence integer,
    created_at ${time} not null,
    modified_at ${time} not null,
    deleted_at ${time},
    primary key (pool_id, group_id)`,

  group_members: `
    pool_id ${key} not null,
    sub ${key} not null,
    group_id ${key} not null,
    primary key (pool_id, sub, group_id),
    foreign key (pool_id, sub) references users on delete cascade,
    foreign key (pool_id, group_id) references user_groups on delete cascade`,
});

export async function groups(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key = '', time = ''] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key, time))) {
    const storage = sqlite ? (name === 'group_members' ? ' strict, without rowid' : ' strict') : '';
    await sql.raw(`create table ${name} (${columns})${storage}`).execute(db);
  }
  await sql`create unique index user_groups_name_idx on user_groups (pool_id, name) where deleted_at is null`.execute(
    db,
  );
  await sql`create index user_groups_deleted_idx on user_groups (deleted_at) where deleted_at is not null`.execute(db);
  await sql`create index group_members_group_idx on group_members (pool_id, group_id, sub)`.execute(db);
}
