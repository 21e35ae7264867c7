/** A process that is killed at any moment loses nothing that it had acknowledged. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { connect } from '../../src/storage/connect.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cenote-test-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

/** Runs the writer, kills it `life` milliseconds after its first acknowledgement; returns the numbers it acknowledged. */
async function writeUntilKilled(from: number, life: number): Promise<number[]> {
  const script = new URL('sqlite-crash-writer.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [script, dataDir, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  writer.stdout.setEncoding('utf8').on('data', text => {
    output += text;
  });
  await once(writer.stdout, 'data');
  await sleep(life);
  writer.kill('SIGKILL');
  const [, signal] = await once(writer, 'close');
  assert.equal(signal, 'SIGKILL', 'the writer was alive until it was killed');
  // The last line may be cut off in the middle of a number.
  return output.slice(0, output.lastIndexOf('\n')).split('\n').map(Number);
}

it('has every acknowledged row after SIGKILL, five times', async () => {
  const acknowledged = new Set<number>();
  for (let round = 0; round < 5; round++) {
    for (const id of await writeUntilKilled(round * 1_000_000, Math.random() * 150)) acknowledged.add(id);

    const storage = await connect({ dataDir });
    const { rows } = await sql<{ id: number; pair: number }>`
      select a.id, count(b.id) as pair from rows a left join rows b on b.id = -a.id where a.id > 0 group by a.id`.execute(
      storage.db,
    );
    const { rows: check } = await sql`pragma integrity_check`.execute(storage.db);
    await storage.close();

    assert.deepEqual(check, [{ integrity_check: 'ok' }]);
    const stored = new Set(rows.map(row => row.id));
    assert.deepEqual(
      [...acknowledged].filter(id => !stored.has(id)),
      [],
    );
    const halves = rows.filter(row => row.id % 2 === 0 && row.pair !== 1);
    assert.deepEqual(halves, [], 'a transaction is there as a whole or not at all');
  }
  assert.ok(acknowledged.size > 50, `only ${acknowledged.size} rows were written: too few to prove anything`);
});
