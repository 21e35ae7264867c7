/** Puts messages into the outbox, in the transaction of the change that causes them, and opens them again. */
import type { Clock } from '../../lib/clock.ts';
import { uuid } from '../../lib/random.ts';
import type { Sealer } from '../../lib/seal.ts';
import { insertMessage, type OutboxMessage } from '../../storage/outbox.ts';
import type { Db, Sealed } from '../../storage/schema.ts';
import type { Outgoing } from '../call/outgoing.ts';
import type { Draft } from './draft.ts';
import type { Medium, MessageContent, MessagePurpose } from './templates.ts';

/** What is sealed in the outbox. */
export type OutboxContent = MessageContent | { draft: Draft };

/**
 * Stores a message for delivery: it exists exactly if the caller's transaction commits. After the commit, call `delivery.wake()`.
 * @param message.expiresAt epoch milliseconds after which it is not sent any more: when what it carries has expired
 */
export const enqueue = async (
  db: Db,
  { sealer, clock, outgoing }: { sealer: Sealer; clock: Clock; outgoing?: Outgoing | undefined },
  message: {
    poolId: string;
    sub: string;
    medium: Medium;
    destination: string;
    purpose: MessagePurpose;
    /** What still waits under this topic for this user is replaced. */
    topic?: string | undefined;
    content: OutboxContent;
    expiresAt: number;
  },
): Promise<void> => {
  const messageId = uuid();
  const content = sealContent(sealer, messageId, message.content);
  await insertMessage(db, { ...message, topic: message.topic ?? null, messageId, content, createdAt: clock.now() });
  // A request does not wait for a function: Cognito calls custom senders without waiting, too.
  if (!('draft' in message.content)) outgoing?.push({ messageId, medium: message.medium });
};

export const sealContent = (sealer: Sealer, messageId: string, content: OutboxContent): Sealed =>
  sealer.seal('outbox', JSON.stringify(content), messageId);

type Sealing = Pick<OutboxMessage, 'messageId' | 'content'>;

/** The message or its draft; undefined when its content has been removed or its key is gone. */
export const openOutbox = (sealer: Sealer, { messageId, content }: Sealing): OutboxContent | undefined => {
  const opened = content === null ? undefined : sealer.open('outbox', content, messageId);
  return opened && JSON.parse(opened.toString('utf8'));
};

/** What the message says; undefined as well when it is a draft: what a function gets to see is nobody else's to read. */
export const openContent = (sealer: Sealer, message: Sealing): MessageContent | undefined => {
  const content = openOutbox(sealer, message);
  return content === undefined || 'draft' in content ? undefined : content;
};
