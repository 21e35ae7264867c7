/** As much of AWS KMS as envelope encryption needs: GenerateDataKey, Encrypt and Decrypt of symmetric keys, in AWS JSON 1.1. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Context = Record<string, string>;
type Input = {
  KeyId: string;
  EncryptionContext?: Context;
  NumberOfBytes?: number;
  Plaintext?: string;
  CiphertextBlob?: string;
};
export type KmsRequest = { operation: string; input: Input; authorization: string };

export type Kms = {
  endpoint: string;
  requests: KmsRequest[];
  /** Every request is refused from now on. */
  refuse(exception: string | undefined): void;
  stop(): Promise<void>;
};

const canonical = (context: Context = {}) => JSON.stringify(Object.entries(context).sort());

export const startKms = async (): Promise<Kms> => {
  const secret = randomBytes(32);
  const requests: KmsRequest[] = [];
  let refusal: string | undefined;

  const seal = (keyId: string, context: Context | undefined, plaintext: Buffer) => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(canonical(context)));
    const sealed = [Buffer.from(JSON.stringify(keyId)), cipher.update(plaintext), cipher.final()];
    return Buffer.concat([
      Buffer.from([sealed[0]?.length ?? 0]),
      sealed[0] as Buffer,
      iv,
      ...sealed.slice(1),
      cipher.getAuthTag(),
    ]).toString('base64');
  };
  const open = (blob: string, context: Context | undefined) => {
    const bytes = Buffer.from(blob, 'base64');
    const start = 1 + bytes.readUInt8(0);
    const keyId: string = JSON.parse(bytes.toString('utf8', 1, start));
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(start, start + 12))
      .setAAD(Buffer.from(canonical(context)))
      .setAuthTag(bytes.subarray(-16));
    return { keyId, plaintext: Buffer.concat([decipher.update(bytes.subarray(start + 12, -16)), decipher.final()]) };
  };

  const operations: Record<string, (input: Input) => object> = {
    GenerateDataKey({ KeyId, EncryptionContext, NumberOfBytes = 32 }) {
      const key = randomBytes(NumberOfBytes);
      return { KeyId, Plaintext: key.toString('base64'), CiphertextBlob: seal(KeyId, EncryptionContext, key) };
    },
    Encrypt: ({ KeyId, EncryptionContext, Plaintext = '' }) => ({
      KeyId,
      CiphertextBlob: seal(KeyId, EncryptionContext, Buffer.from(Plaintext, 'base64')),
    }),
    Decrypt({ CiphertextBlob = '', EncryptionContext }) {
      const { keyId, plaintext } = open(CiphertextBlob, EncryptionContext);
      return { KeyId: keyId, Plaintext: plaintext.toString('base64') };
    },
  };

  const answer = async (request: IncomingMessage): Promise<[status: number, body: object]> => {
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const input: Input = JSON.parse(await text(request));
    requests.push({ operation, input, authorization: request.headers.authorization ?? '' });
    if (refusal !== undefined) return [400, { __type: refusal, message: 'refused' }];
    try {
      return [200, operations[operation]?.(input) ?? {}];
    } catch {
      return [400, { __type: 'InvalidCiphertextException' }];
    }
  };
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    refuse: exception => {
      refusal = exception;
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
