/** One try to send one message: what happens to it, and what becomes of it in the outbox. */
import { randomInt } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import { markFailed, markSent, type OutboxMessage, reschedule } from '../../storage/outbox.ts';
import { findPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import type { ExportLog } from '../call/export-log.ts';
import { customSenderTransport, type FinishDraft } from './draft-delivery.ts';
import { openOutbox } from './outbox.ts';
import { maxTries, nextTry } from './retry.ts';
import { deliveryFailure, readFailure, type Transport } from './transport.ts';

export type DeliveryDeps = {
  db: Db;
  clock: Clock;
  sealer: Sealer;
  log: Logger;
  /** Told of every message that is given up. */
  exportLog?: ExportLog;
  finishDraft: FinishDraft;
};

/** `refused`: given up; `denied`: the service refuses the server, not the message; `later`: still to be sent. */
export type Outcome = 'sent' | 'refused' | 'denied' | 'later';

/** Sends one claimed message and records what came of it. */
export const deliver = async (
  { db, clock, sealer, log, exportLog, finishDraft }: DeliveryDeps,
  transport: Transport,
  message: OutboxMessage,
  timeout: number,
): Promise<Outcome> => {
  const { messageId, medium, destination, purpose, tries, expiresAt } = message;
  const about = { messageId, poolId: message.poolId, medium, purpose, transport: transport.name, tries };
  const giveUp = async (error: string, keepContent: boolean): Promise<Outcome> => {
    await markFailed(db, message, { error, keepContent });
    log.error({ ...about, error }, 'message not delivered');
    const pool = exportLog && (await findPool(db, message.poolId));
    if (pool)
      exportLog(pool, 'userNotification', { details: `${medium} message (${purpose}) not delivered: ${error}` });
    return 'refused';
  };

  if (expiresAt <= clock.now()) return giveUp(message.lastError ?? 'expired before it could be sent', false);
  if (tries > maxTries) return giveUp(message.lastError ?? 'never finished', true);
  const content = openOutbox(sealer, message);
  if (content === undefined) return giveUp('its content cannot be opened with the present master key', true);

  let carrier: Pick<Transport, 'name' | 'keepsContent'> = transport;
  try {
    const words = 'draft' in content ? await finishDraft(message, content.draft) : content;
    if (words === 'sent') carrier = customSenderTransport;
    else {
      const outgoing = { messageId, poolId: message.poolId, medium, destination, purpose, content: words };
      await within(timeout, signal => transport.send(outgoing, signal));
    }
  } catch (failure) {
    const { summary, permanent, denied } = readFailure(failure);
    const now = clock.now();
    const nextTryAt = nextTry(message, { now, permanent, chance: randomInt(1000) / 1000 });
    if (nextTryAt === undefined) return giveUp(summary, true);
    await reschedule(db, message, { nextTryAt, error: summary });
    log.warn({ ...about, error: summary, nextTryInMs: nextTryAt - now }, 'message not delivered yet');
    return denied ? 'denied' : 'later';
  }
  await markSent(db, messageId, { now: clock.now(), keepContent: carrier.keepsContent });
  log.info({ ...about, transport: carrier.name }, 'message delivered');
  return 'sent';
};

/** Runs `work` for `milliseconds` at most; after that its signal is aborted and its result no longer awaited. */
const within = async (milliseconds: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      reject(deliveryFailure(`no answer within ${milliseconds / 1000} s`, false));
    }, milliseconds);
  });
  try {
    await Promise.race([work(controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
  }
};

/** Database errors may quote values of the row: only their kind is logged. */
export const kindOf = (error: unknown) => ({ error: readFailure(error).summary });
