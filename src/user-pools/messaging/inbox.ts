/** `GET /_cenote/inbox`: the messages that were printed, for tests of applications, which read codes from it. Newest first. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalidParameter } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sealer } from '../../lib/seal.ts';
import { listMessages, type OutboxMessage } from '../../storage/outbox.ts';
import type { Db } from '../../storage/schema.ts';
import type { SigV4 } from '../../wire/sigv4.ts';
import { regionOf } from './addressing.ts';
import { isFromHere, readerAccount } from './inbox-access.ts';
import { openContent } from './outbox.ts';
import type { Medium } from './templates.ts';
import type { Transports } from './transport.ts';

export type InboxOptions = {
  db: Db;
  sealer: Sealer;
  clock: Clock;
  verify: SigV4;
  access: 'off' | 'signed' | 'open';
  transports: Transports;
  /** Whether Host may have been changed by a proxy that is trusted to say what it was. */
  behindProxy: boolean;
};

export const inboxPath = '/_cenote/inbox';

type Query = { to?: string; pool?: string; limit: number };

const usualLimit = 50;
const mostAtOnce = 500;

/** @throws InvalidParameterException */
const readQuery = ({ query }: FastifyRequest): Query => {
  const { to, pool, limit = `${usualLimit}`, ...rest } = query as Record<string, unknown>;
  const isText = (value: unknown) => value === undefined || typeof value === 'string';
  // A signature may stand in the query.
  const unknown = Object.keys(rest).filter(name => !name.startsWith('X-Amz-'));
  if (unknown.length > 0 || !isText(to) || !isText(pool))
    throw invalidParameter('The inbox takes to, pool and limit, each once.');
  if (!/^[1-9]\d{0,2}$/.test(String(limit)) || Number(limit) > mostAtOnce)
    throw invalidParameter(`limit must be from 1 to ${mostAtOnce}.`);
  return { to: to as string | undefined, pool: pool as string | undefined, limit: Number(limit) };
};

/** What a policy must allow: the pool that is asked for, or all of the account's. */
const resourceOf =
  ({ pool = '' }: Query) =>
  (accountId: string) =>
    `arn:aws:cognito-idp:${regionOf(pool) || '*'}:${accountId}:userpool/${pool || '*'}`;

/** Messages that a function has yet to word, or sends itself, are not here. */
const describe = (sealer: Sealer, message: OutboxMessage) => {
  const content = openContent(sealer, message);
  if (content === undefined) return [];
  const { from, subject, text, html, code, link } = content;
  return [
    {
      messageId: message.messageId,
      userPoolId: message.poolId,
      medium: message.medium,
      to: message.destination,
      purpose: message.purpose,
      createdAt: new Date(message.createdAt).toISOString(),
      from,
      subject,
      text,
      html,
      /** The code or temporary password in it, and the link that confirms, so that nobody has to find them in the text. */
      code,
      link,
    },
  ];
};

/** Also what is not printed yet: whoever has an answer of the API finds the message that it speaks of. */
export const addInbox = (server: FastifyInstance, options: InboxOptions): void => {
  const { db, sealer, clock, verify, access, transports, behindProxy } = options;
  const media = (Object.keys(transports) as Medium[]).filter(medium => transports[medium].name === 'log');
  if (access === 'off') return;

  server.get(inboxPath, async (request, reply) => {
    const query = readQuery(request);
    const isOpen = access === 'open' && isFromHere(request);
    const accountId = isOpen
      ? undefined
      : await readerAccount(verify, request, behindProxy, resourceOf(query), clock.now());
    const { to: destination, pool: poolId, limit } = query;
    const filter = { accountId, poolId, destination, media, withContent: true, limit };
    const found = media.length === 0 ? [] : await listMessages(db, filter);
    return reply
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .send({ messages: found.flatMap(message => describe(sealer, message)) });
  });
};
