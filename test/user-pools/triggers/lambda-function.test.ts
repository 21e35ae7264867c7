/** Functions behind AWS Lambda's Invoke API: what is sent, and what becomes of each answer. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Functions } from '../../../src/user-pools/call/functions.ts';
import { createFunctions } from '../../../src/user-pools/triggers/functions.ts';
import { type LambdaRuntime, startLambdaRuntime } from '../../support/lambda-runtime.ts';

const arnOf = (name: string, region = 'eu-west-1') => `arn:aws:lambda:${region}:123456789012:function:${name}`;
const log = pino({ level: 'silent' });
const open: { close(): Promise<void> }[] = [];
const functionsAt = (table: Record<string, string>, lambdaEndpoint?: string): Functions => {
  const functions = createFunctions(new Map(Object.entries(table)), {
    clock: systemClock,
    log,
    triggersHttp: 'loopback',
    lambdaEndpoint,
  });
  open.push(functions);
  return functions;
};
const options = { timeout: 5000, idempotencyKey: 'key-1', requestId: 'request-1' };

let runtime: LambdaRuntime;
let functions: Functions;
const environment = { ...process.env };
before(async () => {
  runtime = await startLambdaRuntime({
    echo: async event => ({ ...event, response: { done: true } }),
    throws: async () => {
      throw new RangeError('not today');
    },
    throwsText: (_event, _context, callback) => callback('just text'),
    nothing: async () => undefined,
    hangs: () => new Promise(() => {}),
    huge: async () => 'x'.repeat(7 * 1024 * 1024),
  });
  // No account of whoever runs the tests, and no look for that of the machine.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_CONFIG_FILE: '/nonexistent',
  });
  functions = functionsAt({ 'arn:aws:lambda:*': 'lambda:' }, runtime.url);
});
after(async () => {
  await Promise.all(open.map(each => each.close()));
  await runtime.stop();
  process.env = environment;
});

describe('a function in Lambda', () => {
  it('gets the event, signed for its region, with a key that stays the same', async () => {
    const answer = await functions.invoke(`${arnOf('echo')}:live`, '{"a":"ä"}', options);
    assert.deepEqual(answer, { kind: 'result', payload: '{"a":"ä","response":{"done":true}}' });
    const { functionName, type, event, clientContext, authorization } = runtime.invocations.at(-1) ?? assert.fail();
    assert.equal(functionName, `${arnOf('echo')}:live`);
    assert.equal(type, 'RequestResponse');
    assert.deepEqual(event, { a: 'ä' });
    const custom = { idempotencyKey: 'key-1', requestId: 'request-1' };
    assert.deepEqual(clientContext, { client: {}, custom, Custom: custom, env: {} });
    assert.match(authorization, /Credential=cenote\/\d{8}\/eu-west-1\/lambda\//);
  });

  it('is called with the credentials of the AWS default chain where there are any', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'secret' });
    try {
      await functionsAt({ 'echo*': 'lambda:' }, runtime.url).invoke(arnOf('echo', 'us-west-2'), '{}', options);
      assert.match(runtime.invocations.at(-1)?.authorization ?? '', /Credential=AKIATEST\/\d{8}\/us-west-2\//);
    } finally {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    }
  });

  it('may have an endpoint, and a name there, of its own', async () => {
    const table = functionsAt({ hook: `lambda:${runtime.url}#echo` }, 'http://127.0.0.1:1');
    assert.equal((await table.invoke(arnOf('hook'), '{}', options)).kind, 'result');
    assert.equal(runtime.invocations.at(-1)?.functionName, 'echo');
  });

  it('is not waited for where nobody needs its answer', async () => {
    const count = runtime.invocations.length;
    for (const name of ['hangs', 'throws']) {
      const answer = await functions.invoke(arnOf(name), '{}', { ...options, asynchronous: true });
      assert.deepEqual(answer, { kind: 'result', payload: 'null' });
    }
    assert.deepEqual(
      runtime.invocations.slice(count).map(({ type }) => type),
      ['Event', 'Event'],
    );
  });

  it('fails with what it has thrown', async () => {
    const thrown = { kind: 'error', message: 'not today' };
    assert.deepEqual(await functions.invoke(arnOf('throws'), '{}', options), thrown);
    const text = { kind: 'error', message: 'just text' };
    assert.deepEqual(await functions.invoke(arnOf('throwsText'), '{}', options), text);
    assert.deepEqual(await functions.invoke(arnOf('nothing'), '{}', options), { kind: 'result', payload: 'null' });
  });

  it('is given up after its time', async () => {
    const answer = await functions.invoke(arnOf('hangs'), '{}', { ...options, timeout: 200 });
    assert.deepEqual(answer, { kind: 'timeout' });
  });

  it('may not answer more than Lambda would let it', async () => {
    const answer = await functions.invoke(arnOf('huge'), '{}', options);
    assert.deepEqual(answer, { kind: 'unavailable', reason: 'ServiceException' });
  });

  const refusals: [name: string, status: number][] = [
    ['AccessDeniedException', 403],
    ['ResourceConflictException', 409],
    ['TooManyRequestsException', 429],
    ['ServiceException', 500],
    ['UnrecognizedClientException', 403],
  ];
  for (const [name, status] of refusals) {
    it(`is unavailable by ${name}, after one try`, async () => {
      runtime.refuse({ name, status });
      try {
        const answer = await functions.invoke(arnOf('echo'), '{}', options);
        assert.deepEqual(answer, { kind: 'unavailable', reason: name });
      } finally {
        runtime.refuse(undefined);
      }
    });
  }

  it('is unavailable where there is none, and where nothing answers', async () => {
    const none = await functions.invoke(arnOf('unknown'), '{}', options);
    assert.deepEqual(none, { kind: 'unavailable', reason: 'ResourceNotFoundException' });
    const silent = functionsAt({ '*': 'lambda:http://127.0.0.1:1' });
    const nobody = await silent.invoke(arnOf('echo'), '{}', options);
    assert.deepEqual(nobody, { kind: 'unavailable', reason: 'ServiceException' });
  });
});

describe('an endpoint that is no Lambda', () => {
  let server: Server;
  let respond: RequestListener;
  let called = 0;
  before(async () => {
    server = createServer((request, response) => {
      called++;
      respond(request, response);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const invoke = (timeout = 5000) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return functionsAt({ '*': `lambda:${url}` }).invoke(arnOf('echo'), '{}', { ...options, timeout });
  };
  const odd: [what: string, respond: RequestListener, answer: object][] = [
    ['hangs up', request => request.socket.destroy(), { kind: 'unavailable', reason: 'ServiceException' }],
    [
      'speaks HTML',
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      { kind: 'unavailable', reason: 'ServiceException' },
    ],
    [
      'redirects',
      (_, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
      { kind: 'unavailable', reason: 'ServiceException' },
    ],
    [
      'reports an error without words',
      (_, response) => response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{'),
      { kind: 'error', message: 'Unhandled' },
    ],
    ['trickles', (_, response) => void response.writeHead(200).write('{'), { kind: 'timeout' }],
  ];
  for (const [what, listener, expected] of odd) {
    it(`which ${what}`, async () => {
      called = 0;
      respond = listener;
      assert.deepEqual(await invoke(what === 'trickles' ? 300 : 5000), expected);
      assert.equal(called, 1);
    });
  }
});

it('plain http is for this machine only, unless it is allowed', () => {
  const message = /CENOTE_TRIGGERS: \*: "http:\/\/10\.0\.0\.1:3001" is plain http.*CENOTE_TRIGGERS_HTTP=any/;
  assert.throws(() => functionsAt({ '*': 'lambda:http://10.0.0.1:3001' }), { message });
  assert.throws(() => functionsAt({ '*': 'lambda:' }, 'http://10.0.0.1:3001'), { message });
  const table = new Map([['*', 'lambda:http://10.0.0.1:3001']]);
  open.push(createFunctions(table, { clock: systemClock, log, triggersHttp: 'any' }));
});
