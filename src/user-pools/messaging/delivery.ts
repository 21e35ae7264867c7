/** The worker that empties the outbox: beside the requests, never in their way, and on every replica at once. */
import type { Loop } from '../../lib/alarm.ts';
import type { OutboxMessage } from '../../storage/outbox.ts';
import type { DeliveryDeps, Outcome } from './deliver.ts';
import { type DeliveryLimits, type Lane, startLane } from './lane.ts';
import type { Medium } from './templates.ts';
import type { Transports } from './transport.ts';

const defaults: DeliveryLimits = { concurrency: 8, sendTimeout: 60_000, lease: 120_000, pollInterval: 10_000 };

/**
 * `wake` it after the commit of an `enqueue`. It is idle when no message is due and none is being sent: what waits for another
 * try does not count. When it stops, it waits for what is being sent and closes the transports.
 */
export type Delivery = Loop & {
  /** Tries a message that has just been committed, at once where that is possible; see `Lane`. */
  tryNow(message: Pick<OutboxMessage, 'messageId' | 'medium'>): Promise<Outcome>;
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
  const start = (medium: Medium): Lane => startLane(deps, medium, transports[medium], { ...defaults, ...limits });
  const byMedium: Record<Medium, Lane> = { EMAIL: start('EMAIL'), SMS: start('SMS') };
  const lanes = Object.values(byMedium);
  return {
    tryNow: ({ messageId, medium }) => byMedium[medium].tryNow(messageId),
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
