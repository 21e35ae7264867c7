/** The outbox: messages to people, stored with the change that caused them and kept until they are sent and have expired. */
import type { Selectable } from 'kysely';
import type { Db, Schema, Sealed } from './schema.ts';

type Row = Selectable<Schema['outbox']>;

export type OutboxMessage = {
  messageId: string;
  poolId: string;
  sub: string;
  medium: Row['medium'];
  destination: string;
  purpose: string;
  /** What its text is good for: a newer message of the same topic to the same user makes it useless. */
  topic: string | null;
  /** Null once it is of no use any more. */
  content: Sealed | null;
  /**
   * `sending`: a worker has it until `nextTryAt`; when that has passed the worker is gone and anyone may take it.
   * `replaced`: a newer message came before it was sent.
   */
  state: Row['state'];
  /** How often a worker has taken it. */
  tries: number;
  /** Why the last try failed; holds nothing of the message. */
  lastError: string | null;
  nextTryAt: number;
  createdAt: number;
  sentAt: number | null;
  expiresAt: number;
};

/** A message in the hands of one worker: `tries` tells its claim from the claims of others. */
export type Claim = Pick<OutboxMessage, 'messageId' | 'tries'>;

const toMessage = (row: Row): OutboxMessage => ({
  messageId: row.message_id,
  poolId: row.pool_id,
  sub: row.sub,
  medium: row.medium,
  destination: row.destination,
  purpose: row.purpose,
  topic: row.topic,
  content: row.content,
  state: row.state,
  tries: row.tries,
  lastError: row.last_error,
  nextTryAt: row.next_try_at,
  createdAt: row.created_at,
  sentAt: row.sent_at,
  expiresAt: row.expires_at,
});

const unsettled = ['queued', 'sending'] as const;

/** A message that is being sent while it is replaced becomes `sent` if that succeeds, and is not tried again if not. */
const replaceOlder = async (db: Db, poolId: string, sub: string, topic: string): Promise<void> => {
  await db
    .updateTable('outbox')
    .set({ state: 'replaced', content: null })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('topic', '=', topic)
    .where('state', 'in', unsettled)
    .execute();
};

/** Queues a message, due at once; it takes the place of what still waits under its topic. */
export const insertMessage = async (
  db: Db,
  message: Omit<OutboxMessage, 'state' | 'tries' | 'lastError' | 'nextTryAt' | 'sentAt'>,
): Promise<void> => {
  if (message.topic !== null) await replaceOlder(db, message.poolId, message.sub, message.topic);
  await db
    .insertInto('outbox')
    .values({
      message_id: message.messageId,
      pool_id: message.poolId,
      sub: message.sub,
      medium: message.medium,
      destination: message.destination,
      purpose: message.purpose,
      topic: message.topic,
      content: message.content,
      state: 'queued',
      tries: 0,
      last_error: null,
      next_try_at: message.createdAt,
      created_at: message.createdAt,
      sent_at: null,
      expires_at: message.expiresAt,
    })
    .execute();
};

/** Reserves messages that are due; whoever asks says which. */
const reserving = (db: Db, { now, leaseEnds }: { now: number; leaseEnds: number }) =>
  db
    .updateTable('outbox')
    .set(eb => ({ state: 'sending' as const, tries: eb('tries', '+', 1), next_try_at: leaseEnds }))
    .where('state', 'in', unsettled)
    .where('next_try_at', '<=', now)
    .returningAll();

/**
 * Takes up to `limit` messages that are due, the longest due first, and reserves them until `leaseEnds`.
 * The conditions stand twice: where two replicas choose the same rows, the slower one finds them no longer due and gets fewer.
 */
export const claimMessages = async (
  db: Db,
  { medium, now, leaseEnds, limit }: { medium: Row['medium']; now: number; leaseEnds: number; limit: number },
): Promise<OutboxMessage[]> => {
  const due = db
    .selectFrom('outbox')
    .select('message_id')
    .where('medium', '=', medium)
    .where('state', 'in', unsettled)
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit);
  const rows = await reserving(db, { now, leaseEnds }).where('message_id', 'in', due).execute();
  return rows.map(toMessage).sort((a, b) => a.createdAt - b.createdAt);
};

/** Takes this one message, if it is due and nobody has taken it. */
export const claimMessage = async (
  db: Db,
  { messageId, now, leaseEnds }: { messageId: string; now: number; leaseEnds: number },
): Promise<OutboxMessage | undefined> => {
  const row = await reserving(db, { now, leaseEnds }).where('message_id', '=', messageId).executeTakeFirst();
  return row && toMessage(row);
};

/** When the next message of this medium is due (epoch milliseconds, perhaps past), or undefined when none waits. */
export const nextDueAt = async (db: Db, medium: Row['medium']): Promise<number | undefined> => {
  const row = await db
    .selectFrom('outbox')
    .select('next_try_at')
    .where('medium', '=', medium)
    .where('state', 'in', unsettled)
    .orderBy('next_try_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_try_at;
};

/** Whoever has sent a message says so, even when the claim has passed to another worker meanwhile: it need not be sent again. */
export const markSent = async (
  db: Db,
  messageId: string,
  { now, keepContent }: { now: number; keepContent: boolean },
): Promise<void> => {
  await db
    .updateTable('outbox')
    .set({ state: 'sent', sent_at: now, last_error: null, ...(keepContent ? {} : { content: null }) })
    .where('message_id', '=', messageId)
    .execute();
};

const settleClaim = async (db: Db, { messageId, tries }: Claim, columns: Partial<Row>): Promise<void> => {
  await db
    .updateTable('outbox')
    .set(columns)
    .where('message_id', '=', messageId)
    .where('state', '=', 'sending')
    .where('tries', '=', tries)
    .execute();
};

/** Puts other content in the place of that of a claimed message. Does nothing when the claim has passed to another worker. */
export const rewriteMessage = (db: Db, claim: Claim, content: Sealed): Promise<void> =>
  settleClaim(db, claim, { content });

/** Puts a claimed message back, to be tried at `nextTryAt`. Does nothing when the claim has passed to another worker. */
export const reschedule = (
  db: Db,
  claim: Claim,
  { nextTryAt, error }: { nextTryAt: number; error: string },
): Promise<void> => settleClaim(db, claim, { state: 'queued', next_try_at: nextTryAt, last_error: error });

/** Gives a claimed message up. Its content stays, so that it can be retried by hand, unless it is of no use any more. */
export const markFailed = (
  db: Db,
  claim: Claim,
  { error, keepContent }: { error: string; keepContent: boolean },
): Promise<void> =>
  settleClaim(db, claim, { state: 'failed', last_error: error, ...(keepContent ? {} : { content: null }) });

/** Newest first. @param after the last message of the page before */
export const listMessages = async (
  db: Db,
  {
    accountId,
    poolId,
    state,
    destination,
    media,
    withContent,
    limit,
    after,
  }: {
    /** Of the account's pools. */
    accountId?: string | undefined;
    poolId?: string | undefined;
    state?: Row['state'] | undefined;
    destination?: string | undefined;
    media?: readonly Row['medium'][];
    /** Only those whose content is kept. */
    withContent?: boolean;
    limit: number;
    after?: Pick<OutboxMessage, 'createdAt' | 'messageId'>;
  },
): Promise<OutboxMessage[]> => {
  let query = db.selectFrom('outbox').selectAll();
  if (accountId !== undefined) {
    const pools = db.selectFrom('user_pools').select('pool_id').where('account_id', '=', accountId);
    query = query.where('pool_id', 'in', pools);
  }
  if (poolId !== undefined) query = query.where('pool_id', '=', poolId);
  if (state !== undefined) query = query.where('state', '=', state);
  if (destination !== undefined) query = query.where('destination', '=', destination);
  if (media !== undefined) query = query.where('medium', 'in', media);
  if (withContent) query = query.where('content', 'is not', null);
  if (after !== undefined) {
    query = query.where(eb =>
      eb.or([
        eb('created_at', '<', after.createdAt),
        eb.and([eb('created_at', '=', after.createdAt), eb('message_id', '<', after.messageId)]),
      ]),
    );
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('message_id', 'desc').limit(limit).execute();
  return rows.map(toMessage);
};

export const findMessage = async (db: Db, messageId: string): Promise<OutboxMessage | undefined> => {
  const row = await db.selectFrom('outbox').selectAll().where('message_id', '=', messageId).executeTakeFirst();
  return row && toMessage(row);
};

/**
 * Makes a failed or waiting message due at once, with all its tries before it.
 * @returns false when there is nothing to retry: unknown, being sent, sent, expired or without content
 */
export const retryMessage = async (db: Db, messageId: string, now: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('outbox')
    .set({ state: 'queued', tries: 0, next_try_at: now })
    .where('message_id', '=', messageId)
    .where('state', 'in', ['queued', 'failed'])
    .where('content', 'is not', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
