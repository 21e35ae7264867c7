/** Powers modulo the SRP prime by OpenSSL, on the calling thread; about 0.5 ms each for an exponent of 256 bits. */
import { DiffieHellman, getDiffieHellman } from 'node:crypto';
import { fromBytes, g, groupBytes, N, toBytes } from './srp-group.ts';

type Bytes = Uint8Array;

// A predefined group has no setPrivateKey of its own, but the method of DiffieHellman works on it. The documented way,
// createDiffieHellman(N, 2), tests the prime for a second.
const group = getDiffieHellman('modp15') as DiffieHellman;
const setPrivateKey = DiffieHellman.prototype.setPrivateKey as (this: DiffieHellman, key: Bytes) => void;
const two = Buffer.of(Number(g));

/** base^exponent mod N in 384 bytes, for any base; an empty exponent is 0, and 0^0 is 1. */
export function nativePow(base: Bytes, exponent: Bytes): Buffer {
  const value = base.length < groupBytes ? fromBytes(base) : fromBytes(base) % N;
  // OpenSSL refuses the public keys 0, 1 and N - 1.
  if (value < 2n) return toBytes(value === 0n && fromBytes(exponent) > 0n ? 0n : 1n);
  if (value === N - 1n) return toBytes((exponent.at(-1) ?? 0) % 2 ? value : 1n);
  setPrivateKey.call(group, exponent);
  return group.computeSecret(toBytes(value));
}

/** What a worker does for one message. A sign-in's powers go together, so that it pays for one round trip. */
export const powers = {
  pow: nativePow,
  /** v = g^x */
  verifier: (x: Bytes) => nativePow(two, x),
  /** B = k·v + g^b */
  serverPublic: (b: Bytes, kv: Bytes) => toBytes(fromBytes(kv) + fromBytes(nativePow(two, b))),
  /** S = (A·v^u)^b */
  serverSecret: (A: Bytes, v: Bytes, u: Bytes, b: Bytes) =>
    nativePow(toBytes(fromBytes(A) * fromBytes(nativePow(v, u))), b),
} satisfies Record<string, (...numbers: Bytes[]) => Buffer>;

export type Power = keyof typeof powers;
