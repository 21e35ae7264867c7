/** Signs requests with AWS's own signer, lets a test alter them, and sends them byte for byte. */
import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { NewAccessKey } from '../../../src/iam/access-keys.ts';
import { type Endpoint, jsonHeaders } from './endpoint.ts';

/** The Hash constructor that the signer asks for. */
export class Sha256 {
  private readonly hash;
  constructor(secret?: Parameters<typeof createHmac>[1] | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: Uint8Array) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

export type Sendable = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
};
export type Answer = { status: number; headers: IncomingHttpHeaders; body: string; json: Record<string, unknown> };

type Options = {
  key?: NewAccessKey & { sessionToken?: string };
  at?: number;
  service?: string;
  region?: string;
  operation?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  body?: string;
};

const signer = ({ key, service = 'cognito-idp', region = 'us-east-1' }: Options & { key: NewAccessKey }) =>
  new SignatureV4({
    service,
    region,
    credentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secret,
      ...('sessionToken' in key ? { sessionToken: key.sessionToken as string } : {}),
    },
    sha256: Sha256,
    applyChecksum: false,
  });

const plain = (endpoint: Endpoint, options: Options) => ({
  protocol: 'http:',
  hostname: '127.0.0.1',
  method: 'POST',
  path: '/',
  query: options.query ?? {},
  headers: {
    host: `127.0.0.1:${endpoint.port}`,
    ...jsonHeaders(options.operation ?? 'ListUserPools'),
    ...options.headers,
  },
  body: options.body ?? '{"MaxResults":10}',
});

/** A request signed in its headers. */
export const signed = async (endpoint: Endpoint, options: Options = {}): Promise<Sendable> => {
  const key = options.key ?? endpoint.root;
  const signingDate = new Date(options.at ?? endpoint.clock.now());
  return (await signer({ ...options, key }).sign(plain(endpoint, options), { signingDate })) as unknown as Sendable;
};

/** A request signed in its query. */
export const presigned = async (
  endpoint: Endpoint,
  options: Options & { expiresIn?: number } = {},
): Promise<Sendable> => {
  const key = options.key ?? endpoint.root;
  const signingDate = new Date(options.at ?? endpoint.clock.now());
  return (await signer({ ...options, key }).presign(plain(endpoint, options), {
    signingDate,
    expiresIn: options.expiresIn ?? 60,
    unhoistableHeaders: new Set(['x-amz-target']),
  })) as unknown as Sendable;
};

/** Header values may be lists: the header is then sent several times. */
export const send = (
  endpoint: Endpoint,
  { method, path, query, headers, body }: Omit<Sendable, 'headers'> & { headers: Record<string, string | string[]> },
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const outgoing = httpRequest(
      { host: '127.0.0.1', port: endpoint.port, method, path: text ? `${path}?${text}` : path, headers, agent: false },
      incoming => {
        const chunks: Buffer[] = [];
        incoming.on('data', chunk => chunks.push(chunk));
        incoming.on('end', () => {
          const received = Buffer.concat(chunks).toString();
          const json = received.startsWith('{') ? JSON.parse(received) : {};
          resolve({ status: incoming.statusCode!, headers: incoming.headers, body: received, json });
        });
      },
    );
    outgoing.on('error', reject);
    // As bytes: Node writes the headers before a string as UTF-8, not byte for byte.
    outgoing.end(Buffer.from(body));
  });
