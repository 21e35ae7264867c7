/** Logs say what happened and never what was said. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { AdminDeleteUserCommand, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { errorForLog } from '../../src/wire/error-log.ts';
import { account, type Endpoint, jsonHeaders, startEndpoint, until } from './support/endpoint.ts';
import { presigned, send } from './support/signing.ts';

describe('logs', () => {
  let endpoint: Endpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint.close());

  test('one line for a request', async () => {
    const answer = await endpoint.client().send(new ListUserPoolsCommand({ MaxResults: 1 }));
    await until(() => endpoint.logged().length > 0);
    const [line] = endpoint.logged();
    const { time, durationMs, ...rest } = line!;
    assert.deepEqual(rest, {
      level: 'info',
      requestId: answer.$metadata.requestId,
      operation: 'ListUserPools',
      status: 200,
      account,
      sourceIp: '127.0.0.1',
      msg: 'request',
    });
    assert.equal(typeof durationMs, 'number');
    assert.ok(!Number.isNaN(Date.parse(time as string)));
  });

  test('no secret of a body, a header, a query, a path or an error gets into them', async () => {
    const secret = 'hunter2';
    const headers = { authorization: `Bearer ${secret}`, cookie: secret, 'x-amz-security-token': secret };
    const before = endpoint.logged().length;
    await endpoint.post({ ...jsonHeaders('GetUser'), ...headers }, `{"AccessToken":"${secret}"}`);
    await endpoint.post({ ...jsonHeaders('ListUserPools'), ...headers }, secret);
    await endpoint.post(jsonHeaders('GetUser'), `{"AccessToken":"${secret}`);
    await endpoint.post({ 'content-type': secret, 'x-amz-target': `${secret}.${secret}` }, secret);
    await endpoint.post(jsonHeaders('InitiateAuth'), `{"AuthFlow":"${secret}","ClientId":"${secret}"}`);
    await fetch(`${endpoint.url}/${secret}?code=${secret}`);
    await fetch(`${endpoint.url}/%ff${secret}`);
    await fetch(`${endpoint.url}/health/live?token=${secret}`);
    await send(endpoint, await presigned(endpoint, { query: { token: secret } }));
    const failing = new AdminDeleteUserCommand({ UserPoolId: 'us-east-1_abcdefghi', Username: secret });
    await assert.rejects(endpoint.client().send(failing), {
      name: 'InternalErrorException',
      message: 'Internal error',
    });
    await until(() => endpoint.logged().length >= before + 11);

    assert.doesNotMatch(endpoint.logText(), new RegExp(secret));
    assert.ok(!endpoint.logText().includes(endpoint.root.secret));
    const cause = endpoint.logged().find(({ operation, err }) => operation === 'AdminDeleteUser' && err !== undefined);
    assert.match(JSON.stringify(cause), /SyntaxError/);
    assert.match(JSON.stringify(cause), /endpoint\.ts/);
  });

  test('the last line is written, however the process ends', async () => {
    const module = new URL('../../src/wire/request-log.ts', import.meta.url);
    const say = `const { createLog } = await import(${JSON.stringify(module)}); createLog('info').info('last words');`;
    for (const end of ['', 'process.exit(3);', "setTimeout(() => { throw new Error('end'); });"]) {
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', say + end], { encoding: 'utf8' });
      assert.match(run.stdout, /"msg":"last words"/, end);
    }
  });

  test('errors keep their place and lose the fields that libraries add', () => {
    const failure = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(jane@x) exists' });
    const described = JSON.stringify(errorForLog(new Error('could not save', { cause: failure })));
    assert.match(described, /could not save.*request-log\.test\.ts.*duplicate key/);
    assert.doesNotMatch(described, /jane/);
    const quoting = Object.assign(new Error('invalid input syntax: "hunter2"'), { code: '22P02' });
    assert.doesNotMatch(JSON.stringify(errorForLog(quoting)), /hunter2/);
    assert.doesNotMatch(JSON.stringify(errorForLog('hunter2')), /hunter2/);
    const endless = new Error('around');
    endless.cause = endless;
    assert.match(JSON.stringify(errorForLog(endless)), /around/);
  });
});
