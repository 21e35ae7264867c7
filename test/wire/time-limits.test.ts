/** Clients that send too slowly: requests have less time than files, and nobody has as much as they like. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/wire/request-log.ts';
import { createServer } from '../../src/wire/server.ts';

/** Milliseconds: far enough apart for a slow machine to tell them from each other. */
const limits = { headers: 150, body: 150, request: 1200, check: 30 };
const pause = 20;

describe('a client that is slow', () => {
  let server: FastifyInstance;
  let port: number;
  before(async () => {
    server = createServer({
      config: { region: 'us-east-1', trustedProxies: [] },
      clock: systemClock,
      services: [],
      findKey: async () => undefined,
      log: createLog('silent'),
      limits,
    });
    server.register(async files => {
      files.removeAllContentTypeParsers();
      files.addContentTypeParser('*', (_request, _payload, done) => done(null));
      files.put('/file', { config: { takesFiles: true } }, async ({ raw }) => {
        let bytes = 0;
        for await (const piece of raw) bytes += (piece as Buffer).length;
        return { bytes };
      });
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    port = (server.server.address() as AddressInfo).port;
  });
  after(() => server.close());

  /** Sends the head at once and a byte of the rest at a time. @returns what has come back when the connection is closed, and after how long */
  const trickle = (head: string, rest: string): Promise<{ answer: string; after: number }> =>
    new Promise(resolve => {
      const begun = performance.now();
      const socket = connect(port, '127.0.0.1');
      let answer = '';
      let sent = 0;
      socket.setNoDelay(true);
      socket.write(head);
      const timer = setInterval(() => {
        if (sent < rest.length) socket.write(rest[sent++] as string);
      }, pause);
      socket.on('data', data => {
        answer += data;
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(timer);
        resolve({ answer, after: performance.now() - begun });
      });
    });
  const head = (line: string, length: number) =>
    `${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/csv\r\ncontent-length: ${length}\r\n\r\n`;

  it('is cut off in the midst of its headers', async () => {
    const { answer } = await trickle('GET / HTTP/1.1\r\nhost: x\r\n', 'a: b\r\n'.repeat(1000));
    assert.match(answer, /^HTTP\/1\.1 408 /);
  });

  it('is cut off in the midst of a request', async () => {
    const { answer, after: time } = await trickle(head('POST /', 1000), '{}'.repeat(500));
    assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*RequestTimeoutException/);
    assert.ok(time < limits.request, `after ${time} ms`);
  });

  it('has more time for a file', async () => {
    // Twice what a request has.
    const bytes = (2 * limits.body) / pause;
    const { answer, after: time } = await trickle(head('PUT /file', bytes), 'x'.repeat(bytes));
    assert.match(answer, new RegExp(`^HTTP/1\\.1 200 [\\s\\S]*{"bytes":${bytes}}$`));
    assert.ok(time > limits.body, `after ${time} ms`);
  });

  it('has not for ever, for a file either', async () => {
    const { answer, after: time } = await trickle(head('PUT /file', 1000), 'x'.repeat(1000));
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.ok(time > limits.body, `after ${time} ms`);
  });
});
