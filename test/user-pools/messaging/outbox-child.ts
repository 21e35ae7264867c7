/** A process that delivers from the outbox of a database, and tells its parent of each message as its carrier has it: to be killed. */
import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { connect } from '../../../src/storage/connect.ts';
import { startDelivery } from '../../../src/user-pools/messaging/delivery.ts';
import { createCarrier } from './world.ts';

const [, , url = '', dataDir = '', key = ''] = process.argv;
const { db } = await connect({ url, dataDir });
const carrier = createCarrier(({ messageId }) => {
  process.stdout.write(`${messageId}\n`);
});
startDelivery({
  db,
  clock: systemClock,
  sealer: createSealer([{ id: 'test', key: Buffer.from(key, 'hex') }]),
  log: pino({ level: 'silent' }),
  transports: { EMAIL: carrier, SMS: carrier },
  limits: { lease: 1000, sendTimeout: 500, pollInterval: 100 },
  finishDraft: async () => 'sent',
});
setInterval(() => {}, 60_000);
