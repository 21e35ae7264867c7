/** Lets the threads that compute beside the event loop run below its priority, so that signatures do not make every request wait. */
import { readdir, readFile } from 'node:fs/promises';
import { constants, platform, setPriority } from 'node:os';

const tasks = '/proc/self/task';
/** What libuv calls the threads of its pool. */
const poolThread = 'libuv-worker';

/**
 * Lowers the thread pool's priority; only Linux knows priorities of single threads, elsewhere nothing happens. The pool's
 * threads start with the first work they are given, of which reading these files is some.
 */
export const lowerThreadPool = async (): Promise<void> => {
  if (platform() !== 'linux') return;
  for (const thread of await readdir(tasks)) {
    const name = await readFile(`${tasks}/${thread}/comm`, 'utf8').catch(() => '');
    if (name.startsWith(poolThread)) setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
  }
};
