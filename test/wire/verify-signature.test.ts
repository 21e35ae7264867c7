/** What another service learns of a request that somebody signed: who it was, and what their policies say. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { createAssumeRole } from '../../src/iam/assume-role.ts';
import { startWorld, type World } from '../support/world.ts';
import { Sha256 } from './support/signing.ts';

const account = '000000000000';
const provider = 'cognito-identity.amazonaws.com';
const identityPool = 'us-east-1:11111111-2222-3333-4444-555555555555';
const sub = 'us-east-1:99999999-2222-3333-4444-555555555555';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*', more: object = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
type Signed = { method: string; url: string; headers: Record<string, string>; bodySha256?: string };
/** All that an answer may have; which of it there is, the tests say. */
type Answer = {
  __type: string;
  message: string;
  verified: boolean;
  error: { name: string; message: string };
  principal: { arn: string; type: string; roleArn?: string; context: Record<string, string[]> };
  region: string;
  allowed?: boolean;
  reason?: string;
};
type Question = {
  request?: Partial<Signed> | Signed;
  service?: string;
  unsignedPayload?: boolean;
  action?: string;
  resource?: string;
  context?: Record<string, unknown>;
};

describe('verifying signatures for other services', () => {
  let world: World;
  let asker: Keys;
  let user: Keys;
  before(async () => {
    world = await startWorld();
    asker = await key('asker', document(allow('cenote:VerifySignature')));
    user = await key(
      'jane',
      document(allow('s3:GetObject', 'arn:aws:s3:::files/*'), {
        Effect: 'Deny',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::files/secret/*',
      }),
    );
  });
  after(() => world.stop());

  const key = async (name: string, policy: string | null, accountId = account): Promise<Keys> => {
    const { accessKeyId, secret } = await world.app.foundation.accessKeys.create({ accountId, name, policy });
    return { accessKeyId, secretAccessKey: secret };
  };
  const signer = (credentials: Keys, service: string) =>
    new SignatureV4({ service, region: 'us-east-1', credentials, sha256: Sha256, uriEscapePath: service !== 's3' });

  /** A request as it reaches a service that listens at files.example.com. */
  const signed = async (
    credentials: Keys,
    { method = 'GET', path = '/files/a%20b.txt', body = '', service = 's3', headers = {}, query = {} } = {},
  ): Promise<Signed> => {
    const sent = await signer(credentials, service).sign(
      {
        method,
        path,
        query,
        protocol: 'https:',
        hostname: 'files.example.com',
        headers: { host: 'files.example.com', ...headers },
        body,
      },
      { signingDate: new Date(world.clock.now()) },
    );
    const search = new URLSearchParams(query).toString();
    return { method, url: search === '' ? path : `${path}?${search}`, headers: sent.headers, bodySha256: sha256(body) };
  };
  const presigned = async (credentials: Keys, path = '/files/a.txt'): Promise<Signed> => {
    const request = {
      method: 'GET',
      path,
      query: {},
      protocol: 'https:',
      hostname: 'files.example.com',
      headers: { host: 'files.example.com', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const { query = {} } = await signer(credentials, 's3').presign(request, {
      expiresIn: 60,
      signingDate: new Date(world.clock.now()),
    });
    return {
      method: 'GET',
      url: `${path}?${new URLSearchParams(query as Record<string, string>)}`,
      headers: { host: 'files.example.com' },
    };
  };

  const post = async (question: unknown, credentials: Keys = asker) => {
    const { host, hostname, port } = new URL(world.url);
    const body = typeof question === 'string' ? question : JSON.stringify(question);
    const { headers } = await signer(credentials, 'sts').sign(
      {
        method: 'POST',
        path: '/_cenote/verify-signature',
        protocol: 'http:',
        hostname,
        port: Number(port),
        headers: { host, 'content-type': 'application/json' },
        body,
      },
      { signingDate: new Date(world.clock.now()) },
    );
    const answer = await fetch(`${world.url}/_cenote/verify-signature`, { method: 'POST', headers, body });
    return { status: answer.status, cache: answer.headers.get('cache-control'), json: (await answer.json()) as Answer };
  };
  const ask = async (question: Question) => {
    const { status, json } = await post({
      service: 's3',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::files/a b.txt',
      ...question,
    });
    assert.equal(status, 200, JSON.stringify(json));
    return json;
  };

  it('says who has signed and that it is allowed', async () => {
    const { status, cache, json } = await post({
      request: await signed(user),
      service: 's3',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::files/a b.txt',
    });
    assert.deepEqual([status, cache], [200, 'no-store']);
    const { principal, ...rest } = json;
    assert.deepEqual(rest, { verified: true, region: 'us-east-1', allowed: true });
    assert.equal(principal.arn, `arn:aws:iam::${account}:user/jane`);
    assert.equal(principal.type, 'User');
    assert.deepEqual(principal.context['aws:username'], ['jane']);
    assert.ok(!JSON.stringify(json).includes(user.secretAccessKey));
  });

  it('says what is refused, and why; who has signed alone when nothing else is asked', async () => {
    const request = await signed(user);
    const secret = await ask({ request, resource: 'arn:aws:s3:::files/secret/x' });
    assert.deepEqual([secret.verified, secret.allowed], [true, false]);
    assert.equal(
      secret.reason,
      `User: arn:aws:iam::${account}:user/jane is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::files/secret/x with an explicit deny in an identity-based policy`,
    );
    assert.equal((await ask({ request, action: 's3:PutObject' })).allowed, false);
    const alone = (await post({ request, service: 's3' })).json;
    assert.deepEqual([alone.verified, alone.allowed], [true, undefined]);
  });

  const alterations: Record<string, (request: Signed) => void> = {
    'another method': request => {
      request.method = 'DELETE';
    },
    'another path': request => {
      request.url = '/files/b.txt';
    },
    'another spelling of the path': request => {
      request.url = '/files//a%20b.txt';
    },
    'a query more': request => {
      request.url += '?acl';
    },
    'another host': request => {
      request.headers.host = 'other.example.com';
    },
    'another body': request => {
      request.bodySha256 = sha256('other');
    },
    'another hash announced': request => {
      request.headers['x-amz-content-sha256'] = sha256('other');
    },
    'the body left out': request => {
      request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
    },
  };
  for (const [what, alter] of Object.entries(alterations))
    it(`does not verify a request with ${what}`, async () => {
      const request = await signed(user, { body: 'text', method: 'PUT' });
      assert.equal((await ask({ request })).verified, true);
      alter(request);
      for (const unsignedPayload of [false, true]) {
        const { verified, error, ...rest } = await ask({ request, unsignedPayload });
        assert.deepEqual([verified, error.name, rest], [false, 'InvalidSignatureException', {}]);
      }
    });

  it('bodies that are not signed, and presigned URLs, where the service allows them', async () => {
    const request = await signed(user, { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, body: 'text' });
    const url = await presigned(user);
    for (const each of [request, url, { ...url, url: url.url.replace(/&?x-amz-content-sha256=[^&]*/i, '') }]) {
      const isOriginal = each === request || each === url;
      assert.equal((await ask({ request: each })).verified, false);
      assert.equal((await ask({ request: each, unsignedPayload: true })).verified, isOriginal, each.url);
    }
    world.clock.advance(61_000);
    assert.equal((await ask({ request: url, unsignedPayload: true })).error.name, 'InvalidSignatureException');
    world.clock.advance(-61_000);
  });

  it('a request signed for another service is not verified', async () => {
    const request = await signed(user, { service: 'cognito-idp' });
    assert.equal((await ask({ request })).verified, false);
    assert.equal((await ask({ request, service: 'cognito-idp', action: 's3:GetObject' })).verified, true);
  });

  it('temporary credentials of an identity, with its claims as variables', async () => {
    const { roles, storage, sealer, clock } = world.app.foundation;
    const folder = ['arn:aws:s3:::files/$', `{${provider}:sub}/*`].join('');
    const role = await roles.create({
      accountId: account,
      name: 'files-user',
      trustPolicy: document({
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${provider}:aud`]: identityPool } },
      }),
      policies: { own: document(allow('s3:*', folder)) },
    });
    const issued = await createAssumeRole({ db: storage.db, sealer, clock })({
      roleArn: role!.arn,
      sessionName: 'CognitoIdentityCredentials',
      identity: { issuer: provider, claims: { sub, aud: identityPool, amr: ['authenticated'] } },
      durationSeconds: 900,
    });
    const request = await signed(issued);
    const own = await ask({ request, resource: `arn:aws:s3:::files/${sub}/a` });
    assert.equal(own.allowed, true);
    assert.deepEqual(own.principal.context[`${provider}:sub`], [sub]);
    assert.equal(own.principal.roleArn, role!.arn);
    assert.equal((await ask({ request, resource: 'arn:aws:s3:::files/someone/a' })).allowed, false);
    const { 'x-amz-security-token': _, ...headers } = request.headers;
    assert.equal((await ask({ request: { ...request, headers } })).error.name, 'UnrecognizedClientException');
    world.clock.advance(900_000);
    assert.equal((await ask({ request })).error.name, 'ExpiredTokenException');
    world.clock.advance(-900_000);
  });

  it('conditions know what the service says of the request, and about itself', async () => {
    const here = await key(
      'near',
      document(
        allow('s3:ListBucket', '*', {
          Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, StringLike: { 's3:prefix': 'public/*' } },
        }),
      ),
    );
    const request = await signed(here);
    const list = (context: Record<string, unknown>) =>
      ask({ request, action: 's3:ListBucket', resource: 'arn:aws:s3:::files', context });
    assert.equal((await list({ 'aws:SourceIp': '10.1.2.3', 's3:prefix': 'public/a' })).allowed, true);
    assert.equal((await list({ 'aws:SourceIp': '10.1.2.3', 's3:prefix': 'private/a' })).allowed, false);
    assert.equal((await list({ 'aws:SourceIp': '192.0.2.1', 's3:prefix': 'public/a' })).allowed, false);
    assert.equal((await list({})).allowed, false);
  });

  it('answers those only whose policy allows it', async () => {
    const question = { request: await signed(user), service: 's3' };
    const refused = await post(question, user);
    assert.deepEqual([refused.status, refused.json.__type], [400, 'AccessDeniedException']);
    assert.match(refused.json.message, /cenote:VerifySignature on resource: \* because no identity-based policy/);
    const unsigned = await fetch(`${world.url}/_cenote/verify-signature`, {
      method: 'POST',
      body: JSON.stringify(question),
    });
    assert.equal(unsigned.status, 400);
    assert.equal(((await unsigned.json()) as Answer).__type, 'MissingAuthenticationTokenException');
  });

  it('strangers of another account are not known', async () => {
    const stranger = await key('stranger', null, '111111111111');
    const { verified, error } = await ask({ request: await signed(stranger) });
    assert.deepEqual([verified, error.name], [false, 'UnrecognizedClientException']);
  });

  it('refuses questions that it cannot read', async () => {
    const request = await signed(user);
    const good = { request, service: 's3', action: 's3:GetObject', resource: 'arn:aws:s3:::a' };
    const cases: [question: unknown, message: RegExp][] = [
      ['{', /no JSON/],
      ['null', /The body must be an object/],
      [{ ...good, more: 1 }, /The body has "more"/],
      [{ ...good, service: 's 3' }, /service must be a signing name/],
      [{ ...good, action: undefined }, /action and resource go together/],
      [{ ...good, action: 's3:*' }, /action must be/],
      [{ ...good, resource: 'files/a' }, /resource must be an ARN/],
      [{ ...good, unsignedPayload: 'yes' }, /unsignedPayload must be true or false/],
      [{ ...good, request: { ...request, method: 'get' } }, /request\.method/],
      [{ ...good, request: { ...request, url: 'http://x/' } }, /request\.url/],
      [{ ...good, request: { ...request, headers: { host: 1 } } }, /request\.headers/],
      [{ ...good, request: { ...request, headers: [['host']] } }, /request\.headers/],
      [{ ...good, request: { ...request, bodySha256: 'ABC' } }, /request\.bodySha256/],
      [{ ...good, context: { 'aws:username': 'root' } }, /context must not say aws:username/],
      [{ ...good, context: { 'aws:PrincipalTag/team': 'x' } }, /must not say aws:PrincipalTag/],
      [{ ...good, context: { [`${provider}:sub`]: sub } }, /must not say cognito-identity/],
      [{ ...good, context: { 'sqs:x': 'y' } }, /must not say sqs:x/],
      [{ ...good, context: { 's3:prefix': 1 } }, /context\.s3:prefix must be a text/],
      [{ ...good, request: { ...request, headers: { ...request.headers, x: 'x'.repeat(70_000) } } }, /exceeded/],
    ];
    for (const [question, message] of cases) {
      const { status, json } = await post(question);
      assert.ok([400, 413].includes(status), `${message}: ${status} ${JSON.stringify(json)}`);
      assert.match(json.message, message);
    }
  });
});
