import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  claimMessage,
  claimMessages,
  findMessage,
  insertMessage,
  listMessages,
  markFailed,
  markSent,
  nextDueAt,
  type OutboxMessage,
  reschedule,
  retryMessage,
} from '../../src/storage/outbox.ts';
import { eachEngine } from '../support/databases.ts';

const start = 1_800_000_000_000;
const minute = 60_000;

eachEngine('outbox', database => {
  const put = async (messageId: string, more: Partial<OutboxMessage> = {}) => {
    const message = {
      messageId,
      poolId: 'us-east-1_a',
      sub: 'sub',
      medium: 'EMAIL' as const,
      destination: 'jane@example.com',
      purpose: 'SignUp',
      topic: null,
      content: 'sealed',
      createdAt: start,
      expiresAt: start + 60 * minute,
      ...more,
    };
    await insertMessage(database.db, message);
    return messageId;
  };
  const claim = (now: number, limit = 10, medium: OutboxMessage['medium'] = 'EMAIL') =>
    claimMessages(database.db, { medium, now, leaseEnds: now + minute, limit });
  const read = async (messageId: string) => (await findMessage(database.db, messageId))!;
  const check = (title: string, body: () => Promise<void>) =>
    test(title, async () => {
      await database.db.deleteFrom('outbox').execute();
      await body();
    });

  check('a message is claimed once it is due, by one worker, until its lease ends', async () => {
    await put('m', { createdAt: start + 5 });
    assert.equal(await nextDueAt(database.db, 'EMAIL'), start + 5);
    assert.deepEqual(await claim(start), []);
    const [claimed] = await claim(start + 5);
    assert.deepEqual(claimed, {
      messageId: 'm',
      poolId: 'us-east-1_a',
      sub: 'sub',
      medium: 'EMAIL',
      destination: 'jane@example.com',
      purpose: 'SignUp',
      topic: null,
      content: 'sealed',
      state: 'sending',
      tries: 1,
      lastError: null,
      nextTryAt: start + 5 + minute,
      createdAt: start + 5,
      sentAt: null,
      expiresAt: start + 60 * minute,
    });
    assert.deepEqual(await claim(start + 4 + minute), []);
    assert.equal(await nextDueAt(database.db, 'EMAIL'), start + 5 + minute);
    assert.equal((await claim(start + 5 + minute))[0]?.tries, 2);
  });

  check('the longest due come first, and no other medium', async () => {
    for (const [index, createdAt] of [30, 10, 20].entries()) await put(`m${index}`, { createdAt: start + createdAt });
    await put('s', { medium: 'SMS' });
    const claimed = await claim(start + minute, 2);
    assert.deepEqual(
      claimed.map(message => message.messageId),
      ['m1', 'm2'],
    );
    assert.deepEqual(
      (await claim(start + minute, 10, 'SMS')).map(message => message.messageId),
      ['s'],
    );
  });

  check('claims at the same time share the messages out', async () => {
    const ids = await Promise.all(Array.from({ length: 300 }, (_, index) => put(`m${index}`)));
    const connections = [database.storage, await database.connect(), await database.connect()];
    const taken: string[] = [];
    const worker = async ({ db }: (typeof connections)[number]) => {
      while ((await nextDueAt(db, 'EMAIL'))! <= start) {
        const claimed = await claimMessages(db, { medium: 'EMAIL', now: start, leaseEnds: start + minute, limit: 3 });
        taken.push(...claimed.map(message => message.messageId));
      }
    };
    await Promise.all(connections.map(worker));
    assert.deepEqual(taken.toSorted(), ids.toSorted());
  });

  check('sent: the content goes, or stays when told to, and the message is due no more', async () => {
    for (const id of ['gone', 'kept']) await put(id);
    await claim(start);
    await markSent(database.db, 'gone', { now: start + 1, keepContent: false });
    await markSent(database.db, 'kept', { now: start + 1, keepContent: true });
    const [gone, kept] = [await read('gone'), await read('kept')];
    assert.deepEqual([gone.state, gone.sentAt, gone.content], ['sent', start + 1, null]);
    assert.deepEqual([kept.state, kept.sentAt, kept.content], ['sent', start + 1, 'sealed']);
    assert.deepEqual(await claim(start + 30 * minute), []);
    assert.equal(await nextDueAt(database.db, 'EMAIL'), undefined);
  });

  check('rescheduled: due again at the given time, with the error', async () => {
    await put('m');
    const [claimed] = await claim(start);
    await reschedule(database.db, claimed!, { nextTryAt: start + 500, error: 'no luck' });
    const { state, lastError, content } = await read('m');
    assert.deepEqual([state, lastError, content], ['queued', 'no luck', 'sealed']);
    assert.deepEqual(await claim(start + 499), []);
    assert.equal((await claim(start + 500)).length, 1);
  });

  check('a worker whose claim has passed to another cannot settle it, but what it has sent is sent', async () => {
    await put('m');
    const [late] = await claim(start);
    const [present] = await claim(start + minute);
    await reschedule(database.db, late!, { nextTryAt: start, error: 'late' });
    await markFailed(database.db, late!, { error: 'late', keepContent: false });
    assert.deepEqual(await read('m'), present);
    await markSent(database.db, 'm', { now: start + minute, keepContent: false });
    await reschedule(database.db, present!, { nextTryAt: start, error: 'sent already' });
    assert.equal((await read('m')).state, 'sent');
  });

  check('retried by hand: what failed or waits, not what is being sent, sent, expired or empty', async () => {
    for (const id of ['failed', 'empty', 'waits', 'sent', 'sending', 'expired']) await put(id);
    for (const claimed of await claim(start)) {
      const error = 'no luck';
      if (claimed.messageId === 'failed') await markFailed(database.db, claimed, { error, keepContent: true });
      if (claimed.messageId === 'empty') await markFailed(database.db, claimed, { error, keepContent: false });
      if (claimed.messageId === 'waits') await reschedule(database.db, claimed, { nextTryAt: start + minute, error });
      if (claimed.messageId === 'sent') await markSent(database.db, 'sent', { now: start, keepContent: true });
      if (claimed.messageId === 'expired') await markFailed(database.db, claimed, { error, keepContent: true });
    }
    const retried: Record<string, boolean> = {};
    for (const id of ['failed', 'empty', 'waits', 'sent', 'sending', 'unknown']) {
      retried[id] = await retryMessage(database.db, id, start + 1);
    }
    assert.deepEqual(retried, {
      failed: true,
      empty: false,
      waits: true,
      sent: false,
      sending: false,
      unknown: false,
    });
    assert.equal(await retryMessage(database.db, 'expired', start + 60 * minute), false);
    const claimed = await claim(start + 1);
    assert.deepEqual(claimed.map(({ messageId, tries }) => [messageId, tries]).toSorted(), [
      ['failed', 1],
      ['waits', 1],
    ]);
  });

  check('listed: newest first, by pool and state, page by page', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const [index, id] of ids.entries()) await put(id, { createdAt: start + Math.floor(index / 2) });
    await put('other', { poolId: 'us-east-1_b', createdAt: start + 9 });
    const [first] = await claim(start, 1);
    const list = async (query: Partial<Parameters<typeof listMessages>[1]>) =>
      (await listMessages(database.db, { limit: 10, ...query })).map(message => message.messageId);
    assert.deepEqual(await list({}), ['other', 'e', 'd', 'c', 'b', 'a']);
    assert.deepEqual(await list({ poolId: 'us-east-1_b' }), ['other']);
    assert.deepEqual(await list({ state: 'sending' }), [first!.messageId]);

    const pages: string[][] = [];
    let after: OutboxMessage | undefined;
    do {
      const page: OutboxMessage[] = await listMessages(database.db, { poolId: 'us-east-1_a', limit: 2, after });
      pages.push(page.map(message => message.messageId));
      after = page.at(-1);
    } while (after !== undefined);
    assert.deepEqual(pages, [['e', 'd'], ['c', 'b'], ['a'], []]);
  });

  check('one message alone is claimed when it is due and nobody has it', async () => {
    await put('other');
    await put('m', { createdAt: start + 5 });
    const claimOne = (now: number) => claimMessage(database.db, { messageId: 'm', now, leaseEnds: now + minute });
    assert.equal(await claimOne(start), undefined);
    const claimed = await claimOne(start + 5);
    assert.deepEqual([claimed?.messageId, claimed?.state, claimed?.tries], ['m', 'sending', 1]);
    assert.equal(await claimOne(start + 6), undefined);
    assert.equal((await read('other')).state, 'queued');
  });

  check('a newer message takes the place of those of its topic that still wait for this user', async () => {
    const topic = 'forgot-password';
    await put('sent', { topic });
    await claim(start);
    await markSent(database.db, 'sent', { now: start, keepContent: false });
    await put('old', { topic });
    await put('other topic', { topic: 'sign-up' });
    await put('other user', { topic, sub: 'somebody else' });
    await put('other pool', { topic, poolId: 'us-east-1_b' });
    await put('without', {});
    await put('new', { topic });
    const states = (await listMessages(database.db, { limit: 10 })).map(({ messageId, state }) => [messageId, state]);
    assert.deepEqual(Object.fromEntries(states), {
      sent: 'sent',
      old: 'replaced',
      'other topic': 'queued',
      'other user': 'queued',
      'other pool': 'queued',
      without: 'queued',
      new: 'queued',
    });
    assert.equal((await read('old')).content, null);
    assert.equal(await retryMessage(database.db, 'old', start), false);
  });

  check('a message that is replaced while it is being sent is sent or given up', async () => {
    for (const id of ['arrives', 'fails']) await put(id, { topic: id });
    const claims = await claim(start);
    for (const { messageId } of claims)
      await put(`newer than ${messageId}`, { topic: messageId, createdAt: start + 1 });
    await markSent(database.db, 'arrives', { now: start, keepContent: false });
    const failing = claims.find(({ messageId }) => messageId === 'fails')!;
    await reschedule(database.db, failing, { nextTryAt: start + 1, error: 'busy' });
    assert.deepEqual([(await read('arrives')).state, (await read('fails')).state], ['sent', 'replaced']);
    const due = (await claim(start + 1)).map(({ messageId }) => messageId);
    assert.deepEqual(due.toSorted(), ['newer than arrives', 'newer than fails']);
  });
});
