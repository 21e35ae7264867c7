/** Writes numbered rows, many at once, and prints each number when its row is acknowledged; for the crash test. */
import { writeSync } from 'node:fs';
import { sql } from 'kysely';
import { connect } from '../../src/storage/connect.ts';

const [dataDir, from] = process.argv.slice(2);
const { db } = await connect({ dataDir: dataDir! });
await sql`create table if not exists rows (id integer primary key)`.execute(db);

let next = Number(from) + 1;

/** Odd numbers are single writes, even ones transactions of two rows: the number and its negative. */
async function writeForEver(): Promise<never> {
  for (;;) {
    const id = next++;
    if (id % 2 === 1) {
      await sql`insert into rows values (${id})`.execute(db);
    } else {
      await db.transaction().execute(async trx => {
        await sql`insert into rows values (${id})`.execute(trx);
        await sql`insert into rows values (${-id})`.execute(trx);
      });
    }
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, writeForEver));
