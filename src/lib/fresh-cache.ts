/** A bounded cache of hot, read-mostly records: at most `maxAge` old, and never older than what this process itself has written. */
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

export type FreshCache<T> = {
  /** The cached value, or what `load` finds. Concurrent calls share one load. */
  get(key: string, load: () => Promise<T>): Promise<T>;
  /** Call after a write has committed: a load that began before it is not kept. */
  forget(key: string): void;
};

/** @param maxAge milliseconds for which a value may be served without asking the database again */
export const createFreshCache = <T>(clock: Clock, { maxAge = 1000, max = 10_000 } = {}): FreshCache<T> => {
  const entries = new LRUCache<string, { value: Promise<T>; loadedAt: number }>({ max });
  return {
    get(key, load) {
      const now = clock.now();
      const cached = entries.get(key);
      if (cached !== undefined && now - cached.loadedAt < maxAge && now >= cached.loadedAt) return cached.value;
      const entry = { value: load(), loadedAt: now };
      entries.set(key, entry);
      entry.value.catch(() => {
        if (entries.peek(key) === entry) entries.delete(key);
      });
      return entry.value;
    },
    forget(key) {
      entries.delete(key);
    },
  };
};
