/** Slows down whoever guesses: wrong tries are counted by address, so that nobody locks others out from elsewhere. */
import { LRUCache } from 'lru-cache';
import { consume } from '../../storage/throttles.ts';
import type { PoolCall } from '../../user-pools/call/call.ts';
import { tooMany } from './errors.ts';

type Limit = { kind: string; limit: number; windowMs: number };

/** `of`: what is guessed, where that is one of several. */
export type GuessLimit = {
  /** To be called before a try is looked at. @throws OAuthError for an address that has been wrong too often */
  refuse(call: PoolCall, of?: string): void;
  /** Counts a wrong try. @throws OAuthError when it was one too many */
  count(call: PoolCall, of?: string): Promise<void>;
};

const createGuessLimit = ({ kind, limit, windowMs }: Limit): GuessLimit => {
  /** Guessers that this process knows, and until when: whoever is right costs no look-up in the database. */
  const refused = new LRUCache<string, number>({ max: 1000 });
  const subjectOf = ({ sealer, pool, sourceIp }: PoolCall, of: string) =>
    sealer.mac('guesses', `${pool.id}/${of}/${sourceIp}`);
  const refusal = (ms: number) => tooMany('Too many wrong tries.', ms);

  return {
    refuse(call, of = '') {
      if (refused.size === 0) return;
      const left = (refused.get(subjectOf(call, of)) ?? 0) - call.clock.now();
      if (left > 0) throw refusal(left);
    },
    async count(call, of = '') {
      const [subject, now] = [subjectOf(call, of), call.clock.now()];
      if (await consume(call.db, { poolId: call.pool.id, kind, subject, now, limit, windowMs })) return;
      refused.set(subject, now + windowMs);
      throw refusal(windowMs);
    },
  };
};

const minutes = 60_000;

export type Guesses = { clientSecret: GuessLimit; deviceCode: GuessLimit };

export const createGuesses = (): Guesses => ({
  clientSecret: createGuessLimit({ kind: 'client-secret', limit: 20, windowMs: 5 * minutes }),
  // Short enough for a person to type.
  deviceCode: createGuessLimit({ kind: 'device-user-code', limit: 10, windowMs: 5 * minutes }),
});
