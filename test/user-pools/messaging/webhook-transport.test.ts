import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { isSignedWebhook, webhookKey } from '../../../src/lib/webhook-signature.ts';
import type { Transport } from '../../../src/user-pools/messaging/transport.ts';
import { createSmsWebhook } from '../../../src/user-pools/messaging/webhook-transport.ts';

const now = 1_800_000_000_000;
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const message = {
  messageId: '4b1c5c0e-0000-4000-8000-000000000001',
  poolId: 'eu-west-3_a',
  medium: 'SMS' as const,
  destination: '+15551231234',
  purpose: 'Authentication',
  content: { text: 'Your code is 123456' },
};
const signal = new AbortController().signal;

describe('the webhook for text messages', () => {
  const received: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let status = 204;
  let location: string | undefined;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ url: request.url ?? '', headers: request.headers, body });
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  let address = '';
  let transport: Transport;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    transport = createSmsWebhook({ url: `http://${address}/sms`, secret, sender: 'Cenote', clock: { now: () => now } });
  });
  beforeEach(() => {
    received.length = 0;
    status = 204;
    location = undefined;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test('gets the message as JSON, signed, with the same id for every try', async () => {
    await transport.send(message, signal);
    await transport.send(message, signal);
    const [first, again] = received;
    assert.deepEqual(JSON.parse(first!.body), {
      type: 'sms.send',
      timestamp: '2027-01-15T08:00:00.000Z',
      data: {
        messageId: message.messageId,
        to: '+15551231234',
        from: 'Cenote',
        text: 'Your code is 123456',
        purpose: 'Authentication',
        userPoolId: 'eu-west-3_a',
      },
    });
    assert.equal(first!.headers['content-type'], 'application/json');
    assert.ok(isSignedWebhook([webhookKey(secret)], first!.headers, { now, body: first!.body }));
    assert.deepEqual(
      received.map(({ headers }) => headers['webhook-id']),
      [message.messageId, message.messageId],
    );
    assert.equal(again!.body, first!.body);
  });

  test('a login in the URL goes in a header; several secrets sign', async () => {
    const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
    const url = `http://us%20er:p%40ss@${address}/sms`;
    await createSmsWebhook({ url, secret: `${other}, ${secret}`, clock: { now: () => now } }).send(message, signal);
    const [{ headers, body }] = received as [(typeof received)[0]];
    assert.equal(headers.authorization, `Basic ${Buffer.from('us er:p@ss').toString('base64')}`);
    for (const each of [secret, other]) assert.ok(isSignedWebhook([webhookKey(each)], headers, { now, body }));
  });

  const answers: [status: number, kind: { permanent: boolean; denied?: boolean }][] = [
    [400, { permanent: true }],
    [410, { permanent: true }],
    [422, { permanent: true }],
    [401, { permanent: false, denied: true }],
    [403, { permanent: false, denied: true }],
    [404, { permanent: false }],
    [429, { permanent: false }],
    [500, { permanent: false }],
    [503, { permanent: false }],
  ];
  for (const [code, kind] of answers)
    test(`${code}: ${kind.permanent ? 'final' : 'to be tried again'}`, async () => {
      status = code;
      await assert.rejects(transport.send(message, signal), { summary: `webhook answered ${code}`, ...kind });
    });

  test('a redirection is not followed: the code is for one address only', async () => {
    status = 307;
    location = `http://${address}/elsewhere`;
    await assert.rejects(transport.send(message, signal), { summary: 'webhook answered 307', permanent: false });
    assert.deepEqual(
      received.map(({ url }) => url),
      ['/sms'],
    );
  });

  test('nobody there; an e-mail; a bad secret', async () => {
    const clock = { now: () => now };
    const nowhere = createSmsWebhook({ url: 'http://127.0.0.1:1/', secret, clock });
    await assert.rejects(nowhere.send(message, signal), { summary: 'webhook cannot be reached', permanent: false });
    await assert.rejects(transport.send({ ...message, medium: 'EMAIL' }, signal), { permanent: true });
    assert.throws(() => createSmsWebhook({ url: 'https://example.com', secret: 'short', clock }), /24 to 64 bytes/);
  });
});
