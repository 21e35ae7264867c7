/** AWS JSON 1.1 over HTTP: routing, errors and their forms, permissions, browsers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  type CognitoIdentityProviderServiceException,
  DeleteGroupCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { systemClock } from '../../src/lib/clock.ts';
import { maxBodyBytes } from '../../src/wire/body.ts';
import { account, type Endpoint, jsonHeaders, poolName, startEndpoint, until } from './support/endpoint.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const user = { UserPoolId: 'us-east-1_abcdefghi', Username: 'jane' };

describe('AWS JSON 1.1', () => {
  let endpoint: Endpoint;
  before(async () => {
    // The SDK corrects its own clock by the Date of answers, so the server's has to be right.
    endpoint = await startEndpoint({ clock: systemClock });
  });
  after(() => endpoint.close());

  const assertError = async (response: Response, status: number, type: string, message?: RegExp) => {
    const body = (await response.json()) as { __type: string; message: string };
    assert.equal(body.__type, type);
    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-amzn-errortype'), `${type}:`);
    assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1');
    assert.match(response.headers.get('x-amzn-requestid')!, uuid);
    assert.ok(response.headers.get('date'));
    if (message) assert.match(body.message, message);
  };

  test('answers with the id of the request, its type and its date', async () => {
    const response = await endpoint.post(jsonHeaders('GetUser'), '{"AccessToken":"x"}');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/x-amz-json-1.1');
    assert.match(response.headers.get('x-amzn-requestid')!, uuid);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(await response.json(), { Username: 'jane', UserAttributes: [] });
  });

  test('an operation without an output shape answers with an empty body', async () => {
    const answer = await endpoint
      .client()
      .send(new DeleteGroupCommand({ UserPoolId: user.UserPoolId, GroupName: 'g' }));
    assert.equal(answer.$metadata.httpStatusCode, 200);
    assert.match(answer.$metadata.requestId!, uuid);
  });

  test('the SDK understands an exception of an operation', async () => {
    await assert.rejects(endpoint.client().send(new AdminGetUserCommand(user)), (error: unknown) => {
      const { name, message, $metadata } = error as CognitoIdentityProviderServiceException;
      assert.equal(name, 'UserNotFoundException');
      assert.equal(message, 'User does not exist.');
      assert.equal($metadata.httpStatusCode, 400);
      assert.match($metadata.requestId!, uuid);
      return true;
    });
  });

  test('long form of the target; media type with parameters; 1.0', async () => {
    const target = 'com.amazonaws.cognito.identity.idp.model.AWSCognitoIdentityProviderService.GetUser';
    for (const type of ['application/x-amz-json-1.1; charset=UTF-8', 'application/x-amz-json-1.0']) {
      const response = await endpoint.post({ 'content-type': type, 'x-amz-target': target }, '{"AccessToken":"x"}');
      assert.equal(response.status, 200);
    }
  });

  test('unknown targets and content types', async () => {
    const type = { 'content-type': 'application/x-amz-json-1.1' };
    const targets = [
      'AWSCognitoIdentityProviderService.Nonsense',
      'AWSCognitoIdentityProviderService.constructor',
      'AWSCognitoIdentityProviderService.__proto__',
      'AWSCognitoIdentityService.GetId',
      '__proto__.ListUserPools',
      'ListUserPools',
      '.',
      'AWSCognitoIdentityProviderService.ListUserPools, x.y',
    ];
    for (const target of targets)
      await assertError(await endpoint.post({ ...type, 'x-amz-target': target }), 400, 'UnknownOperationException');
    await assertError(await endpoint.post(type), 400, 'UnknownOperationException');
    for (const other of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense'])
      await assertError(
        await endpoint.post({ ...jsonHeaders('GetUser'), 'content-type': other }),
        400,
        'UnknownOperationException',
      );
  });

  test('an operation that is not written yet', async () => {
    const refused = endpoint.client().send(new DescribeUserPoolCommand({ UserPoolId: user.UserPoolId }));
    await assert.rejects(refused, { name: 'NotImplementedException' });
    const unsigned = await endpoint.post(jsonHeaders('SignUp'));
    await assertError(unsigned, 501, 'NotImplementedException');
  });

  test('bodies that are no JSON, no object, too deep, no UTF-8 or empty', async () => {
    const bodies: (string | Uint8Array<ArrayBuffer>)[] = [
      '{',
      'hunter2',
      '[]',
      '"x"',
      '[['.repeat(200_000),
      `{"AccessToken":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`,
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ];
    for (const body of bodies) {
      const response = await endpoint.post(jsonHeaders('GetUser'), body);
      await assertError(response, 400, 'SerializationException');
    }
    const empty = await endpoint.post(jsonHeaders('GetUser'), '');
    await assertError(empty, 400, 'InvalidParameterException', /accessToken/);
  });

  test('a body is received up to a megabyte', async () => {
    const body = (bytes: number) => `{"AccessToken":"x","ignored":"${'y'.repeat(bytes - 33)}"}`.padEnd(bytes);
    assert.equal((await endpoint.post(jsonHeaders('GetUser'), body(maxBodyBytes))).status, 200);
    for (const size of [maxBodyBytes + 1, 3 * maxBodyBytes])
      await assertError(
        await endpoint.post(jsonHeaders('GetUser'), body(size)),
        413,
        'RequestEntityTooLargeException',
        /1 MB/,
      );
  });

  test('an operation that may take more takes more, up to its own bound', async () => {
    const limit = 2 * maxBodyBytes;
    const body = (bytes: number) => '{"AuthFlow":"USER_SRP_AUTH","ClientId":"x"}'.padEnd(bytes);
    const longName = { ...jsonHeaders('InitiateAuth') };
    longName['x-amz-target'] = `com.amazonaws.cognito.${longName['x-amz-target']}`;
    for (const headers of [jsonHeaders('InitiateAuth'), longName]) {
      assert.equal((await endpoint.post(headers, body(limit))).status, 200);
      const response = await endpoint.post(headers, body(limit + 1));
      await assertError(response, 413, 'RequestEntityTooLargeException', /2 MB/);
    }
    const unknown = await endpoint.post(jsonHeaders('Unknown.InitiateAuth'), body(limit));
    await assertError(unknown, 413, 'RequestEntityTooLargeException', /1 MB/);
  });

  test('a body without announced length is bounded, too', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    let left = 40;
    const body = new ReadableStream({
      pull(controller) {
        left -= 1;
        if (left > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const init = { method: 'POST', headers: jsonHeaders('GetUser'), body, duplex: 'half' };
    await assertError(await fetch(endpoint.url, init as RequestInit), 413, 'RequestEntityTooLargeException');
  });

  test('other methods and paths', async () => {
    for (const [method, path] of [
      ['PUT', '/'],
      ['DELETE', '/'],
      ['GET', '/nothing'],
      ['POST', '/nothing'],
      ['PATCH', '/a/b?c=d'],
      ['GET', '/%ff'],
    ] as const) {
      const response = await fetch(endpoint.url + path, { method });
      assert.ok(response.status === 404 || response.status === 400, `${method} ${path}: ${response.status}`);
      assert.match(response.headers.get('x-amzn-requestid')!, uuid);
      assert.ok(((await response.json()) as { __type: string }).__type);
    }
    const head = await fetch(endpoint.url, { method: 'HEAD' });
    assert.equal(head.status, 200);
    const welcome = (await (await fetch(endpoint.url)).json()) as { name: string };
    assert.equal(welcome.name, 'Cenote');
  });

  test('what is thrown by mistake is answered without detail and logged with its cause', async () => {
    await assert.rejects(endpoint.client().send(new AdminDisableUserCommand(user)), {
      name: 'InternalErrorException',
      message: 'Internal error',
    });
    await until(() => endpoint.logText().includes('sparks'));
    const line = endpoint.logged().find(({ msg }) => msg === 'unexpected error')!;
    const err = line.err as { message: string; at: string[]; cause: { message: string } };
    assert.equal(line.operation, 'AdminDisableUser');
    assert.equal(err.message, 'the disk is on fire');
    assert.match(err.at[0]!, /endpoint\.ts/);
    assert.equal(err.cause.message, 'sparks');
    assert.match(line.requestId as string, uuid);
  });

  test('exceptions that the contract does not declare are reported', async () => {
    endpoint.undeclared.length = 0;
    await assert.rejects(endpoint.client().send(new AdminGetUserCommand(user)));
    assert.deepEqual(endpoint.undeclared, []);
    await assert.rejects(endpoint.client().send(new AdminEnableUserCommand(user)));
    assert.deepEqual(endpoint.undeclared, ['UsernameExistsException']);
  });

  test('a message becomes a header only as far as it can', async () => {
    const key = await endpoint.keys.create({
      accountId: account,
      name: 'header',
      policy: '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
    });
    const client = endpoint.client({}, key);
    await assert.rejects(client.send(new ListUserPoolsCommand({ MaxResults: 1 })), { name: 'AccessDeniedException' });
    const response = await endpoint.post(jsonHeaders('InitiateAuth'), '{"AuthFlow":"ü\\r\\nx: y","ClientId":"a"}');
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x'), null);
    assert.match(response.headers.get('x-amzn-errormessage')!, /^[\x20-\x7e]{1,1024}$/);
  });

  test('policies decide, in the words of AWS', async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'cognito-idp:Admin*', Resource: 'arn:aws:cognito-idp:*:*:userpool/us-east-1_*' },
        { Effect: 'Deny', Action: 'cognito-idp:AdminDisableUser', Resource: '*' },
      ],
    });
    const key = await endpoint.keys.create({ accountId: account, name: 'support', policy });
    const client = endpoint.client({}, key);
    const refusal = (operation: string, resource: string, reason: string) => ({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${account}:user/support is not authorized to perform: cognito-idp:${operation} on resource: arn:aws:cognito-idp:us-east-1:${account}:userpool/${resource} ${reason}`,
    });
    await assert.rejects(client.send(new AdminGetUserCommand(user)), { name: 'UserNotFoundException' });
    await assert.rejects(
      client.send(new AdminGetUserCommand({ ...user, UserPoolId: 'eu-west-1_abcdefghi' })),
      refusal(
        'AdminGetUser',
        'eu-west-1_abcdefghi',
        'because no identity-based policy allows the cognito-idp:AdminGetUser action',
      ),
    );
    await assert.rejects(
      client.send(new AdminDisableUserCommand(user)),
      refusal('AdminDisableUser', user.UserPoolId, 'with an explicit deny in an identity-based policy'),
    );
    await assert.rejects(
      client.send(new ListUserPoolsCommand({ MaxResults: 1 })),
      refusal('ListUserPools', '*', 'because no identity-based policy allows the cognito-idp:ListUserPools action'),
    );
  });

  test('browsers may call from anywhere and read the headers that they need', async () => {
    const asked = 'authorization,content-type,x-amz-date,x-amz-target,x-amz-user-agent';
    const preflight = await fetch(endpoint.url, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': asked,
      },
    });
    assert.equal(preflight.status, 200);
    assert.equal(await preflight.text(), '');
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'POST');
    assert.equal(preflight.headers.get('access-control-allow-headers'), asked);
    assert.equal(preflight.headers.get('access-control-max-age'), '172800');
    assert.match(preflight.headers.get('x-amzn-requestid')!, uuid);
    const failed = await endpoint.post({ ...jsonHeaders('GetUser'), origin: 'https://app.example.com' });
    for (const response of [preflight, failed]) {
      assert.equal(response.headers.get('access-control-allow-origin'), '*');
      const exposed = response.headers.get('access-control-expose-headers');
      assert.equal(exposed, 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date');
    }
  });

  test('X-Forwarded-For counts only from a trusted proxy', async () => {
    const forwarded = { ...jsonHeaders('GetUser'), 'x-forwarded-for': '203.0.113.7', 'user-agent': 'probe/1' };
    await endpoint.post(forwarded, '{"AccessToken":"x"}');
    assert.equal(endpoint.contexts.at(-1)?.sourceIp, '127.0.0.1');
    assert.equal(endpoint.contexts.at(-1)?.userAgent, 'probe/1');
    const proxied = await startEndpoint({ config: { region: 'us-east-1', trustedProxies: ['127.0.0.1'] } });
    try {
      await proxied.post(forwarded, '{"AccessToken":"x"}');
      assert.equal(proxied.contexts.at(-1)?.sourceIp, '203.0.113.7');
    } finally {
      await proxied.close();
    }
  });

  test('a proxy that changes Host may say what it was', async () => {
    const proxied = await startEndpoint({ config: { region: 'us-east-1', trustedProxies: ['127.0.0.1'] } });
    const { presigned, send, signed } = await import('./support/signing.ts');
    try {
      for (const sign of [signed, presigned]) {
        const request = await sign(proxied, { headers: { host: 'auth.example.com' } });
        const headers = { ...request.headers, host: 'internal:1', 'x-forwarded-host': 'auth.example.com' };
        const answer = await send(proxied, { ...request, headers });
        assert.match(answer.body, new RegExp(poolName));
        const untrusted = await send(endpoint, {
          ...(await sign(endpoint, { headers: { host: 'auth.example.com' } })),
          headers,
        });
        assert.notEqual(untrusted.status, 200);
      }
    } finally {
      await proxied.close();
    }
  });
});
