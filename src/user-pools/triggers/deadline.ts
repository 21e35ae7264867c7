/** Ends a function's try in time, whatever it waits for: the network, credentials, an answer that trickles in. */
import type { FunctionAnswer } from '../call/functions.ts';

/**
 * @param milliseconds the try's time
 * @param attempt is told by the signal when nobody waits any more; what it throws afterwards is dropped
 * @returns `timeout` when the time is over
 */
export const withDeadline = async (
  milliseconds: number,
  attempt: (signal: AbortSignal) => Promise<FunctionAnswer>,
): Promise<FunctionAnswer> => {
  const aborting = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<FunctionAnswer>(resolve => {
    timer = setTimeout(() => {
      resolve({ kind: 'timeout' });
      aborting.abort();
    }, milliseconds);
  });
  try {
    const answer = attempt(aborting.signal);
    // Once the time is over nobody hears of its failure.
    answer.catch(() => {});
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
};
