/** Builds the bytes of requests ahead of time: plain HTTP, AWS JSON 1.1, and the same with a signature (SigV4 by hand). */
import { createHmac, hash } from 'node:crypto';

export type SigningCredentials = { accessKeyId: string; secret: string; region: string };

/** Each service by the name that signatures give it, with its prefix in X-Amz-Target. */
const targets = {
  'cognito-idp': 'AWSCognitoIdentityProviderService',
  'cognito-identity': 'AWSCognitoIdentityService',
};
type ServiceName = keyof typeof targets;
const userPools: ServiceName = 'cognito-idp';
const contentType = 'application/x-amz-json-1.1';
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

const hostOf = (port: number) => `127.0.0.1:${port}`;
const targetOf = (service: ServiceName, operation: string) => `${targets[service]}.${operation}`;

const post = (headers: Record<string, string>, body: string): Buffer => {
  const lines = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)) });
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
};

export const getRequest = (port: number, path: string): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${hostOf(port)}\r\n\r\n`);

/** An operation that needs no signature. */
export const publicRequest = (
  port: number,
  operation: string,
  input: object,
  service: ServiceName = userPools,
): Buffer =>
  post(
    { 'content-type': contentType, host: hostOf(port), 'x-amz-target': targetOf(service, operation) },
    JSON.stringify(input),
  );

/** An operation of administrators; good for the five minutes that the server grants a signature. */
export const createSigner = (
  port: number,
  { accessKeyId, secret, region }: SigningCredentials,
  service: ServiceName = userPools,
) => {
  const sign = (operation: string, input: object): Buffer => {
    const body = JSON.stringify(input);
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const date = amzDate.slice(0, 8);
    // In alphabetical order, as they are signed.
    const headers = {
      'content-type': contentType,
      host: hostOf(port),
      'x-amz-date': amzDate,
      'x-amz-target': targetOf(service, operation),
    };
    const names = Object.keys(headers).join(';');
    const canonical = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const request = ['POST', '/', '', canonical.join(''), names, hash('sha256', body)].join('\n');
    const scope = `${date}/${region}/${service}/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, hash('sha256', request)].join('\n');
    const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
    const signature = hmac(key, toSign).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return post({ ...headers, authorization }, body);
  };
  return sign;
};
export type Sign = ReturnType<typeof createSigner>;

/** Reads the file that the server writes at its start. */
export const parseCredentials = (text: string): SigningCredentials => {
  const value = (name: string) => new RegExp(`^${name}=(.+)$`, 'm').exec(text)?.[1] ?? '';
  return { accessKeyId: value('aws_access_key_id'), secret: value('aws_secret_access_key'), region: value('region') };
};
