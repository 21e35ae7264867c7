/** Slows down whoever guesses client secrets: counted for each client and address, so that nobody locks a client out from elsewhere. */
import { LRUCache } from 'lru-cache';
import { consume } from '../../storage/throttles.ts';
import type { LoginClientCall } from '../host.ts';
import { OAuthError } from './errors.ts';

const limit = 20;
const windowMs = 5 * 60_000;

/** Guessers that this process knows, and until when: whoever gives the right secret costs no look-up in the database. */
const refused = new LRUCache<string, number>({ max: 10_000 });

const subjectOf = ({ sealer, client, sourceIp }: LoginClientCall): string =>
  sealer.mac('client-guess', `${client.id}/${sourceIp}`);

const tooMany = (seconds: number) =>
  new OAuthError('temporarily_unavailable', {
    status: 429,
    description: 'Too many wrong client secrets.',
    headers: { 'retry-after': String(seconds) },
  });

/** @throws OAuthError for an address that has given too many wrong secrets of this client: before the next one is compared */
export const refuseGuesser = async (call: LoginClientCall): Promise<void> => {
  if (refused.size === 0) return;
  const until = refused.get(subjectOf(call)) ?? 0;
  const left = until - call.clock.now();
  if (left > 0) throw tooMany(Math.ceil(left / 1000));
};

/** @throws OAuthError when it was one too many */
export const countWrongSecret = async (call: LoginClientCall): Promise<void> => {
  const subject = subjectOf(call);
  const now = call.clock.now();
  if (await consume(call.db, { poolId: call.pool.id, kind: 'client-secret', subject, now, limit, windowMs })) return;
  refused.set(subject, now + windowMs);
  throw tooMany(windowMs / 1000);
};
