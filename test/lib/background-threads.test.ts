/** The thread pool runs below the event loop's priority, and the event loop keeps its own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, platform } from 'node:os';
import { it } from 'node:test';
import { lowerThreadPool } from '../../src/lib/background-threads.ts';

it('lowers the pool alone', { skip: platform() !== 'linux' && 'only Linux knows priorities of threads' }, async () => {
  const own = getPriority();
  await lowerThreadPool();
  const threads = readdirSync('/proc/self/task');
  const pool = threads.filter(each => readFileSync(`/proc/self/task/${each}/comm`, 'utf8').startsWith('libuv-worker'));
  assert.ok(pool.length > 0);
  for (const thread of pool) assert.ok(getPriority(Number(thread)) > own);
  assert.equal(getPriority(process.pid), own);
});
