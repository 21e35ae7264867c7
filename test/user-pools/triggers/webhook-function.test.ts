/** Functions that are webhooks: what a receiver gets and can verify, and what becomes of each answer. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import type { FunctionAnswer } from '../../../src/user-pools/call/functions.ts';
import { createFunctions } from '../../../src/user-pools/triggers/functions.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:hook';
const secret = (bytes = 32) => `whsec_${randomBytes(bytes).toString('base64')}`;
const current = secret();
const former = secret(24);
const now = Date.parse('2026-05-01T10:00:00.700Z');

/** The receiver's side, written after the specification: https://www.standardwebhooks.com */
const isAuthentic = (headers: IncomingHttpHeaders, body: string, key: string): boolean => {
  const bytes = Buffer.from(key.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', bytes).update(signed).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
};

type Received = { method?: string | undefined; url?: string | undefined; headers: IncomingHttpHeaders; body: string };
let server: Server;
let received: Received[] = [];
let respond: (response: ServerResponse) => void;
let base: string;
before(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', text => {
      body += text;
    });
    request.on('end', () => {
      received.push({ method: request.method, url: request.url, headers: request.headers, body });
      respond(response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const webhook = (target: string, triggersSecret: string | undefined) =>
  createFunctions(new Map([['hook', target]]), {
    clock: { now: () => now },
    log: pino({ level: 'silent' }),
    triggersHttp: 'loopback',
    triggersSecret,
  });
const invoke = (
  listener: typeof respond,
  { timeout = 5000, asynchronous = false, event = '{"a":"ä"}' } = {},
): Promise<FunctionAnswer> => {
  received = [];
  respond = listener;
  const options = { timeout, asynchronous, idempotencyKey: 'key-1', requestId: 'request-1' };
  return webhook(`${base}/hooks?pool=1`, `${current}, ${former}`).invoke(arn, event, options);
};
const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('a webhook', () => {
  it('gets the event with a signature that its receiver can verify', async () => {
    const answer = await invoke(json(200, { response: {} }));
    assert.deepEqual(answer, { kind: 'result', payload: '{"response":{}}' });
    assert.equal(received.length, 1);
    const { method, url, headers, body } = received[0] ?? assert.fail();
    assert.deepEqual([method, url, body], ['POST', '/hooks?pool=1', '{"a":"ä"}']);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['webhook-id'], 'key-1');
    assert.equal(headers['webhook-timestamp'], String(Math.floor(now / 1000)));
    assert.equal(headers['idempotency-key'], 'key-1');
    assert.equal(headers['x-request-id'], 'request-1');
    assert.equal(headers['x-cenote-function'], arn);
    assert.ok(isAuthentic(headers, body, current), 'with the new secret');
    assert.ok(isAuthentic(headers, body, former), 'with the one that is being replaced');
    assert.ok(!isAuthentic(headers, body, secret()));
    assert.ok(!isAuthentic(headers, `${body} `, current));
    assert.ok(!isAuthentic({ ...headers, 'webhook-timestamp': '1' }, body, current));
  });

  const thrown = { errorMessage: 'not today', errorType: 'Error' };
  const unavailable = (reason: string) => ({ kind: 'unavailable', reason });
  const outcomes: [what: string, respond: (response: ServerResponse) => void, answer: object][] = [
    ['throws with 400', json(400, thrown), { kind: 'error', message: 'not today' }],
    ['throws with 500', json(500, thrown), { kind: 'error', message: 'not today' }],
    ['throws nothing much', json(500, { errorMessage: '' }), { kind: 'error', message: '' }],
    ['throws no text', json(500, { errorMessage: 7 }), unavailable('ServiceException')],
    ['throws at length', json(500, { errorMessage: 'x'.repeat(9000) }), { kind: 'error', message: 'x'.repeat(4096) }],
    ['answers with null', json(200, null), { kind: 'result', payload: 'null' }],
    ['answers no JSON', response => response.end('<p>'), { kind: 'result', payload: '<p>' }],
    ['refuses with 400', json(400, {}), unavailable('ServiceException')],
    ['refuses with 401', json(401, 'no'), unavailable('AccessDeniedException')],
    ['refuses with 403', json(403, null), unavailable('AccessDeniedException')],
    ['is not there', json(404, {}), unavailable('ResourceNotFoundException')],
    ['is busy', json(429, {}), unavailable('TooManyRequestsException')],
    ['breaks', json(502, []), unavailable('ServiceException')],
    ['answers nothing', response => response.writeHead(204).end(), unavailable('ServiceException')],
    ['hangs up', response => void response.socket?.destroy(), unavailable('ServiceException')],
    [
      'redirects',
      response => response.writeHead(307, { location: `${base}/elsewhere` }).end(),
      unavailable('ServiceException'),
    ],
    ['answers too much', json(200, 'x'.repeat(1024 * 1024)), { kind: 'result', payload: '' }],
    [
      'answers too much, compressed',
      response => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(50_000_000))),
      { kind: 'result', payload: '' },
    ],
  ];
  for (const [what, listener, expected] of outcomes) {
    it(what, async () => {
      assert.deepEqual(await invoke(listener), expected);
      assert.equal(received.length, 1, 'tries, and redirects that are followed');
    });
  }

  it('is given up after its time, before and within the answer', async () => {
    assert.deepEqual(await invoke(() => {}, { timeout: 200 }), { kind: 'timeout' });
    const trickles = (response: ServerResponse) => void response.writeHead(200).write('{');
    assert.deepEqual(await invoke(trickles, { timeout: 200 }), { kind: 'timeout' });
  });

  it('need not answer where nobody needs it, but must take the event', async () => {
    for (const status of [200, 202, 204]) {
      const answer = await invoke(response => response.writeHead(status).end(), { asynchronous: true });
      assert.deepEqual(answer, { kind: 'result', payload: 'null' });
    }
    const refused = await invoke(json(503, {}), { asynchronous: true });
    assert.deepEqual(refused, { kind: 'unavailable', reason: 'ServiceException' });
  });
});

describe('the table', () => {
  const refused: [what: string, target: string, secret: string | undefined, message: RegExp][] = [
    ['a webhook without a secret', 'https://example.com/hook', undefined, /example\.com needs CENOTE_TRIGGERS_SECRET/],
    ['a secret that is short', 'https://example.com/hook', 'whsec_c2hvcnQ=', /24 to 64 bytes/],
    ['a secret that is no base64', 'https://example.com/hook', 'a secret', /24 to 64 bytes/],
    ['plain http to another machine', 'http://example.com/hook', current, /plain http.*CENOTE_TRIGGERS_HTTP=any/],
    ['plain http to what looks like this one', 'http://127.0.0.1.example.com', current, /plain http/],
    [
      'a password',
      'https://jane:secret@example.com',
      current,
      /^CENOTE_TRIGGERS: hook: the URL of example\.com must not/,
    ],
    ['half a URL', 'https://', current, /is no URL/],
  ];
  for (const [what, target, given, message] of refused)
    it(`refuses ${what}`, () => assert.throws(() => webhook(target, given), { message }));

  it('takes https, and http on this machine', () => {
    for (const target of ['https://example.com/hook', 'http://localhost:1', 'http://[::1]:1/a', 'http://127.8.8.8/'])
      assert.ok(webhook(target, current));
  });
});
