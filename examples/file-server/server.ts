/**
 * A small file server that speaks enough of S3 for `aws s3` (GET, HEAD, PUT, DELETE and listing, path-style), and leaves the question
 * of who may do what to Cenote: a folder a bucket, roles and their policies as for S3.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve, sep } from 'node:path';
import { ask, type Settings } from './cenote.ts';

const { CENOTE_URL = 'http://127.0.0.1:9339', FILES = './files', HOST = '127.0.0.1', PORT = '9340' } = process.env;
const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
const cenote: Settings = { url: CENOTE_URL, accessKeyId, secretAccessKey };
const root = resolve(FILES);
const largest = 16 * 1024 * 1024;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

type Asked = { action: string; bucket: string; key: string; prefix?: string };

const actions: Record<string, string> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/** What a request stands for: what is asked of Cenote and what is done must come from the same reading of it. */
const read = (method: string, url: string): Asked => {
  const [path = '', query = ''] = url.split('?', 2);
  const [bucket = '', ...segments] = path.slice(1).split('/').map(decodeURIComponent);
  const key = segments.join('/');
  const isName = (name: string) => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
  const action = key === '' ? (method === 'GET' ? 's3:ListBucket' : undefined) : actions[method];
  if (action === undefined) throw new Refusal(405, 'MethodNotAllowed', 'The specified method is not allowed.');
  if (!isName(bucket) || (key !== '' && !segments.every(isName)))
    throw new Refusal(400, 'InvalidURI', "Couldn't parse the specified URI.");
  const prefix = new URLSearchParams(query).get('prefix') ?? '';
  return key === '' ? { action, bucket, key, prefix } : { action, bucket, key };
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > largest)
      throw new Refusal(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : []));

/** @throws Refusal with what Cenote says */
const authorize = async (request: IncomingMessage, { action, bucket, key, prefix }: Asked, body: Buffer) => {
  const answer = await ask(cenote, {
    request: {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: pairs(request.rawHeaders),
      bodySha256: createHash('sha256').update(body).digest('hex'),
    },
    service: 's3',
    // Clients of S3 do not sign bodies that they send over HTTPS, nor those of presigned URLs.
    unsignedPayload: true,
    action,
    resource: `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`,
    context: {
      'aws:SourceIp': request.socket.remoteAddress ?? '',
      'aws:SecureTransport': 'false',
      ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
    },
  });
  if (!answer.verified) throw new Refusal(403, 'AccessDenied', answer.error.message);
  console.log(`${answer.allowed ? 'allowed' : 'refused'} ${action} ${bucket}/${key} to ${answer.principal.arn}`);
  if (!answer.allowed) throw new Refusal(403, 'AccessDenied', answer.reason ?? 'Access Denied');
};

const escaped = (text: string) => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

const list = async (bucket: string, prefix: string): Promise<string> => {
  const folder = join(root, bucket);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(async file => {
      const key = file
        .slice(folder.length + 1)
        .split(sep)
        .join('/');
      const { size, mtime } = await stat(file);
      return {
        key,
        xml: `<Contents><Key>${escaped(key)}</Key><Size>${size}</Size><LastModified>${mtime.toISOString()}</LastModified></Contents>`,
      };
    }),
  );
  const found = contents.filter(({ key }) => key.startsWith(prefix)).map(({ xml }) => xml);
  return `<ListBucketResult><Name>${escaped(bucket)}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${found.join('')}</ListBucketResult>`;
};

let uploads = 0;

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const asked = read(request.method ?? '', request.url ?? '');
  const body = await bodyOf(request);
  await authorize(request, asked, body);
  const { bucket, key, prefix = '' } = asked;
  if (key === '') return void response.setHeader('content-type', 'application/xml').end(await list(bucket, prefix));
  const file = join(root, bucket, key);
  if (request.method === 'PUT') {
    const draft = join(root, `.upload-${process.pid}-${++uploads}`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, body);
    await rename(draft, file);
    return void response.end();
  }
  if (request.method === 'DELETE') {
    await rm(file, { force: true });
    return void response.writeHead(204).end();
  }
  const content = await readFile(file).catch(() => {
    throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  });
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
  response.end(request.method === 'HEAD' ? undefined : content);
};

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    const known =
      error instanceof Refusal ? error : new Refusal(500, 'InternalError', 'We encountered an internal error.');
    if (known !== error) console.error(error);
    response.writeHead(known.status, { 'content-type': 'application/xml', connection: 'close' });
    response.end(`<Error><Code>${known.code}</Code><Message>${escaped(known.message)}</Message></Error>`);
  });
});
server.listen(Number(PORT), HOST, () =>
  console.log(`files of ${root} at http://${HOST}:${(server.address() as AddressInfo).port}`),
);
