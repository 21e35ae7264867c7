/** Signs a received request again, with `@smithy/signature-v4`, for comparison with the signature it came with. */
import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto';
import { createScope, getCanonicalHeaders, getSigningKey, SignatureV4Base } from '@smithy/signature-v4';
import type { HttpRequest, Checksum as SmithyHash, SourceData } from '@smithy/types';
import type { Scope } from './sigv4-claim.ts';

const bytesOf = (data: Exclude<SourceData, string>): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

/** Node computes an HMAC several times faster with a key object, once made, than with the key's bytes. */
const keyObjects = new WeakMap<object, KeyObject>();

const keyOf = (secret: SourceData): string | KeyObject => {
  if (typeof secret === 'string') return secret;
  const known = keyObjects.get(secret);
  if (known !== undefined) return known;
  const made = createSecretKey(bytesOf(secret));
  keyObjects.set(secret, made);
  return made;
};

/** SHA-256, or HMAC-SHA-256 when there is a secret, as the library wants it; several times faster than its own in JavaScript. */
class NodeSha256 implements SmithyHash {
  private hash: Hash | Hmac;
  private readonly secret: SourceData | undefined;

  constructor(secret?: SourceData) {
    this.secret = secret;
    this.hash = this.fresh();
  }
  private fresh(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', keyOf(this.secret));
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    this.hash = this.fresh();
  }
}

/**
 * The library's `sign()` writes headers of its own, drops Date and knows no others' choice of signed headers; its steps, which it
 * leaves to subclasses, can be taken singly.
 */
class Resigner extends SignatureV4Base {
  constructor(uriEscapePath: boolean) {
    const credentials = { accessKeyId: '', secretAccessKey: '' };
    super({ service: '', region: '', credentials, sha256: NodeSha256, uriEscapePath });
  }
  /** @param headers exactly those that are to be signed */
  stringToSign(request: HttpRequest, date: string, scope: string, bodyHash: string): Promise<string> {
    const canonical = this.createCanonicalRequest(
      request,
      getCanonicalHeaders(request, undefined, new Set(Object.keys(request.headers))),
      bodyHash,
    );
    return this.createStringToSign(date, scope, canonical, 'AWS4-HMAC-SHA256');
  }
}

const resigner = new Resigner(true);
/** S3 signs paths as they are on the request line: nothing is escaped a second time, `//` and `..` are names. */
const s3Resigner = new Resigner(false);

export type Signable = {
  method: string;
  path: string;
  query: Record<string, string | string[] | null>;
  /** Exactly those that are signed, names in lower case. */
  headers: Record<string, string>;
  /** Hexadecimal SHA-256 of the body as received, or what stands in its place. */
  bodyHash: string;
};

/** @returns the signature that this request has when it is signed with this secret, in hexadecimal */
export const signatureOf = async (
  { bodyHash, ...request }: Signable,
  date: string,
  scope: Scope,
  key: { accessKeyId: string; secret: string },
): Promise<string> => {
  const credentials = { accessKeyId: key.accessKeyId, secretAccessKey: key.secret };
  const signingKey = await getSigningKey(NodeSha256, credentials, scope.date, scope.region, scope.service);
  const toSign = await (scope.service === 's3' ? s3Resigner : resigner).stringToSign(
    { ...request, protocol: '', hostname: '' },
    date,
    createScope(scope.date, scope.region, scope.service),
    bodyHash,
  );
  return createHmac('sha256', keyOf(signingKey)).update(toSign).digest('hex');
};
