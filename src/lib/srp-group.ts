/** The group of Cognito's SRP-6a: RFC 3526 group 15 (the 3072-bit group of RFC 5054, with g = 2), and its encodings. */
import { getDiffieHellman, hash } from 'node:crypto';

/** Bytes of a number of the group. */
export const groupBytes = 384;

export const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`);
export const g = 2n;

/** k = H(pad(N) ‖ pad(g)). */
export const k = BigInt(`0x${sha256Hex(padHex(N) + padHex(g))}`);

/**
 * The hexadecimal form that all SRP hashes take: that of the *integer* as Java's `BigInteger.toByteArray` gives it,
 * with an even number of digits, no leading zero bytes, and `00` before a set top bit. Takes a non-negative integer or
 * its hexadecimal digits.
 */
export function padHex(value: bigint | string): string {
  const hex = evenHex(value);
  return /^[89a-f]/.test(hex) ? `00${hex}` : hex;
}

/** Lower-case digits in an even number, without leading zero bytes; `00` for zero. */
export function evenHex(value: bigint | string): string {
  const digits = (typeof value === 'bigint' ? value : fromHex(value)).toString(16);
  return digits.length % 2 ? `0${digits}` : digits;
}

/** SHA-256 of the bytes that `hex` denotes, in hexadecimal. */
export function sha256Hex(hex: string): string {
  return hash('sha256', Buffer.from(hex, 'hex'));
}

export function fromHex(hex: string): bigint {
  return BigInt(`0x${hex || '0'}`);
}

export function fromBytes(bytes: Uint8Array): bigint {
  return fromHex(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex'));
}

/** The number modulo N in 384 bytes. */
export function toBytes(value: bigint): Buffer {
  return Buffer.from((value % N).toString(16).padStart(2 * groupBytes, '0'), 'hex');
}
