/** `cenote outbox …`: the messages to users. */
import type { Config } from '../config.ts';
import type { Foundation } from '../foundation.ts';
import { findMessage, listMessages, type OutboxMessage, retryMessage } from '../storage/outbox.ts';
import { openContent, openOutbox } from '../user-pools/messaging/outbox.ts';
import { print, withFoundation } from './with-foundation.ts';

const headline = (message: OutboxMessage): string =>
  [
    new Date(message.createdAt).toISOString(),
    message.messageId,
    message.state,
    message.medium,
    message.destination,
    message.purpose,
    message.poolId,
  ].join('  ');

/** Why it is not sent yet, or not at all. */
const troubleOf = ({ state, tries, lastError, nextTryAt }: OutboxMessage): string[] => {
  if (lastError === null) return [];
  const next = state === 'queued' ? `; next try at ${new Date(nextTryAt).toISOString()}` : '';
  return [`    (${lastError}; tried ${tries === 1 ? 'once' : `${tries} times`}${next})`];
};

const textOf = ({ sealer }: Foundation, message: OutboxMessage): string => {
  const content = openOutbox(sealer, message);
  if (message.state === 'replaced') return '    (a newer message took its place)';
  if (content === undefined)
    return message.state === 'sent'
      ? '    (the text was removed once the message was sent)'
      : '    (the text is of no use any more, or its key is gone)';
  if ('draft' in content) return '    (a function of the user pool words or sends it)';
  return content.text
    .trim()
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');
};

type ListOptions = { limit: string; pool?: string; state?: string };
const states = ['queued', 'sending', 'sent', 'failed', 'replaced'] as const;

export const listOutbox = (config: Config, { limit, pool, state }: ListOptions): Promise<void> =>
  withFoundation(config, async foundation => {
    const wanted = states.find(each => each === state);
    if (state !== undefined && wanted === undefined) throw new Error(`--state: expected one of ${states.join(', ')}`);
    if (!/^[1-9]\d{0,3}$/.test(limit)) throw new Error(`--limit: expected a number from 1 to 9999, got "${limit}"`);
    const messages = await listMessages(foundation.storage.db, { poolId: pool, state: wanted, limit: Number(limit) });
    if (messages.length === 0) print('No messages.');
    for (const message of messages)
      print([headline(message), ...troubleOf(message), textOf(foundation, message)].join('\n'));
  });

const found = async ({ storage }: Foundation, id: string): Promise<OutboxMessage> => {
  const message = await findMessage(storage.db, id);
  if (message === undefined) throw new Error(`there is no message ${id} ("cenote outbox" shows those there are)`);
  return message;
};

export const showMessage = (config: Config, id: string): Promise<void> =>
  withFoundation(config, async foundation => {
    const message = await found(foundation, id);
    const { content: _, ...facts } = message;
    print(JSON.stringify({ ...facts, content: openContent(foundation.sealer, message) ?? null }, null, 2));
  });

export const retry = (config: Config, id: string): Promise<void> =>
  withFoundation(config, async foundation => {
    const message = await found(foundation, id);
    const { storage, clock } = foundation;
    if (!(await retryMessage(storage.db, message.messageId, clock.now())))
      throw new Error(`message ${id} is ${message.state} and cannot be sent again`);
    print(`${id}: queued again; a running server sends it within ten seconds`);
  });
