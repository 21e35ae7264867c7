/** Import of users: the jobs, the files that were uploaded for them, and what became of the rows that were not imported. */
import { sql, type Transaction } from 'kysely';
import type { Engine } from '../connect.ts';

const tables = (key: string, time: string): Record<string, string> => ({
  user_import_jobs: `
    pool_id ${key} not null references user_pools on delete cascade,
    job_id ${key} not null,
    name text not null,
    role_arn text,
    hash_algorithm text,
    status ${key} not null,
    message text,
    imported integer not null,
    skipped integer not null,
    failed integer not null,
    row_count integer not null,
    upload_id ${key},
    lease_owner ${key},
    lease_ends_at ${time},
    created_at ${time} not null,
    started_at ${time},
    completed_at ${time},
    primary key (pool_id, job_id)`,

  user_import_chunks: `
    pool_id ${key} not null,
    job_id ${key} not null,
    upload_id ${key} not null,
    chunk integer not null,
    content text not null,
    primary key (pool_id, job_id, upload_id, chunk),
    foreign key (pool_id, job_id) references user_import_jobs on delete cascade`,

  user_import_log: `
    pool_id ${key} not null,
    job_id ${key} not null,
    row_number integer not null,
    line integer not null,
    outcome text not null,
    message text not null,
    primary key (pool_id, job_id, row_number),
    foreign key (pool_id, job_id) references user_import_jobs on delete cascade`,
});

export async function userImport(db: Transaction<unknown>, engine: Engine): Promise<void> {
  const sqlite = engine === 'sqlite';
  const [key, time] = sqlite ? ['text', 'integer'] : ['text collate "C"', 'bigint'];
  for (const [name, columns] of Object.entries(tables(key!, time!))) {
    const storage = sqlite ? (name === 'user_import_log' ? ' strict, without rowid' : ' strict') : '';
    await sql.raw(`create table ${name} (${columns})${storage}`).execute(db);
  }
  await sql`create index user_import_jobs_age_idx on user_import_jobs (pool_id, created_at, job_id)`.execute(db);
  await sql`create index user_import_jobs_job_idx on user_import_jobs (job_id)`.execute(db);
  await sql`create index user_import_jobs_open_idx on user_import_jobs (status, created_at)
    where status in ('Created', 'Pending', 'InProgress')`.execute(db);
  // What makes sure that only one runs in a pool, whoever starts it.
  await sql`create unique index user_import_jobs_running_idx on user_import_jobs (pool_id)
    where status in ('Pending', 'InProgress')`.execute(db);
}
