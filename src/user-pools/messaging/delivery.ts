/** The worker that empties the outbox: beside the requests, never in their way, and on every replica at once. */
import { claimMessages, nextDueAt, type OutboxMessage } from '../../storage/outbox.ts';
import { type DeliveryDeps, deliver, kindOf } from './deliver.ts';
import type { Medium } from './templates.ts';
import type { Transport, Transports } from './transport.ts';

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

const defaults: DeliveryLimits = { concurrency: 8, sendTimeout: 60_000, lease: 120_000, pollInterval: 10_000 };

export type Delivery = {
  /** Call after the commit of an `enqueue`. Returns at once. */
  wake(): void;
  /** Resolves when no message is due and none is being sent: what waits for another try does not count. */
  idle(): Promise<void>;
  /** Takes no more messages, waits for those being sent and closes the transports. */
  stop(): Promise<void>;
};

/**
 * Starts to deliver. Each medium has a lane of its own: a mail server that hangs does not delay an SMS.
 * A message is sent at least once; a crash between a send and its record sends it once more, with the same message id.
 */
export const startDelivery = ({
  transports,
  limits,
  ...deps
}: DeliveryDeps & { transports: Transports; limits?: Partial<DeliveryLimits> }): Delivery => {
  const media = Object.keys(transports) as Medium[];
  const lanes = media.map(medium => startLane(deps, medium, transports[medium], { ...defaults, ...limits }));
  return {
    wake() {
      for (const lane of lanes) lane.wake();
    },
    async idle() {
      await Promise.all(lanes.map(lane => lane.idle()));
    },
    async stop() {
      await Promise.all(lanes.map(lane => lane.stop()));
      for (const transport of new Set(Object.values(transports))) transport.close?.();
    },
  };
};

const startLane = (deps: DeliveryDeps, medium: Medium, transport: Transport, limits: DeliveryLimits): Delivery => {
  const { db, clock, log } = deps;
  const inFlight = new Set<Promise<void>>();
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
      // Waiting for work must not keep a process alive that has nothing else to do.
      const timer = setTimeout(resolve, milliseconds).unref();
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const begin = (message: OutboxMessage) => {
    const delivery = deliver(deps, transport, message, limits.sendTimeout)
      // The claim runs out and the message is tried again.
      .catch(error => log.error({ ...kindOf(error), messageId: message.messageId }, 'outbox: result not recorded'))
      .finally(() => {
        inFlight.delete(delivery);
        wake();
      });
    inFlight.add(delivery);
  };

  /** Takes what is due. @returns milliseconds until there may be more */
  const step = async (): Promise<number> => {
    const room = limits.concurrency - inFlight.size;
    if (room <= 0) return limits.pollInterval;
    const now = clock.now();
    // Looking is a read: nobody takes the writer's turn for nothing.
    const due = await nextDueAt(db, medium);
    if (due !== undefined && due <= now) {
      const claimed = await claimMessages(db, { medium, now, leaseEnds: now + limits.lease, limit: room });
      for (const message of claimed) begin(message);
      // None: another replica was faster.
      return claimed.length > 0 ? 0 : 20;
    }
    if (inFlight.size === 0 && !woken) {
      for (const resolve of waiting) resolve();
      waiting = [];
    }
    return Math.min(due === undefined ? limits.pollInterval : due - now, limits.pollInterval);
  };

  const run = async () => {
    while (!stopped) {
      woken = false;
      const wait = await step().catch(error => {
        log.error(kindOf(error), 'outbox: the database cannot be reached');
        return 1000;
      });
      await pause(wait);
    }
    await Promise.all(inFlight);
    for (const resolve of waiting) resolve();
  };
  const running = run();

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
