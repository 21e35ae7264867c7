/** Slows down who leaves something here for which no client vouches: requests that are pushed, and devices that wait, for public clients. */
import { LRUCache } from 'lru-cache';
import type { LoginClientCall } from '../host.ts';
import { tooMany } from './errors.ts';

/** @throws OAuthError for an address that has left too much within a minute */
export type Deposits = (call: LoginClientCall) => void;

/** Some hundreds of people may stand behind one address. */
const limit = 100;
const windowMs = 60_000;
/** Addresses that are remembered; those that come no more are forgotten first. */
const mostAddresses = 10_000;

/** Whoever has a network of version 6 has the lower half of the address to choose from. */
const networkOf = (address: string): string => {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const [left, right] = [head.split(':'), (tail ?? '').split(':')];
  const full = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return full.slice(0, 4).join(':');
};

/** In the memory of this process: what it protects is worth no write. */
export const createDeposits = (): Deposits => {
  const counted = new LRUCache<string, { count: number; until: number }>({ max: mostAddresses });
  return ({ client, sourceIp, clock }) => {
    if (client.secrets.length > 0) return;
    const [network, now] = [networkOf(sourceIp), clock.now()];
    const before = counted.get(network);
    const entry = before !== undefined && before.until > now ? before : { count: 0, until: now + windowMs };
    entry.count += 1;
    counted.set(network, entry);
    if (entry.count > limit) throw tooMany('Too many requests.', entry.until - now);
  };
};
