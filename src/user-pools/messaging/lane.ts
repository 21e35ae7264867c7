/** Delivers the messages of one medium: takes what is due from the outbox, so many at a time, again and again. */
import { type Loop, startLoop } from '../../lib/alarm.ts';
import { claimMessage, claimMessages, nextDueAt, type OutboxMessage } from '../../storage/outbox.ts';
import { type DeliveryDeps, deliver, kindOf, type Outcome } from './deliver.ts';
import type { Medium } from './templates.ts';
import type { Transport } from './transport.ts';

/** In milliseconds, except `concurrency`. */
export type DeliveryLimits = {
  /** Messages of one medium that are sent at a time. */
  concurrency: number;
  /** A send that takes longer is given up and tried again. */
  sendTimeout: number;
  /** How long a claim holds: after a crash, when another worker takes over. Longer than `sendTimeout`. */
  lease: number;
  /** How long to wait at most before looking for what other processes have left behind. */
  pollInterval: number;
};

export type Lane = Loop & {
  /**
   * Tries one message at once, out of its turn.
   * @returns `later` when others are before it, when somebody else has taken it, or when it will be tried again
   */
  tryNow(messageId: string): Promise<Outcome>;
};

export const startLane = (
  deps: DeliveryDeps,
  medium: Medium,
  transport: Transport,
  { concurrency, sendTimeout, lease, pollInterval }: DeliveryLimits,
): Lane => {
  const { db, clock, log } = deps;
  const inFlight = new Set<Promise<Outcome>>();

  /** Holds a place in the lane until `claim` has turned out to be nothing, or its message has been tried. */
  const begin = (claim: Promise<OutboxMessage | undefined>): Promise<Outcome> => {
    const attempt = claim
      .then(message => (message === undefined ? 'later' : deliver(deps, transport, message, sendTimeout)))
      .catch((error): Outcome => {
        // The claim runs out and the message is tried again.
        log.error(kindOf(error), 'outbox: result not recorded');
        return 'later';
      })
      .finally(() => {
        inFlight.delete(attempt);
        loop.wake();
      });
    inFlight.add(attempt);
    return attempt;
  };

  /** Takes what is due. @returns milliseconds until there may be more */
  const step = async (rests: () => void): Promise<number> => {
    const room = concurrency - inFlight.size;
    if (room <= 0) return pollInterval;
    const now = clock.now();
    // Looking is a read: nobody takes the writer's turn for nothing.
    const due = await nextDueAt(db, medium);
    if (due !== undefined && due <= now) {
      const claimed = await claimMessages(db, { medium, now, leaseEnds: now + lease, limit: room });
      for (const message of claimed) begin(Promise.resolve(message));
      // None: another replica was faster.
      return claimed.length > 0 ? 0 : 20;
    }
    if (inFlight.size === 0) rests();
    return Math.min(due === undefined ? pollInterval : due - now, pollInterval);
  };

  const loop = startLoop({
    round: rests =>
      step(rests).catch(error => {
        log.error(kindOf(error), 'outbox: the database cannot be reached');
        return 1000;
      }),
    finish: () => Promise.all(inFlight),
  });
  let stopped = false;

  return {
    ...loop,
    async tryNow(messageId) {
      // What is printed cannot fail, and who comes to a queue waits in it.
      if (stopped || transport.keepsContent || inFlight.size >= concurrency) {
        loop.wake();
        return 'later';
      }
      const now = clock.now();
      return begin(claimMessage(db, { messageId, now, leaseEnds: now + lease }));
    },
    stop() {
      stopped = true;
      return loop.stop();
    },
  };
};
