/** Work that must not overlap takes turns: one at a time for each key, in the order in which it came. */

export type Turns = {
  /** Runs `work` once everything taken earlier under `key` has ended, well or badly; settles as `work` does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** How many keys have work running or waiting; 0 when idle. */
  readonly size: number;
};

/** Turns are kept within this process only: they spare contention, they do not replace a transaction. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    take(key, work) {
      const result = (last.get(key) ?? Promise.resolve()).then(work);
      const ended = result.then(leave, leave);
      function leave() {
        if (last.get(key) === ended) last.delete(key);
      }
      last.set(key, ended);
      return result;
    },
    get size() {
      return last.size;
    },
  };
}
