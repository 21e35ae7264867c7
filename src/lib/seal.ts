/**
 * Secrets at rest and values that travel through the client and come back: sealed with AES-256-GCM under a master key.
 *
 * A sealed text is the base64url of
 *   version (1) | length of the key id (1) | key id | salt (16) | nonce (12) | ciphertext | tag (16).
 * Each purpose has a key of its own (HKDF-SHA256 of the master key), and each message one derived from it with the salt,
 * so the number of messages that AES-GCM bears under one key with random nonces is never approached.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** `key` is 32 bytes; `id` is short and not secret: it travels with what the key seals. */
export type MasterKey = { id: string; key: Buffer };

export type Sealer = {
  /** Base64url text, bound to `purpose` and `context`: it opens only with the same two. */
  seal(purpose: string, plaintext: string | Uint8Array, context?: string): string;
  /** The plaintext, or undefined when the text is forged, foreign or damaged, or its key is gone. Never throws. */
  open(purpose: string, sealed: string, context?: string): Buffer | undefined;
  /**
   * The same plaintext under the newest key: the text as it is when that has sealed it, and undefined when it cannot be opened.
   * What is sealed anew throughout no longer needs the older keys.
   */
  reseal(purpose: string, sealed: string, context?: string): string | undefined;
  /** Base64url HMAC-SHA256 of `value` under the newest key: what is stored in place of a code or token. */
  mac(purpose: string, value: string): string;
  /**
   * The same under every key, newest first. What was stored before the keys were rotated carries the MAC of an older
   * key, so whoever looks up or compares a MAC tries all of these; whoever stores one uses `mac`.
   */
  macs(purpose: string, value: string): string[];
};

const version = 1;
const cipher = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The first key seals, all of them open. Purposes are constants of the code, never input: a key is kept for each.
 * Throws when there is no key, a key is not of 32 bytes, or an id is empty, repeated or longer than 255 bytes.
 */
export function createSealer(keys: MasterKey[]): Sealer {
  const rings = new Map(keys.map(key => [key.id, purposeKeys(key)]));
  if (rings.size === 0) throw new RangeError('a sealer needs at least one key');
  if (rings.size < keys.length) throw new RangeError('the ids of the master keys must differ');
  const newest = keys[0]!.id;
  const head = header(newest);
  const macWith = (ring: PurposeKeys, purpose: string, value: string) =>
    createHmac('sha256', ring('mac', purpose)).update(value).digest('base64url');

  const sealer: Sealer = {
    seal(purpose, plaintext, context = '') {
      const random = randomBytes(saltBytes + nonceBytes);
      const key = messageKey(rings.get(newest)!('seal', purpose), random.subarray(0, saltBytes));
      const aes = createCipheriv(cipher, key, random.subarray(saltBytes));
      aes.setAAD(associated(head, purpose, context));
      const body = typeof plaintext === 'string' ? aes.update(plaintext, 'utf8') : aes.update(plaintext);
      return Buffer.concat([head, random, body, aes.final(), aes.getAuthTag()]).toString('base64url');
    },

    open(purpose, sealed, context = '') {
      try {
        const bytes = Buffer.from(sealed, 'base64url');
        // Node skips characters that are not base64url: one value must have one text.
        if (bytes.toString('base64url') !== sealed) return undefined;
        const idEnd = 2 + bytes[1]!;
        const saltEnd = idEnd + saltBytes;
        const nonceEnd = saltEnd + nonceBytes;
        const ring = rings.get(bytes.toString('utf8', 2, idEnd));
        if (bytes[0] !== version || !ring || bytes.length < nonceEnd + tagBytes) return undefined;
        const key = messageKey(ring('seal', purpose), bytes.subarray(idEnd, saltEnd));
        const aes = createDecipheriv(cipher, key, bytes.subarray(saltEnd, nonceEnd), { authTagLength: tagBytes });
        aes.setAAD(associated(bytes.subarray(0, idEnd), purpose, context));
        aes.setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([aes.update(bytes.subarray(nonceEnd, -tagBytes)), aes.final()]);
      } catch {
        // final() throws when the tag does not match.
        return undefined;
      }
    },

    reseal(purpose, sealed, context = '') {
      const plaintext = sealer.open(purpose, sealed, context);
      const isNewest = Buffer.from(sealed, 'base64url').subarray(0, head.length).equals(head);
      return plaintext && !isNewest ? sealer.seal(purpose, plaintext, context) : plaintext && sealed;
    },

    mac: (purpose, value) => macWith(rings.get(newest)!, purpose, value),
    macs: (purpose, value) => [...rings.values()].map(ring => macWith(ring, purpose, value)),
  };
  return sealer;
}

type PurposeKeys = (use: 'seal' | 'mac', purpose: string) => KeyObject;

/** Derives a key for each use and purpose, once. */
function purposeKeys({ id, key }: MasterKey): PurposeKeys {
  if (key.length !== 32) throw new RangeError(`master key ${id} must have 32 bytes, not ${key.length}`);
  const derived = new Map<string, KeyObject>();
  return (use, purpose) => {
    const info = `cenote ${use} ${purpose}`;
    let found = derived.get(info);
    if (!found) {
      found = createSecretKey(Buffer.from(hkdfSync('sha256', key, '', info, 32)));
      derived.set(info, found);
    }
    return found;
  };
}

// A KeyObject, although used once: node:crypto takes a Buffer as key at three times the cost of the whole cipher.
function messageKey(purposeKey: KeyObject, salt: Buffer): KeyObject {
  return createSecretKey(createHmac('sha256', purposeKey).update(salt).digest());
}

function header(id: string): Buffer {
  const name = Buffer.from(id);
  if (name.length < 1 || name.length > 255) throw new RangeError('the id of a master key has 1 to 255 bytes');
  return Buffer.concat([Buffer.of(version, name.length), name]);
}

/** The header, then purpose and context each behind its length, so that no two pairs give the same bytes. */
function associated(head: Buffer, purpose: string, context: string): Buffer {
  const parts = [purpose, context].flatMap(text => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat([head, ...parts]);
}
