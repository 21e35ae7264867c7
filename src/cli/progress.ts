/** Says on standard error how far a long command is, once a second. */
import type { Clock } from '../lib/clock.ts';

const interval = 1000;

/**
 * @param sentence what has been done, given a count
 * @returns a function to call with the count so far; and one to call at the end
 */
export const startProgress = (clock: Clock, sentence: (count: number) => string) => {
  const startedAt = clock.now();
  let saidAt = startedAt;
  let count = 0;
  const say = () => {
    const seconds = Math.max(clock.now() - startedAt, 1) / 1000;
    process.stderr.write(`${sentence(count)}, ${Math.round(count / seconds).toLocaleString('en')} a second\n`);
  };
  return {
    at(now: number) {
      count = now;
      if (clock.now() - saidAt < interval) return;
      saidAt = clock.now();
      say();
    },
    end: say,
  };
};
