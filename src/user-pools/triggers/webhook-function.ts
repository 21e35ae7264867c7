/** A function that is a webhook: the event goes there as a signed POST request (Standard Webhooks 1.0), its answer comes back. */
import { signWebhook, webhookKey } from '../../lib/webhook-signature.ts';
import type { FunctionAnswer, Functions } from '../call/functions.ts';
import { withDeadline } from './deadline.ts';
import { checkEndpoint } from './endpoint.ts';
import type { Surroundings } from './functions.ts';
import { errorOf } from './thrown.ts';

/** Bytes of an answer that are read; no event comes near it. */
const longestAnswer = 1024 * 1024;

/** What AWS calls the ways in which a service refuses a call. */
const refusals: Record<number, string> = {
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ResourceConflictException',
  413: 'RequestTooLargeException',
  429: 'TooManyRequestsException',
};

/** @returns undefined when it is longer than an answer may be; the rest stays unread */
const readText = async (answer: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > longestAnswer) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const keysOf = (secret: string | undefined, host: string): Buffer[] => {
  if (secret === undefined)
    throw new Error(`a webhook at ${host} needs CENOTE_TRIGGERS_SECRET, which signs what it is sent`);
  return secret.split(',').map(each => webhookKey(each.trim()));
};

/** @param target the URL */
export const createWebhookFunction = (
  target: string,
  { triggersSecret, triggersHttp, clock, log }: Surroundings,
): Functions => {
  const url = checkEndpoint(target, triggersHttp);
  const keys = keysOf(triggersSecret, url.host);

  const read = async (answer: Response, asynchronous: boolean): Promise<FunctionAnswer> => {
    const { status } = answer;
    if (answer.ok && asynchronous) {
      await answer.body?.cancel();
      return { kind: 'result', payload: 'null' };
    }
    const text = await readText(answer);
    // What is too long is no answer of a function; the reader of answers says so.
    if (status === 200) return { kind: 'result', payload: text ?? '' };
    const thrown = errorOf(text ?? '');
    if (thrown !== undefined) return { kind: 'error', message: thrown };
    log.warn({ host: url.host, status }, 'a webhook has refused an event');
    return { kind: 'unavailable', reason: refusals[status] ?? 'ServiceException' };
  };

  return {
    invoke(arn, event, { timeout, idempotencyKey, requestId, asynchronous = false }) {
      return withDeadline(timeout, async signal => {
        const headers = {
          'content-type': 'application/json',
          'user-agent': 'cenote',
          'x-cenote-function': encodeURI(arn),
          'idempotency-key': idempotencyKey,
          ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
          ...signWebhook(keys, { id: idempotencyKey, now: clock.now(), body: event }),
        };
        try {
          // A redirect would carry the event, and a password in it, to somebody whom the table does not name.
          const options = { method: 'POST', headers, body: event, redirect: 'manual', signal } as const;
          return await read(await fetch(url, options), asynchronous);
        } catch (error) {
          if (!signal.aborted) log.warn({ host: url.host, err: error }, 'a webhook cannot be reached');
          return { kind: 'unavailable', reason: 'ServiceException' };
        }
      });
    },
    async close() {},
  };
};
