/**
 * The server's half of SRP-6a as Cognito does it (RFC 5054 with SHA-256, a padding of its own, and an HKDF).
 *
 * `group` is the part of the pool id after the underscore and `user` the USER_ID_FOR_SRP; for a device they are the
 * device group key and the device key, and the password is the device's secret. Numbers are hexadecimal text. Hash inputs
 * are always `padHex` of the integer: hashing fixed-width bytes would fail one sign-in in 256.
 */
import { createHmac, createSecretKey, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ModPow } from './mod-pow.ts';
import { evenHex, fromBytes, fromHex, groupBytes, k, N, padHex, sha256Hex, toBytes } from './srp-group.ts';

export type Credentials = { group: string; user: string; password: string };

/** What is stored in place of a password. */
export type Verifier = { salt: string; verifier: string };

/**
 * A new salt (16 bytes) and the verifier (768 digits) of a password. The salt's first byte is 40 to 7f: clients differ in
 * what they do with leading zeros and a set top bit, and such a salt has neither.
 */
export async function createVerifier(modPow: ModPow, credentials: Credentials): Promise<Verifier> {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  const salt = bytes.toString('hex');
  return { salt, verifier: (await modPow.verifier(passwordExponent(credentials, salt))).toString('hex') };
}

/** x = H(pad(salt) ‖ H(group ‖ user ‖ ":" ‖ password)), 32 bytes. */
export function passwordExponent({ group, user, password }: Credentials, salt: string): Buffer {
  return Buffer.from(sha256Hex(padHex(salt) + hash('sha256', `${group}${user}:${password}`)), 'hex');
}

/** Whether the password is the one that the verifier was made of; takes as long either way. */
export async function matchesPassword(modPow: ModPow, credentials: Credentials, stored: Verifier): Promise<boolean> {
  const verifier = await modPow.verifier(passwordExponent(credentials, stored.salt));
  return timingSafeEqual(verifier, toBytes(fromHex(stored.verifier)));
}

/**
 * The secret b (256 random bits) and the public B = k·v + g^b to send as SRP_B. B never begins with a zero byte: clients
 * that forget to strip it would fail.
 */
export async function startServer(modPow: ModPow, verifier: string): Promise<{ b: string; B: string }> {
  const kv = toBytes(k * fromHex(verifier));
  for (;;) {
    const b = randomBytes(32);
    const B = await modPow.serverPublic(b, kv);
    if (B[0] !== 0) return { b: b.toString('hex'), B: B.toString('hex') };
  }
}

/**
 * SRP_A in lower case without leading zero bytes, or undefined when it is no hexadecimal number, exceeds 3072 bits
 * (leading zeros allowed up to two digits more) or is 0 modulo N, with which anyone would know S.
 */
export function parseA(hex: string): string | undefined {
  if (!/^[0-9a-f]+$/i.test(hex) || hex.length > 2 * groupBytes + 2) return undefined;
  const A = fromHex(hex);
  return A % N === 0n || A >> BigInt(8 * groupBytes) > 0n ? undefined : evenHex(A);
}

/**
 * A verifier that somebody else has made, in lower case, or undefined when it is no hexadecimal number, exceeds 3072 bits or
 * is 0, 1 or −1 modulo N, with which anyone would know S.
 */
export function parseVerifier(hex: string): string | undefined {
  const verifier = parseA(hex);
  const rest = verifier === undefined ? 0n : fromHex(verifier) % N;
  return rest <= 1n || rest === N - 1n ? undefined : verifier;
}

/** u = H(pad(A) ‖ pad(B)), 64 digits. */
export function scrambler(A: string, B: string): string {
  return sha256Hex(padHex(A) + padHex(B));
}

/** The shared key of 16 bytes, S = (A·v^u)^b. `A` has passed `parseA`; b and B come from `startServer`. */
export async function serverKey(
  modPow: ModPow,
  { A, B, b, verifier }: { A: string; B: string; b: string; verifier: string },
): Promise<Buffer> {
  const u = scrambler(A, B);
  const numbers = [evenHex(A), evenHex(verifier), u, evenHex(b)].map(hex => Buffer.from(hex, 'hex'));
  return sharedKey(await modPow.serverSecret(...(numbers as [Buffer, Buffer, Buffer, Buffer])), u);
}

/** HKDF-SHA256 (RFC 5869) of pad(S) with the salt pad(u) and the info that Cognito's clients use. */
export function sharedKey(S: Buffer, u: string): Buffer {
  const ikm = Buffer.from(padHex(fromBytes(S)), 'hex');
  return Buffer.from(hkdfSync('sha256', ikm, Buffer.from(padHex(u), 'hex'), 'Caldera Derived Key', 16));
}

/** What PASSWORD_CLAIM_SIGNATURE must decode to; `timestamp` as the client sent it. Compare with timingSafeEqual. */
export function claimSignature(
  key: Buffer,
  claim: { group: string; user: string; secretBlock: Buffer; timestamp: string },
): Buffer {
  return createHmac('sha256', createSecretKey(key)) // a Buffer as key costs three times as much
    .update(claim.group + claim.user)
    .update(claim.secretBlock)
    .update(claim.timestamp)
    .digest();
}
