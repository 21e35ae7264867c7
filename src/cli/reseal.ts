/**
 * `cenote keys reseal`: seals everything at rest under the first master key, so that the older ones can go. It may run beside
 * servers, be interrupted, and run again: what is done is recognised.
 */
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import type { Foundation } from '../foundation.ts';
import type { Db, Table } from '../storage/schema.ts';
import { startProgress } from './progress.ts';
import { type Row, type SealedColumn, sealedColumns } from './sealed-columns.ts';
import { table } from './table.ts';
import { print, withFoundation } from './with-foundation.ts';

/** Rows of a transaction: sign-ins wait for their turn no longer than that takes. */
const batchSize = 200;

type Counts = { resealed: number; unreadable: number };

const isAfter = (key: readonly string[], last: Row) =>
  sql<boolean>`(${sql.join(key.map(name => sql.ref(name)))}) > (${sql.join(key.map(name => last[name]))})`;

/** The next rows that have something in the column, in the order of the key. */
const readBatch = async (db: Db, { table: name, key, column }: SealedColumn, last: Row | undefined): Promise<Row[]> => {
  const columns = sql.join([...key, column].map(each => sql.ref(each)));
  const after = last === undefined ? sql`` : sql`and ${isAfter(key, last)}`;
  const order = sql.join(key.map(each => sql.ref(each)));
  const { rows } = await sql<Row>`
    select ${columns} from ${sql.table(name)} where ${sql.ref(column)} is not null ${after}
    order by ${order} limit ${batchSize}`.execute(db);
  return rows;
};

/** Nobody's change is lost: a value that has been replaced meanwhile stays, and whoever holds a user's older version reads it again. */
const replace = async (
  db: Db,
  { table: name, key, column }: SealedColumn,
  row: Row,
  value: string,
): Promise<boolean> => {
  const version = name === 'users' ? sql`, version = version + 1` : sql``;
  const where = key.map(each => sql`${sql.ref(each)} = ${row[each]}`);
  const { numAffectedRows } = await sql`
    update ${sql.table(name)} set ${sql.ref(column)} = ${value} ${version}
    where ${sql.join([...where, sql`${sql.ref(column)} = ${row[column]}`], sql` and `)}`.execute(db);
  return numAffectedRows === 1n;
};

const resealColumn = async (
  { storage: { db }, sealer }: Foundation,
  column: SealedColumn,
  counts: Counts,
  onBatch: () => void,
): Promise<void> => {
  let last: Row | undefined;
  do {
    const rows = await readBatch(db, column, last);
    const changes = rows.flatMap(row => {
      const before = row[column.column] as string;
      const after = column.reseal(sealer, before, row);
      if (after === undefined) counts.unreadable++;
      return after === undefined || after === before ? [] : [{ row, after }];
    });
    if (changes.length > 0)
      await db.transaction().execute(async tx => {
        for (const { row, after } of changes) if (await replace(tx, column, row, after)) counts.resealed++;
      });
    onBatch();
    last = rows.length < batchSize ? undefined : rows.at(-1);
  } while (last !== undefined);
};

/**
 * Seals every column anew that has something under an older key, again and again until a whole pass finds nothing: a server may
 * have written back what it had read before.
 */
export const resealAll = async (
  foundation: Foundation,
  onProgress: (resealed: number) => void = () => {},
): Promise<Map<string, Counts>> => {
  const total = new Map(sealedColumns.map(({ what }) => [what, { resealed: 0, unreadable: 0 }]));
  const sum = () => [...total.values()].reduce((all, { resealed }) => all + resealed, 0);
  let before: number;
  do {
    before = sum();
    for (const column of sealedColumns) {
      const counts = total.get(column.what)!;
      counts.unreadable = 0;
      await resealColumn(foundation, column, counts, () => onProgress(sum()));
    }
  } while (sum() > before);
  return total;
};

/** What the database keeps keyed hashes of, and when the last of them is of no use any more. */
const hashed: readonly [what: string, table: Table][] = [
  ['refresh tokens', 'token_sessions'],
  ['browsers signed in on the login pages', 'sso_sessions'],
  ['codes sent to users', 'codes'],
  ['authorization codes', 'authorization_codes'],
  ['authorization requests', 'pushed_requests'],
  ['sign-ins of devices without a browser', 'device_grants'],
];

/** Of what clients carry sealed, the feedback links in messages live longest; browsers that are remembered as devices are asked again. */
const longestCarried = 7 * 24 * 3_600_000;
/** Of GetSessionToken. */
const longestSession = 36 * 3_600_000;

/** When what is known only as a hash, or only to clients, has expired: epoch milliseconds, by what it is. */
const expiries = async ({ storage: { db }, clock }: Foundation): Promise<[what: string, at: number][]> => {
  const now = clock.now();
  const found: [string, number][] = [];
  for (const [what, name] of hashed) {
    const { rows } = await sql<{
      at: number | string | null;
    }>`select max(expires_at) as at from ${sql.table(name)}`.execute(db);
    const at = Number(rows[0]?.at ?? 0);
    if (at > now) found.push([what, at]);
  }
  return [
    ...found,
    ['sign-ins under way and links in messages', now + longestCarried],
    ['temporary credentials', now + longestSession],
  ];
};

export const resealKeys = (config: Config): Promise<void> =>
  withFoundation(config, async foundation => {
    const progress = startProgress(foundation.clock, count => `${count.toLocaleString('en')} sealed anew`);
    const counts = await resealAll(foundation, progress.at);
    progress.end();
    const rows = [...counts].map(([what, { resealed, unreadable }]) => [what, `${resealed}`, `${unreadable}`]);
    print(table(['WHAT', 'SEALED ANEW', 'UNREADABLE'], rows));
    const kept = await expiries(foundation);
    print(
      '\nOf these only hashes are kept here, or clients carry them. They are lost with an older key that goes before:',
    );
    print(
      table(
        ['WHAT', 'LAST ONE EXPIRES'],
        kept.map(([what, at]) => [what, new Date(at).toISOString()]),
      ),
    );
    const unreadable = [...counts.values()].reduce((all, each) => all + each.unreadable, 0);
    if (unreadable > 0)
      throw new Error(`${unreadable} values cannot be opened with these master keys: add the key that sealed them`);
  });
