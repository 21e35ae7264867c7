/** What no well-behaved client does: garbage on the socket, half requests, oversized headers; and stopping while requests are in flight. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { shutDown } from '../../src/wire/shutdown.ts';
import { type Endpoint, jsonHeaders, startEndpoint, until } from './support/endpoint.ts';

/** Writes bytes to the server and gathers what comes back until the connection closes or is quiet. */
const exchange = (port: number, bytes: string | Buffer, quiet = 150): Promise<string> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.setTimeout(quiet, () => socket.destroy());
    socket.on('data', data => {
      received += data;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
    socket.write(bytes);
  });

const request = (operation: string, body: string) =>
  [
    'POST / HTTP/1.1',
    'host: x',
    ...Object.entries(jsonHeaders(operation)).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

describe('connections', () => {
  let endpoint: Endpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint.close());

  const isAlive = async () => {
    const response = await endpoint.post(jsonHeaders('GetUser'), '{"AccessToken":"x"}');
    assert.equal(response.status, 200);
  };

  test('garbage is refused as broken HTTP', async () => {
    const answer = await exchange(endpoint.port, 'hello there\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /\r\nx-amzn-requestid: [0-9a-f-]{36}\r\n/);
    assert.match(answer, /"__type":"SerializationException"/);
  });

  test('headers are bounded', async () => {
    const answer = await exchange(endpoint.port, `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(40_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 /);
  });

  test('requests that try to smuggle another are refused', async () => {
    const both = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    assert.match(await exchange(endpoint.port, both), /^HTTP\/1\.1 400 /);
    const twice = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\n{}{}';
    assert.match(await exchange(endpoint.port, twice), /^HTTP\/1\.1 400 /);
    const hostless = 'GET / HTTP/1.1\r\n\r\n';
    assert.match(await exchange(endpoint.port, hostless), /^HTTP\/1\.1 400 /);
  });

  test('pipelined requests are answered in order, garbage behind them closes the connection', async () => {
    const good = request('GetUser', '{"AccessToken":"x"}');
    const answer = await exchange(endpoint.port, good + request('SignUp', '{}') + good);
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 501', 'HTTP/1.1 200']);
    await exchange(endpoint.port, `${good}\0\0\0garbage\r\n\r\n`);
    await isAlive();
  });

  test('no bytes bring the server down', async () => {
    const good = request('GetUser', '{"AccessToken":"x"}');
    const mangled = fc
      .tuple(fc.nat(good.length), fc.nat(20), fc.uint8Array({ maxLength: 30 }))
      .map(([at, cut, bytes]) =>
        Buffer.concat([Buffer.from(good.slice(0, at)), Buffer.from(bytes), Buffer.from(good.slice(at + cut))]),
      );
    const noise = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes));
    const inputs = fc.sample(fc.oneof(mangled, noise), 300);
    await Promise.all(inputs.map(bytes => exchange(endpoint.port, bytes, 60)));
    await exchange(endpoint.port, randomBytes(200_000));
    await isAlive();
  });

  test('hostile header values never make a 500', async () => {
    const hostile = fc.string({ unit: 'binary-ascii', maxLength: 60 }).map(text => text.replace(/[\r\n\0]/g, ''));
    const names = ['authorization', 'x-amz-target', 'x-amz-date', 'content-type', 'x-amz-security-token', 'host'];
    const headers = fc.dictionary(fc.constantFrom(...names), hostile);
    const presets = [
      {},
      { 'x-amz-target': jsonHeaders('ListUserPools')['x-amz-target']!, 'content-type': 'application/x-amz-json-1.1' },
    ];
    const query = fc.webQueryParameters();
    for (const [chosen, preset, parameters] of fc.sample(fc.tuple(headers, fc.constantFrom(...presets), query), 150)) {
      const lines = Object.entries({ host: 'x', ...chosen, ...preset }).map(([name, value]) => `${name}: ${value}`);
      const url = `/?X-Amz-Signature=x&${encodeURI(parameters).slice(0, 200)}`;
      const text = `POST ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`;
      const answer = await exchange(endpoint.port, text, 1000);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /, text);
    }
  });

  test('a client that goes away mid-request does no harm', async () => {
    await exchange(endpoint.port, request('GetUser', '{"AccessToken":"x"}').slice(0, -5), 30);
    await isAlive();
  });
});

describe('shutdown', () => {
  test('finishes the request in flight, refuses new ones, then closes', async () => {
    const endpoint = await startEndpoint();
    const { AdminConfirmSignUpCommand } = await import('@aws-sdk/client-cognito-identity-provider');
    const command = new AdminConfirmSignUpCommand({ UserPoolId: 'us-east-1_abcdefghi', Username: 'jane' });
    const inFlight = endpoint.client().send(command);
    await until(() => endpoint.contexts.length === 1);
    assert.equal((await fetch(`${endpoint.url}/health/ready`)).status, 200);

    // A connection that is open, idle and known: the pipelined second half comes while the server is stopping.
    const socket = connect(endpoint.port, '127.0.0.1');
    let received = '';
    socket.on('data', data => {
      received += data;
    });
    const readiness = 'GET /health/ready HTTP/1.1\r\nhost: x\r\n';
    socket.write(readiness);
    await new Promise(resolve => setTimeout(resolve, 50));

    const stopped = shutDown(endpoint.server, 5_000);
    await until(() => !endpoint.server.server.listening);
    await assert.rejects(fetch(endpoint.url), 'new connections are refused');
    socket.write('\r\n');
    await until(() => received !== '');
    assert.match(received, /^HTTP\/1\.1 503 /);
    assert.match(received, /connection: close/i);

    endpoint.release();
    assert.equal((await inFlight).$metadata.httpStatusCode, 200);
    assert.equal(await stopped, true);
    await endpoint.close();
  });

  test('cuts what takes longer than the limit', async () => {
    const endpoint = await startEndpoint();
    const { AdminConfirmSignUpCommand } = await import('@aws-sdk/client-cognito-identity-provider');
    const command = new AdminConfirmSignUpCommand({ UserPoolId: 'us-east-1_abcdefghi', Username: 'jane' });
    const inFlight = assert.rejects(endpoint.client().send(command));
    await until(() => endpoint.contexts.length === 1);
    assert.equal(await shutDown(endpoint.server, 100), false);
    await inFlight;
    await endpoint.close();
  });
});

describe('health', () => {
  test('ready as long as what it depends on is', async () => {
    let isReady = true;
    const endpoint = await startEndpoint({ ready: async () => isReady });
    try {
      assert.equal((await fetch(`${endpoint.url}/health/ready`)).status, 200);
      isReady = false;
      assert.equal((await fetch(`${endpoint.url}/health/ready`)).status, 503);
      const live = await fetch(`${endpoint.url}/health/live`);
      assert.equal(live.status, 200);
      assert.deepEqual(await live.json(), { status: 'live' });
    } finally {
      await endpoint.close();
    }
  });

  test('not ready when asking fails', async () => {
    const endpoint = await startEndpoint({ ready: () => Promise.reject(new Error('gone')) });
    try {
      assert.equal((await fetch(`${endpoint.url}/health/ready`)).status, 503);
    } finally {
      await endpoint.close();
    }
  });
});
