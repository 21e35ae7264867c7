/** The client's half of Cognito's SRP-6a: for tests, benchmarks and tools, and for the login pages, which prove a device for browsers. */
import { randomBytes } from 'node:crypto';
import type { ModPow } from './mod-pow.ts';
import { type Credentials, passwordExponent, scrambler, sharedKey } from './srp.ts';
import { evenHex, fromBytes, fromHex, k, N, toBytes } from './srp-group.ts';

/** The secret a (256 random bits) and the public A = g^a to send as SRP_A. */
export async function startClient(modPow: ModPow): Promise<{ a: string; A: string }> {
  const a = randomBytes(32);
  return { a: a.toString('hex'), A: evenHex(fromBytes(await modPow.verifier(a))) };
}

/** The shared key of 16 bytes, S = (B - k·g^x)^(a + u·x). Throws when the server's B is 0 modulo N. */
export async function clientKey(
  modPow: ModPow,
  credentials: Credentials,
  { salt, a, A, B }: { salt: string; a: string; A: string; B: string },
): Promise<Buffer> {
  if (fromHex(B) % N === 0n) throw new RangeError('SRP_B is 0 modulo N');
  const u = scrambler(A, B);
  const x = passwordExponent(credentials, salt);
  const kgx = (k * fromBytes(await modPow.verifier(x))) % N;
  const base = toBytes((fromHex(B) % N) + N - kgx);
  const exponent = Buffer.from(evenHex(fromHex(a) + fromHex(u) * fromBytes(x)), 'hex');
  return sharedKey(await modPow.pow(base, exponent), u);
}
