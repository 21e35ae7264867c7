/** Puts messages into the outbox, in the transaction of the change that causes them, and opens them again. */
import type { Clock } from '../../lib/clock.ts';
import { uuid } from '../../lib/random.ts';
import type { Sealer } from '../../lib/seal.ts';
import { insertMessage, type OutboxMessage } from '../../storage/outbox.ts';
import type { Db } from '../../storage/schema.ts';
import type { Medium, MessageContent, MessagePurpose } from './templates.ts';

/**
 * Stores a message for delivery: it exists exactly if the caller's transaction commits. After the commit, call `delivery.wake()`.
 * @param message.expiresAt epoch milliseconds after which it is not sent any more: when what it carries has expired
 */
export const enqueue = async (
  db: Db,
  { sealer, clock }: { sealer: Sealer; clock: Clock },
  message: {
    poolId: string;
    sub: string;
    medium: Medium;
    destination: string;
    purpose: MessagePurpose;
    content: MessageContent;
    expiresAt: number;
  },
): Promise<void> => {
  const messageId = uuid();
  const content = sealer.seal('outbox', JSON.stringify(message.content), messageId);
  await insertMessage(db, { ...message, messageId, content, createdAt: clock.now() });
};

/** What the message says; undefined when its content has been removed or its key is gone. */
export const openContent = (
  sealer: Sealer,
  { messageId, content }: Pick<OutboxMessage, 'messageId' | 'content'>,
): MessageContent | undefined => {
  const opened = content === null ? undefined : sealer.open('outbox', content, messageId);
  return opened && JSON.parse(opened.toString('utf8'));
};
