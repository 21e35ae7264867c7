/** Signatures, as AWS's own signer makes them and as an attacker might alter them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { type Endpoint, jsonHeaders, poolName, startEndpoint } from './support/endpoint.ts';
import { type Answer, presigned, type Sendable, send, signed } from './support/signing.ts';

const doesNotMatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const invalidToken = 'The security token included in the request is invalid.';

describe('Signature Version 4', () => {
  let endpoint: Endpoint;
  before(async () => {
    endpoint = await startEndpoint();
  });
  after(() => endpoint.close());

  const assertReached = (answer: Answer) => {
    assert.equal(answer.status, 200, answer.body);
    assert.match(answer.body, new RegExp(poolName));
  };
  const assertRefused = (answer: Answer, type: string, message: string | RegExp) => {
    assert.equal(answer.json.__type, type);
    if (typeof message === 'string') assert.equal(answer.json.message, message);
    else assert.match(answer.json.message as string, message);
    assert.equal(answer.status, 400);
  };

  test('the AWS SDK gets through, in the region that it signs for', async () => {
    const answer = await endpoint.client({ region: 'ap-south-1' }).send(new ListUserPoolsCommand({ MaxResults: 1 }));
    assert.equal(answer.UserPools?.[0]?.Name, poolName);
    assert.equal(endpoint.contexts.at(-1)?.region, 'ap-south-1');
    assert.equal(endpoint.contexts.at(-1)?.principal?.arn, 'arn:aws:iam::123456789012:root');
  });

  test('unaltered requests get through in header form and presigned', async () => {
    assertReached(await send(endpoint, await signed(endpoint)));
    assertReached(await send(endpoint, await presigned(endpoint)));
  });

  test('a wrong secret, an unknown key and a disabled key', async () => {
    const wrongSecret = { ...endpoint.root, secret: 'x'.repeat(40) };
    for (const sign of [signed, presigned]) {
      const forged = await send(endpoint, await sign(endpoint, { key: wrongSecret }));
      assertRefused(forged, 'InvalidSignatureException', doesNotMatch);
      const stranger = { ...endpoint.root, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' };
      const unknown = await send(endpoint, await sign(endpoint, { key: stranger }));
      assertRefused(unknown, 'UnrecognizedClientException', invalidToken);
    }
    const key = await endpoint.keys.create({ accountId: '123456789012', name: 'short-lived', policy: null });
    assertReached(await send(endpoint, await signed(endpoint, { key })));
    await endpoint.keys.disable(key.accessKeyId);
    const disabled = await send(endpoint, await signed(endpoint, { key }));
    assertRefused(disabled, 'UnrecognizedClientException', invalidToken);
  });

  const alterations: Record<string, (request: Sendable) => void> = {
    'the body altered': request => {
      request.body = '{"MaxResults":60}';
    },
    'the operation altered': request => {
      Object.assign(request.headers, jsonHeaders('DeleteGroup'));
    },
    'the host altered': request => {
      request.headers.host = 'another.example.com';
    },
    'the query altered': request => {
      request.query.more = 'x';
    },
    'a signed header repeated': request => {
      (request.headers as Record<string, unknown>)['x-note'] = ['one', 'two'];
    },
    'a signed header left out': request => {
      delete request.headers['x-note'];
    },
  };
  for (const [what, alter] of Object.entries(alterations)) {
    test(`replayed with ${what}`, async () => {
      for (const sign of [signed, presigned]) {
        const request = await sign(endpoint, { headers: { 'x-note': 'one' } });
        alter(request);
        const answer = await send(endpoint, request);
        assertRefused(answer, 'InvalidSignatureException', doesNotMatch);
      }
    });
  }

  test('altered date, region, signature', async () => {
    const dated = await signed(endpoint);
    dated.headers['x-amz-date'] = '20260131T120001Z';
    assertRefused(await send(endpoint, dated), 'InvalidSignatureException', doesNotMatch);
    for (const [from, to] of [
      ['us-east-1', 'us-east-2'],
      [/Signature=./, 'Signature=g'],
      [/Signature=(.{60}).*/, 'Signature=$1'],
    ] as const) {
      const request = await signed(endpoint);
      request.headers.authorization = request.headers.authorization!.replace(from, to);
      assertRefused(await send(endpoint, request), 'InvalidSignatureException', doesNotMatch);
    }
    const longer = await presigned(endpoint, { at: endpoint.clock.at - 100_000, expiresIn: 60 });
    longer.query['X-Amz-Expires'] = '3600';
    assertRefused(await send(endpoint, longer), 'InvalidSignatureException', doesNotMatch);
  });

  test('five minutes of skew are allowed, not more', async () => {
    const minutes = (count: number) => endpoint.clock.at + count * 60_000;
    assertReached(await send(endpoint, await signed(endpoint, { at: minutes(-5) })));
    assertReached(await send(endpoint, await signed(endpoint, { at: minutes(5) })));
    assertRefused(
      await send(endpoint, await signed(endpoint, { at: minutes(-6) })),
      'InvalidSignatureException',
      'Signature expired: 20260131T115400Z is now earlier than 20260131T115500Z (20260131T120000Z - 5 min.)',
    );
    assertRefused(
      await send(endpoint, await signed(endpoint, { at: minutes(6) })),
      'InvalidSignatureException',
      'Signature not yet current: 20260131T120600Z is still later than 20260131T120500Z (20260131T120000Z + 5 min.)',
    );
  });

  test('a presigned request lives as long as it says, at most a week', async () => {
    const hoursAgo = (hours: number) => endpoint.clock.at - hours * 3_600_000;
    assertReached(await send(endpoint, await presigned(endpoint, { at: hoursAgo(1), expiresIn: 3600 })));
    assertRefused(
      await send(endpoint, await presigned(endpoint, { at: hoursAgo(2), expiresIn: 3600 })),
      'InvalidSignatureException',
      /^Signature expired: 20260131T100000Z is now earlier than 20260131T110000Z/,
    );
    const tooLong = await presigned(endpoint);
    tooLong.query['X-Amz-Expires'] = '604801';
    assertRefused(await send(endpoint, tooLong), 'IncompleteSignatureException', /must be less than a week/);
    const notNumber = await presigned(endpoint);
    notNumber.query['X-Amz-Expires'] = '-1';
    assertRefused(await send(endpoint, notNumber), 'IncompleteSignatureException', 'X-Amz-Expires should be a number');
  });

  test('a session token that nobody issued', async () => {
    for (const sign of [signed, presigned]) {
      const request = await sign(endpoint, { key: { ...endpoint.root, sessionToken: 'IQoJb3JpZ2luX2VjE+/=' } });
      assertRefused(await send(endpoint, request), 'UnrecognizedClientException', invalidToken);
    }
  });

  test('temporary credentials are looked up by their session token', async () => {
    const token = 'IQoJb3JpZ2luX2VjE+/=';
    const known = await startEndpoint({
      findSession: async (accessKeyId, sessionToken) =>
        sessionToken === token && accessKeyId.startsWith('ASIA')
          ? {
              secret: 'session-secret',
              principal: { accountId: '123456789012', arn: 'arn:x', accessKeyId, isRoot: false, policy: null },
            }
          : undefined,
    });
    const key = { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA', secret: 'session-secret', sessionToken: token };
    try {
      assertReached(await send(known, await signed(known, { key })));
      assertReached(await send(known, await presigned(known, { key })));
      const other = await signed(known, { key: { ...key, sessionToken: 'other' } });
      assertRefused(await send(known, other), 'UnrecognizedClientException', invalidToken);
    } finally {
      await known.close();
    }
  });

  test('no signature at all', async () => {
    const request = await signed(endpoint);
    delete request.headers.authorization;
    assertRefused(await send(endpoint, request), 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  });

  test('signed for another service, terminator or day, or for what is no region', async () => {
    const other = await signed(endpoint, { service: 'cognito-identity' });
    assertRefused(
      await send(endpoint, other),
      'InvalidSignatureException',
      "Credential should be scoped to correct service: 'cognito-idp'.",
    );
    for (const region of ['us_east_1', 'a:b', 'x'.repeat(33)])
      assertRefused(
        await send(endpoint, await signed(endpoint, { region })),
        'InvalidSignatureException',
        'Credential should be scoped to a valid region.',
      );
    const scoped = async (from: string, to: string) => {
      const request = await signed(endpoint);
      request.headers.authorization = request.headers.authorization!.replace(from, to);
      return send(endpoint, request);
    };
    assertRefused(
      await scoped('aws4_request', 'aws5'),
      'InvalidSignatureException',
      /valid terminator: 'aws4_request'/,
    );
    assertRefused(
      await scoped('/20260131/', '/20260130/'),
      'InvalidSignatureException',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260130' != '20260131', from '20260131T120000Z'.",
    );
    assertRefused(
      await scoped('/aws4_request', ''),
      'IncompleteSignatureException',
      /exactly 5 slash-delimited elements/,
    );
  });

  const malformed: [header: string, message: RegExp][] = [
    [
      'AWS4-HMAC-SHA256',
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization=AWS4-HMAC-SHA256$/,
    ],
    [
      'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host',
      /^Authorization header requires 'Signature' parameter\. Authorization=/,
    ],
    [
      'AWS4-HMAC-SHA256 Credential',
      /^'Credential' not a valid key=value pair \(missing equal-sign\) in Authorization header: 'AWS4-HMAC-SHA256 Credential'\.$/,
    ],
    ['Bearer eyJhbGciOiJub25lIn0', /not a valid key=value pair/],
    ['AWS4-ECDSA-P256-SHA256 Credential=a, SignedHeaders=b, Signature=c', /^Unsupported AWS 'algorithm'/],
    ['AWS4-HMAC-SHA256 Credential=a//c/d/e, SignedHeaders=b, Signature=c', /exactly 5 slash-delimited elements/],
    [`AWS4-HMAC-SHA256 ${'x'.repeat(5000)}`, /not a valid key=value pair/],
  ];
  test('malformed Authorization headers', async () => {
    for (const [authorization, message] of malformed) {
      const answer = await send(endpoint, {
        method: 'POST',
        path: '/',
        query: {},
        headers: { ...jsonHeaders('ListUserPools'), 'x-amz-date': '20260131T120000Z', authorization },
        body: '{}',
      });
      assertRefused(answer, 'IncompleteSignatureException', message);
    }
  });

  test('missing and malformed dates and query parameters', async () => {
    const undated = await signed(endpoint);
    delete undated.headers['x-amz-date'];
    assertRefused(
      await send(endpoint, undated),
      'IncompleteSignatureException',
      /either a 'X-Amz-Date' or a 'Date' header/,
    );
    for (const date of ['yesterday', '20261399T000000Z', '2026-01-31T12:00:00Z']) {
      const dated = await signed(endpoint);
      dated.headers['x-amz-date'] = date;
      assertRefused(
        await send(endpoint, dated),
        'IncompleteSignatureException',
        /^Date must be in ISO-8601 'basic format'/,
      );
    }
    const partial = await presigned(endpoint);
    delete partial.query['X-Amz-Credential'];
    assertRefused(
      await send(endpoint, partial),
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Credential'. Re-examine the query-string parameters.",
    );
  });

  test('host, date and target must be among the signed headers', async () => {
    for (const [name, shown] of [
      ['host', 'Host'],
      ['x-amz-date', 'X-Amz-Date'],
      ['x-amz-target', 'X-Amz-Target'],
    ] as const) {
      const request = await signed(endpoint);
      request.headers.authorization = request.headers.authorization!.replace(
        /SignedHeaders=[^,]*/,
        list =>
          `SignedHeaders=${list
            .slice(14)
            .split(';')
            .filter(header => header !== name)
            .join(';')}`,
      );
      assertRefused(
        await send(endpoint, request),
        'InvalidSignatureException',
        `'${shown}' must be a 'SignedHeader' in the AWS Authorization.`,
      );
    }
  });

  test('the body is always part of what is signed', async () => {
    const unsigned = await signed(endpoint, { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    assertRefused(await send(endpoint, unsigned), 'InvalidSignatureException', doesNotMatch);
    const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const other = await signed(endpoint, { headers: { 'x-amz-content-sha256': emptyHash } });
    assertRefused(await send(endpoint, other), 'InvalidSignatureException', doesNotMatch);
    const query = await presigned(endpoint, { query: { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' } });
    query.body = '{"MaxResults":60}';
    assertRefused(await send(endpoint, query), 'InvalidSignatureException', doesNotMatch);
  });

  test('odd white space, repeated headers, bytes beyond ASCII and strange queries', async () => {
    const spaced = await signed(endpoint, { headers: { 'x-odd': '  a   b \t c  ' } });
    assertReached(await send(endpoint, spaced));

    const repeated = await signed(endpoint, { headers: { 'x-many': 'one,two,three' } });
    assertReached(
      await send(endpoint, { ...repeated, headers: { ...repeated.headers, 'x-many': ['one', 'two', 'three'] } }),
    );

    const utf8 = await signed(endpoint, { headers: { 'x-name': 'Zoë' } });
    const bytes = Buffer.from('Zoë', 'utf8').toString('latin1');
    assertReached(await send(endpoint, { ...utf8, headers: { ...utf8.headers, 'x-name': bytes } }));
    assertReached(await send(endpoint, utf8));

    const query = { 'a b': 'c+d/é', __proto__x: '1', empty: '', 'ü&=': '%' };
    assertReached(await send(endpoint, await signed(endpoint, { query })));
    assertReached(await send(endpoint, await presigned(endpoint, { query })));
  });

  test('an operation that needs no signature ignores even a broken one', async () => {
    const body = '{"AuthFlow":"USER_SRP_AUTH","ClientId":"abc","AuthParameters":{}}';
    const request = await signed(endpoint, { operation: 'InitiateAuth', body });
    request.headers.authorization = 'AWS4-HMAC-SHA256 nonsense';
    assert.equal((await send(endpoint, request)).status, 200);
    assert.equal(endpoint.contexts.at(-1)?.principal, null);
    assert.equal(endpoint.contexts.at(-1)?.region, 'eu-west-3');
  });

  test('a Date header serves where there is no X-Amz-Date', async () => {
    const { signatureOf } = await import('../../src/wire/sigv4-signature.ts');
    const { createHash } = await import('node:crypto');
    const body = '{"MaxResults":10}';
    const headers = {
      ...jsonHeaders('ListUserPools'),
      host: `127.0.0.1:${endpoint.port}`,
      date: new Date(endpoint.clock.at).toUTCString(),
    };
    const scope = { date: '20260131', region: 'r', service: 'cognito-idp', terminator: 'aws4_request' };
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const request = { method: 'POST', path: '/', query: {}, headers, bodyHash };
    const signature = await signatureOf(request, '20260131T120000Z', scope, endpoint.root);
    const list = Object.keys(headers).sort().join(';');
    const authorization = `AWS4-HMAC-SHA256 Credential=${endpoint.root.accessKeyId}/20260131/r/cognito-idp/aws4_request,SignedHeaders=${list},Signature=${signature}`;
    assertReached(await send(endpoint, { ...request, headers: { ...headers, authorization }, body }));
  });
});
