/** Signatures of webhooks after Standard Webhooks 1.0: the receiver can tell who sent a message, and when. */
import { createHmac } from 'node:crypto';
import { constantTimeEqual } from './equal.ts';

/** How far the clocks of both sides may be apart, in milliseconds: an old message that somebody has caught is of no use. */
const tolerance = 5 * 60_000;

const prefix = 'whsec_';

/**
 * The bytes of a secret.
 * @param secret 24 to 64 bytes in base64, with or without `whsec_` before them
 * @throws Error that does not quote the secret
 */
export const webhookKey = (secret: string): Buffer => {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const key = Buffer.from(text, 'base64');
  const isWhole =
    /^[A-Za-z0-9+/]+={0,2}$/.test(text) && key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (!isWhole || key.length < 24 || key.length > 64)
    throw new Error('expected whsec_ and 24 to 64 bytes in base64, such as openssl rand -base64 32 prints');
  return key;
};

type Signed = {
  /** The same for every try of one message. */
  id: string;
  /** Epoch milliseconds; goes out in seconds. */
  now: number;
  body: string;
};

const signatureOf = (key: Buffer, id: string, seconds: string, body: string): string =>
  createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');

/** The three headers of a signed webhook. @param keys more than one while a secret is being replaced */
export const signWebhook = (keys: readonly Buffer[], { id, now, body }: Signed): Record<string, string> => {
  const seconds = String(Math.floor(now / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': keys.map(key => `v1,${signatureOf(key, id, seconds, body)}`).join(' '),
  };
};

/** What a receiver does: whether one of its keys has signed this body, just now. Names of headers in lower case. */
export const isSignedWebhook = (
  keys: readonly Buffer[],
  headers: Record<string, string | string[] | undefined>,
  { now, body }: Omit<Signed, 'id'>,
): boolean => {
  const [id, seconds, signatures] = ['id', 'timestamp', 'signature'].map(name =>
    String(headers[`webhook-${name}`] ?? ''),
  );
  if (!id || !seconds || !/^\d{1,12}$/.test(seconds) || Math.abs(Number(seconds) * 1000 - now) > tolerance)
    return false;
  const given = (signatures ?? '').split(' ').filter(each => each.startsWith('v1,'));
  return keys.some(key => {
    const right = `v1,${signatureOf(key, id, seconds, body)}`;
    return given.some(each => constantTimeEqual(each, right));
  });
};
