/** SRP-6a in plain BigInt arithmetic, straight from the formulas, to hold the native implementation against. */
import { createHash, createHmac } from 'node:crypto';

const N = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B' +
    '302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6' +
    '49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D' +
    '670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718' +
    '3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D' +
    'B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C' +
    'BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
);

/** base^exponent mod N by squaring. */
export function modPowReference(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let power = base % N; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * power) % N;
    power = (power * power) % N;
  }
  return result;
}

/** The least bytes of a two's complement number, one for 0. */
export function signedBytes(value: bigint): Buffer {
  const bytes = bytesOf(value);
  return bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

/** The least bytes of an unsigned number, one for 0. */
export function bytesOf(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 255n));
  return Buffer.from(bytes.length ? bytes : [0]);
}

export function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

const H = (...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const k = toNumber(H(signedBytes(N), signedBytes(2n)));

export type Run = { group: string; user: string; password: string; salt: bigint; a: bigint; b: bigint };

/** Every value of one exchange; both sides' S, which must be the same. */
export function exchange({ group, user, password, salt, a, b }: Run) {
  const x = toNumber(H(signedBytes(salt), H(group, user, ':', password)));
  const v = modPowReference(2n, x);
  const A = modPowReference(2n, a);
  const B = (k * v + modPowReference(2n, b)) % N;
  const u = toNumber(H(signedBytes(A), signedBytes(B)));
  const S = modPowReference(A * modPowReference(v, u), b);
  const clientS = modPowReference(B + k * (N - v), a + u * x);
  const prk = createHmac('sha256', signedBytes(u)).update(signedBytes(S)).digest();
  const key = createHmac('sha256', prk).update('Caldera Derived Key\x01').digest().subarray(0, 16);
  return { x, v, A, B, u, S, clientS, key };
}
