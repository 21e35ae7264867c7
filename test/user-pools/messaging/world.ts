/** What delivery needs in a test: a clock that the test moves, a sealer, a log to read, and a carrier in place of the outside world. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createSealer } from '../../../src/lib/seal.ts';
import type { Db } from '../../../src/storage/schema.ts';
import type { MessageRoutes } from '../../../src/user-pools/messaging/choose.ts';
import { enqueue } from '../../../src/user-pools/messaging/outbox.ts';
import type { OutgoingMessage, Transport } from '../../../src/user-pools/messaging/transport.ts';

/** The settings of messages, all at their defaults. */
export const routes: MessageRoutes = {
  email: undefined,
  smtpUrl: undefined,
  mailFrom: 'no-reply@example.org',
  sesEndpoint: undefined,
  sms: 'log',
  snsEndpoint: undefined,
  smsSender: undefined,
  smsSecret: undefined,
};

export const hour = 60 * 60_000;

export const createWorld = () => {
  let time = 1_800_000_000_000;
  const lines: string[] = [];
  const clock = { now: () => time };
  const sealer = createSealer([{ id: 'test', key: randomBytes(32) }]);
  return {
    clock,
    sealer,
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    /** All that was logged, as one text. */
    logged: () => lines.join(''),
    /** What is sent here is finished. */
    finishDraft: () => Promise.reject(new Error('a draft among finished messages')),
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    send: (db: Db, message: { code: string; destination?: string; medium?: 'EMAIL' | 'SMS' }) =>
      enqueue(
        db,
        { sealer, clock },
        {
          poolId: 'us-east-1_a',
          sub: 'sub',
          medium: message.medium ?? 'EMAIL',
          destination: message.destination ?? 'jane@example.com',
          purpose: 'SignUp',
          content: {
            ...(message.medium === 'SMS' ? {} : { subject: 'Your verification code' }),
            text: `Your code is ${message.code}`,
          },
          expiresAt: time + 24 * hour,
        },
      ),
  };
};

/** Keeps what it carries; `fault` may reject a message before that. */
export const createCarrier = (
  fault: (message: OutgoingMessage, signal: AbortSignal) => void | Promise<void> = () => {},
): Transport & { carried: OutgoingMessage[] } => {
  const carried: OutgoingMessage[] = [];
  return {
    name: 'carrier',
    keepsContent: false,
    carried,
    async send(message, signal) {
      await fault(message, signal);
      carried.push(message);
    },
  };
};
