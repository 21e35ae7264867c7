/** A stand-in for a service of AWS: believes correctly signed requests only, keeps them, and answers what a test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/lib/clock.ts';
import { createSigV4 } from '../../../src/wire/sigv4.ts';

export const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example-secret' };

export type Received = { url: string; headers: IncomingHttpHeaders; body: string; region: string };
export type Answer = { status: number; body: string; headers?: Record<string, string> };

const principal = {
  accountId: '000000000000',
  arn: 'arn:aws:iam::000000000000:root',
  accessKeyId: credentials.accessKeyId,
  isRoot: true,
  policy: null,
};

/** @param service as in the scope of a signature: `ses`, `sns` */
export const startAwsEndpoint = async (service: string) => {
  const received: Received[] = [];
  let answer: Answer | 'silence' = { status: 200, body: '{}' };
  const verify = createSigV4({
    clock: systemClock,
    findKey: async id =>
      id === credentials.accessKeyId ? { secret: credentials.secretAccessKey, principal } : undefined,
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers, rawHeaders } = request;
    try {
      const { region } = await verify({ method, url, headers, rawHeaders, body }, service);
      received.push({ url, headers, body: body.toString('utf8'), region });
    } catch (error) {
      response
        .writeHead(403, { 'x-amzn-errortype': 'InvalidSignatureException' })
        .end(JSON.stringify({ message: String(error) }));
      return;
    }
    if (answer === 'silence') return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith(next: Answer | 'silence') {
      answer = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};

/** A handler in place of the network: what the SDK's own serializer makes of an input. */
export const capture = () => {
  const bodies: string[] = [];
  const requestHandler = {
    async handle({ body }: { body?: string | Uint8Array }) {
      bodies.push(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));
      throw new Error('captured');
    },
  };
  return { bodies, requestHandler };
};
