/** A loop that works through what is due and then rests, until its time comes or somebody wakes it. */

export type Loop = {
  /** There may be work. Returns at once. */
  wake(): void;
  /** Resolves when a round has found nothing to do. */
  idle(): Promise<void>;
  /** Resolves once the round under way, if any, has ended, and what `finish` waits for. */
  stop(): Promise<void>;
};

export type Rounds = {
  /**
   * Does what is due. Must not throw.
   * @param rests says whether nothing is left to wait for, for those who wait until the loop is idle
   * @returns milliseconds until there may be more
   */
  round(rests: () => void): Promise<number>;
  /** Waits for what rounds have left running, when the loop stops. */
  finish?(): Promise<unknown>;
};

/** Starts with a round at once. Between rounds it keeps no process alive that has nothing else to do. */
export const startLoop = ({ round, finish }: Rounds): Loop => {
  let waiting: (() => void)[] = [];
  let stopped = false;
  let woken = false;
  let endPause = () => {};

  const wake = () => {
    woken = true;
    endPause();
  };
  const pause = (milliseconds: number) =>
    new Promise<void>(resolve => {
      if (woken || stopped) return resolve();
      const timer = setTimeout(resolve, milliseconds).unref();
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  const run = async () => {
    while (!stopped) {
      woken = false;
      // Whoever woke the loop during the round wants one more before it rests.
      await pause(
        await round(() => {
          if (!woken) release();
        }),
      );
    }
    await finish?.();
    release();
  };
  // Not within this call: a round may speak of the loop.
  const running = Promise.resolve().then(run);

  return {
    wake,
    idle() {
      if (stopped) return running;
      const idle = new Promise<void>(resolve => waiting.push(resolve));
      wake();
      return idle;
    },
    stop() {
      stopped = true;
      wake();
      return running;
    },
  };
};
