/** A software authenticator and the browser before it, for tests: keys of node:crypto, CBOR written by hand. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** What a ceremony can be made to get wrong. */
export type Quirks = {
  origin?: string;
  /** Hashed into the authenticator data in place of the one that was asked for. */
  relyingPartyId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userPresent?: boolean;
  userVerified?: boolean;
  signCount?: number;
  userHandle?: string | undefined;
  signature?: (signature: Buffer) => Buffer;
  /** Members of the whole answer. */
  more?: Record<string, unknown>;
};

export type Algorithm = 'ES256' | 'RS256' | 'EdDSA';

type Credential = { id: Buffer; privateKey: KeyObject; cose: Buffer; algorithm: Algorithm; userHandle: string };

export type CreationOptions = {
  challenge: string;
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { alg: number; type: string }[];
  excludeCredentials: { id: string; type: string }[];
  authenticatorSelection: Record<string, unknown>;
  timeout: number;
};
export type RequestOptions = {
  challenge: string;
  rpId: string;
  timeout: number;
  userVerification: string;
  allowCredentials: { type: string; id: string; transports?: string[] }[];
};

// CBOR (RFC 8949), as much of it as authenticators speak.
const head = (major: number, length: number): Buffer => {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
};
type Cbor = number | string | Buffer | Map<number | string, Cbor>;
const cbor = (value: Cbor): Buffer => {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])]);
};

const bytes = (base64Url: string | undefined) => Buffer.from(base64Url ?? '', 'base64url');
const text = (buffer: Buffer) => buffer.toString('base64url');
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** COSE_Key (RFC 9053) of a fresh pair. */
const makeKey: Record<Algorithm, () => { privateKey: KeyObject; cose: Map<number, Cbor> }> = {
  ES256: () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    return {
      privateKey,
      cose: new Map<number, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ]),
    };
  },
  RS256: () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n, e } = publicKey.export({ format: 'jwk' });
    return {
      privateKey,
      cose: new Map<number, Cbor>([
        [1, 3],
        [3, -257],
        [-1, bytes(n)],
        [-2, bytes(e)],
      ]),
    };
  },
  EdDSA: () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const { x } = publicKey.export({ format: 'jwk' });
    return {
      privateKey,
      cose: new Map<number, Cbor>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(x)],
      ]),
    };
  },
};

const clientData = (type: string, challenge: string, origin: string, quirks: Quirks): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: quirks.type ?? type,
      challenge: quirks.challenge ?? challenge,
      origin: quirks.origin ?? origin,
      crossOrigin: quirks.crossOrigin ?? false,
    }),
  );

const flagsOf = ({ userPresent = true, userVerified = true }: Quirks, attested: boolean) =>
  (userPresent ? 1 : 0) | (userVerified ? 4 : 0) | (attested ? 0x40 : 0);

const counter = (count: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(count);
  return buffer;
};

/** @param origin the page on which it is used; `signCount` 0: it does not count, as synchronized passkeys do not */
export const createAuthenticator = ({
  origin,
  counts = true,
  attachment = 'platform',
  transports = ['internal', 'hybrid'],
}: {
  origin: string;
  counts?: boolean;
  /** null: the browser says nothing of it. */
  attachment?: string | null;
  transports?: unknown[] | null;
}) => {
  const credentials: Credential[] = [];
  let count = 0;
  const nextCount = () => (counts ? ++count : 0);

  return {
    /** `navigator.credentials.create`, as `toJSON` gives it. */
    create(options: CreationOptions, quirks: Quirks & { algorithm?: Algorithm; id?: Buffer } = {}) {
      const { algorithm = 'ES256', id = randomBytes(32) } = quirks;
      const { privateKey, cose } = makeKey[algorithm]();
      const credential = { id, privateKey, cose: cbor(cose), algorithm, userHandle: options.user.id };
      credentials.push(credential);
      const length = Buffer.from([id.length >> 8, id.length & 255]);
      const authData = Buffer.concat([
        sha256(quirks.relyingPartyId ?? options.rp.id),
        Buffer.from([flagsOf(quirks, true)]),
        counter(quirks.signCount ?? nextCount()),
        Buffer.alloc(16),
        length,
        id,
        credential.cose,
      ]);
      const attestation = new Map<string, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return {
        id: text(id),
        rawId: text(id),
        type: 'public-key',
        ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
        clientExtensionResults: {},
        response: {
          clientDataJSON: text(clientData('webauthn.create', options.challenge, origin, quirks)),
          attestationObject: text(cbor(attestation)),
          ...(transports === null ? {} : { transports }),
        },
        ...quirks.more,
      };
    },

    /** `navigator.credentials.get` with the first credential that is allowed, as JSON text; an empty list allows any. */
    get(options: RequestOptions, quirks: Quirks = {}): string {
      const allowed = options.allowCredentials.map(({ id }) => id);
      const credential = credentials.find(({ id }) => allowed.length === 0 || allowed.includes(text(id)));
      if (credential === undefined) throw new Error('no credential of this authenticator is allowed');
      const data = clientData('webauthn.get', options.challenge, origin, quirks);
      const authenticatorData = Buffer.concat([
        sha256(quirks.relyingPartyId ?? options.rpId),
        Buffer.from([flagsOf(quirks, false)]),
        counter(quirks.signCount ?? nextCount()),
      ]);
      const signature = createSign('sha256')
        .update(Buffer.concat([authenticatorData, sha256(data)]))
        .sign(credential.privateKey);
      const userHandle = 'userHandle' in quirks ? quirks.userHandle : credential.userHandle;
      return JSON.stringify({
        id: text(credential.id),
        rawId: text(credential.id),
        type: 'public-key',
        authenticatorAttachment: attachment,
        clientExtensionResults: {},
        response: {
          clientDataJSON: text(data),
          authenticatorData: text(authenticatorData),
          signature: text(quirks.signature?.(signature) ?? signature),
          ...(userHandle === undefined ? {} : { userHandle }),
        },
        ...quirks.more,
      });
    },
  };
};

export type Authenticator = ReturnType<typeof createAuthenticator>;
