/** STS as its clients see it: AWS's SDK, and requests by hand. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { type AssumeRoleCommandInput, type Credentials, STS } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials, fromWebToken } from '@aws-sdk/credential-providers';
import { SignatureV4 } from '@smithy/signature-v4';
import type { NewRole, RoleDescription } from '../../src/iam/roles.ts';
import { startWorld, type World } from '../support/world.ts';
import { Sha256 } from '../wire/support/signing.ts';

const account = '000000000000';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const trusting = (Principal: object, more: object = {}) =>
  document({ Effect: 'Allow', Principal, Action: ['sts:AssumeRole', 'sts:TagSession'], ...more });

/** What a promise is refused with. */
const refusal = (promise: Promise<unknown>): Promise<{ name: string; message: string; status: number }> =>
  promise.then(
    () => assert.fail('it was not refused'),
    error => ({ name: error.name, message: error.message, status: error.$metadata?.httpStatusCode }),
  );

describe('STS', () => {
  let world: World;
  let pool: string;
  let client: string;
  const clients: { destroy(): void }[] = [];
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await world.createClient(pool);
  });
  after(async () => {
    for (const each of clients) each.destroy();
    await world.stop();
  });

  type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  const keysOf = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Partial<Credentials> = {}): Keys => ({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  });
  const sts = (credentials?: Keys) => {
    const made = new STS({
      endpoint: world.url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: credentials ?? (() => Promise.reject(new Error('nobody signs'))),
    });
    clients.push(made);
    return made;
  };
  const pools = (credentials: Keys) => world.awsAs({ credentials });
  let count = 0;
  const user = async (policy: string | null): Promise<Keys & { arn: string }> => {
    count += 1;
    const { accessKeyId, secret } = await world.app.foundation.accessKeys.create({
      accountId: account,
      name: `user-${count}`,
      policy,
    });
    return { accessKeyId, secretAccessKey: secret, arn: `arn:aws:iam::${account}:user/user-${count}` };
  };
  const role = async (trustPolicy: string, more: Partial<NewRole> = {}): Promise<RoleDescription> => {
    count += 1;
    const made = await world.app.foundation.roles.create({
      accountId: account,
      name: `role-${count}`,
      trustPolicy,
      policies: { read: document(allow('cognito-idp:Describe*')) },
      ...more,
    });
    assert(made);
    return made;
  };
  const assume = (credentials: Keys, RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}) =>
    sts(credentials).assumeRole({ RoleArn, RoleSessionName: 'session', ...more });

  it('tells callers who they are, whatever their policies say', async () => {
    const jane = await user(document({ Effect: 'Deny', Action: '*', Resource: '*' }));
    const { Arn, Account, UserId } = await sts(jane).getCallerIdentity({});
    assert.deepEqual([Arn, Account], [jane.arn, account]);
    assert.match(UserId ?? '', /^AIDA\w{16}$/);
    const root = await world.aws.config.credentials();
    assert.deepEqual((await sts(root).getCallerIdentity({})).Arn, `arn:aws:iam::${account}:root`);
  });

  it('a user named by a role takes it; what the role allows is allowed, the rest is not', async () => {
    const jane = await user(document(allow('cognito-idp:ListUsers')));
    const { arn, id, name } = await role(trusting({ AWS: jane.arn }));
    const { Credentials, AssumedRoleUser, PackedPolicySize } = await assume(jane, arn);
    assert.match(Credentials?.AccessKeyId ?? '', /^ASIA/);
    assert.equal(Credentials?.Expiration?.getTime(), Math.floor(world.clock.now() / 1000) * 1000 + 3_600_000);
    const session = `arn:aws:sts::${account}:assumed-role/${name}/session`;
    assert.deepEqual(AssumedRoleUser, { Arn: session, AssumedRoleId: `${id}:session` });
    assert.equal(PackedPolicySize, undefined);
    const keys = keysOf(Credentials);
    assert.deepEqual((({ Arn, UserId }) => [Arn, UserId])(await sts(keys).getCallerIdentity({})), [
      session,
      `${id}:session`,
    ]);
    assert.equal((await pools(keys).describeUserPool({ UserPoolId: pool })).UserPool?.Id, pool);
    assert.deepEqual(await refusal(pools(keys).listUsers({ UserPoolId: pool })), {
      name: 'AccessDeniedException',
      message: `User: ${session} is not authorized to perform: cognito-idp:ListUsers on resource: arn:aws:cognito-idp:us-east-1:${account}:userpool/${pool} because no identity-based policy allows the cognito-idp:ListUsers action`,
      status: 400,
    });
  });

  it('where a role trusts the account, the policies of the user decide', async () => {
    const trust = trusting({ AWS: `arn:aws:iam::${account}:root` });
    const { arn } = await role(trust);
    const [may, mayNot] = [
      await user(document(allow('sts:AssumeRole', arn))),
      await user(document(allow('cognito-idp:*'))),
    ];
    assert.ok((await assume(may, arn)).Credentials);
    assert.deepEqual(await refusal(assume(mayNot, arn)), {
      name: 'AccessDenied',
      message: `User: ${mayNot.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      status: 403,
    });
    const other = await role(trusting({ AWS: 'arn:aws:iam::999999999999:root' }));
    assert.equal((await refusal(assume(await user(null), other.arn))).name, 'AccessDenied');
    const denied = await user(document(allow('*'), { Effect: 'Deny', Action: 'sts:*', Resource: '*' }));
    const named = await role(trusting({ AWS: denied.arn }));
    assert.equal((await refusal(assume(denied, named.arn))).name, 'AccessDenied');
    assert.equal((await refusal(assume(may, `arn:aws:iam::${account}:role/nobody`))).name, 'AccessDenied');
  });

  it('conditions of a trust policy: external id, source address, tags', async () => {
    const jane = await user(null);
    const secret = await role(
      trusting({ AWS: jane.arn }, { Condition: { StringEquals: { 'sts:ExternalId': 'Unique/1' } } }),
    );
    assert.equal((await refusal(assume(jane, secret.arn))).name, 'AccessDenied');
    assert.equal((await refusal(assume(jane, secret.arn, { ExternalId: 'unique/1' }))).name, 'AccessDenied');
    assert.ok((await assume(jane, secret.arn, { ExternalId: 'Unique/1' })).Credentials);
    const local = (range: string) =>
      role(trusting({ AWS: jane.arn }, { Condition: { IpAddress: { 'aws:SourceIp': range } } }));
    assert.ok((await assume(jane, (await local('127.0.0.0/8')).arn)).Credentials);
    assert.equal((await refusal(assume(jane, (await local('10.0.0.0/8')).arn))).name, 'AccessDenied');
    const tagged = await role(
      trusting({ AWS: jane.arn }, { Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } } }),
    );
    assert.ok((await assume(jane, tagged.arn, { Tags: [{ Key: 'team', Value: 'red' }] })).Credentials);
    assert.equal(
      (await refusal(assume(jane, tagged.arn, { Tags: [{ Key: 'floor', Value: '3' }] }))).name,
      'AccessDenied',
    );
  });

  it('tags of a session are variables of its policies; transitive ones follow into further roles', async () => {
    const jane = await user(null);
    const pattern = ['arn:aws:cognito-idp:*:*:userpool/$', '{aws:PrincipalTag/pool}'].join('');
    const policies = { own: document(allow('cognito-idp:Describe*', pattern), allow('sts:*')) };
    const { arn } = await role(trusting({ AWS: jane.arn }), { policies });
    const second = await role(trusting({ AWS: arn }), { policies });
    const first = await assume(jane, arn, { Tags: [{ Key: 'pool', Value: pool }], TransitiveTagKeys: ['pool'] });
    assert.ok((first.PackedPolicySize ?? 0) > 0);
    const chained = await assume(keysOf(first.Credentials), second.arn);
    for (const { Credentials } of [first, chained])
      assert.ok(await pools(keysOf(Credentials)).describeUserPool({ UserPoolId: pool }));
    const other = await assume(jane, arn, { Tags: [{ Key: 'pool', Value: 'us-east-1_other' }] });
    assert.equal(
      (await refusal(pools(keysOf(other.Credentials)).describeUserPool({ UserPoolId: pool }))).name,
      'AccessDeniedException',
    );
    const conflict = assume(keysOf(first.Credentials), second.arn, { Tags: [{ Key: 'Pool', Value: 'x' }] });
    assert.equal((await refusal(conflict)).name, 'ValidationError');
    const long = await refusal(assume(keysOf(first.Credentials), second.arn, { DurationSeconds: 3601 }));
    assert.match(long.message, /role chaining/);
  });

  it('access keys: conditions on tags of pools, in the request and of what there is', async () => {
    const red = (key: string) => ({ Condition: { StringEquals: { [key]: 'red' } } });
    const jane = pools(
      await user(
        document(
          allow('cognito-idp:CreateUserPool', '*', red('aws:RequestTag/team')),
          allow(['cognito-idp:Describe*', 'cognito-idp:TagResource'], '*', red('aws:ResourceTag/team')),
        ),
      ),
    );
    const create = (team: string) => jane.createUserPool({ PoolName: 'x', UserPoolTags: { team } });
    assert.equal((await refusal(create('blue'))).name, 'AccessDeniedException');
    const { UserPool } = await create('red');
    assert.ok(await jane.describeUserPool({ UserPoolId: UserPool?.Id }));
    assert.equal((await refusal(jane.describeUserPool({ UserPoolId: pool }))).name, 'AccessDeniedException');
    await jane.tagResource({ ResourceArn: UserPool?.Arn, Tags: { team: 'blue' } });
    assert.equal((await refusal(jane.describeUserPool({ UserPoolId: UserPool?.Id }))).name, 'AccessDeniedException');
  });

  it('a session policy narrows', async () => {
    const jane = await user(null);
    const { arn } = await role(trusting({ AWS: jane.arn }), { policies: { all: document(allow('*')) } });
    const { Credentials } = await assume(jane, arn, { Policy: document(allow('cognito-idp:ListUserPools')) });
    const named = await role(trusting({ AWS: arn }));
    assert.equal((await refusal(assume(keysOf(Credentials), named.arn))).name, 'AccessDenied');
    const wide = await assume(jane, arn);
    assert.ok(await assume(keysOf(wide.Credentials), named.arn));
    const narrow = pools(keysOf(Credentials));
    assert.ok(await narrow.listUserPools({ MaxResults: 1 }));
    assert.match(
      (await refusal(narrow.describeUserPool({ UserPoolId: pool }))).message,
      /because no session policy allows/,
    );
  });

  it('requests are checked in the words of AWS', async () => {
    const jane = await user(null);
    const { arn } = await role(trusting({ AWS: jane.arn }));
    const cases: [more: Partial<AssumeRoleCommandInput>, name: string, message: RegExp][] = [
      [{ Policy: '{' }, 'MalformedPolicyDocumentException', /./],
      [{ Policy: document(allow('nothing')) }, 'MalformedPolicyDocumentException', /is no action/],
      [{ RoleSessionName: 'a b' }, 'ValidationError', /roleSessionName/],
      [{ RoleSessionName: '' }, 'ValidationError', /roleSessionName/],
      [{ DurationSeconds: 899 }, 'ValidationError', /greater than or equal to 900/],
      [{ DurationSeconds: 43_201 }, 'ValidationError', /less than or equal to 43200/],
      [{ DurationSeconds: 3601 }, 'ValidationError', /exceeds the MaxSessionDuration/],
      [{ RoleArn: 'short' }, 'ValidationError', /roleArn/],
      [
        { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
        'ValidationError',
        /PolicyArns is not supported/,
      ],
      [{ SourceIdentity: 'jane' }, 'ValidationError', /SourceIdentity is not supported/],
      [{ TransitiveTagKeys: ['x'] }, 'ValidationError', /transitive/],
      [
        {
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'A', Value: '2' },
          ],
        },
        'ValidationError',
        /Duplicate tag keys/,
      ],
      [
        { Tags: Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: 'v'.repeat(256) })) },
        'PackedPolicyTooLargeException',
        /consumes \d+%/,
      ],
    ];
    for (const [more, name, message] of cases) {
      const found = await refusal(assume(jane, arn, more));
      assert.equal(found.name, name, JSON.stringify(more).slice(0, 200));
      assert.match(found.message, message);
    }
  });

  it('a session of a user is that user, and ends with the key', async () => {
    const jane = await user(document(allow('cognito-idp:ListUserPools')));
    const { Credentials } = await sts(jane).getSessionToken({ DurationSeconds: 900 });
    const keys = keysOf(Credentials);
    assert.equal((await sts(keys).getCallerIdentity({})).Arn, jane.arn);
    assert.ok(await pools(keys).listUserPools({ MaxResults: 1 }));
    assert.equal((await refusal(pools(keys).describeUserPool({ UserPoolId: pool }))).name, 'AccessDeniedException');
    assert.deepEqual(await refusal(sts(keys).getSessionToken({})), {
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
      status: 403,
    });
    await world.app.foundation.accessKeys.disable(jane.accessKeyId);
    assert.equal((await refusal(pools(keys).listUserPools({ MaxResults: 1 }))).name, 'UnrecognizedClientException');
    assert.deepEqual(await refusal(sts(keys).getCallerIdentity({})), {
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      status: 403,
    });
  });

  it('ID tokens of a user pool open a role; other tokens do not', async () => {
    await world.createUser(pool, 'jane');
    const { IdToken, AccessToken } = await world.signIn(client, 'jane');
    const provider = `cognito-idp.us-east-1.amazonaws.com/${pool}`;
    const trust = (audience: string, Federated = `arn:aws:iam::${account}:oidc-provider/${provider}`) =>
      document({
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${Federated.replace(/.*oidc-provider\//, '')}:aud`]: audience } },
      });
    const { arn, name } = await role(trust(client));
    const ask = (WebIdentityToken: string, RoleArn = arn) =>
      sts().assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'jane', WebIdentityToken });
    const answer = await ask(IdToken);
    assert.deepEqual(
      [answer.Audience, answer.Provider, answer.AssumedRoleUser?.Arn],
      [client, `${world.url}/${pool}`, `arn:aws:sts::${account}:assumed-role/${name}/jane`],
    );
    assert.ok(answer.SubjectFromWebIdentityToken);
    assert.ok(await pools(keysOf(answer.Credentials)).describeUserPool({ UserPoolId: pool }));
    // By the host of the issuer as well.
    const own = `arn:aws:iam::${account}:oidc-provider/${world.url.replace('http://', '')}/${pool}`;
    assert.ok((await ask(IdToken, (await role(trust(client, own))).arn)).Credentials);

    const other = await role(trust('another-client'));
    assert.deepEqual(await refusal(ask(IdToken, other.arn)), {
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      status: 403,
    });
    const [head = '', body = '', signature = ''] = IdToken.split('.');
    const altered = Buffer.from(body, 'base64url').toString().replace(client, 'another-client');
    const encode = (text: string) => Buffer.from(text).toString('base64url');
    const foreign = encode(JSON.stringify({ iss: 'https://accounts.google.com', sub: '1', aud: client, exp: 9e9 }));
    const tokens: Record<string, [token: string, message: RegExp]> = {
      'an access token': [AccessToken, /verification key/],
      'altered claims': [`${head}.${encode(altered)}.${signature}`, /verification key/],
      'no signature': [`${encode('{"alg":"none"}')}.${body}.`, /verification key/],
      'a foreign issuer': [
        `${head}.${foreign}.${signature}`,
        /No OpenIDConnect provider found.* https:..accounts.google.com/,
      ],
      'no token at all': ['nonsense', /is not a valid JWT/],
    };
    for (const [what, [token, message]] of Object.entries(tokens)) {
      const found = await refusal(ask(token, what === 'altered claims' ? other.arn : arn));
      assert.equal(found.name, 'InvalidIdentityTokenException', what);
      assert.match(found.message, message, what);
    }
    world.clock.advance(3_600_000);
    const late = await refusal(ask(IdToken));
    assert.equal(late.name, 'ExpiredTokenException');
    assert.match(late.message, /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/);
    world.clock.advance(-3_600_000);
  });

  it('credential providers of the SDK', async () => {
    const jane = await user(null);
    const { arn } = await role(trusting({ AWS: jane.arn }));
    const clientConfig = { endpoint: world.url, region: 'us-east-1' };
    const temporary = new CognitoIdentityProvider({
      ...clientConfig,
      credentials: fromTemporaryCredentials({
        masterCredentials: jane,
        params: { RoleArn: arn, RoleSessionName: 'sdk' },
        clientConfig,
      }),
    });
    clients.push(temporary);
    assert.ok(await temporary.describeUserPool({ UserPoolId: pool }));
    const { IdToken } = await world.signIn(client, 'jane');
    const federated = await role(
      document({
        Effect: 'Allow',
        Principal: { Federated: `cognito-idp.us-east-1.amazonaws.com/${pool}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`cognito-idp.us-east-1.amazonaws.com/${pool}:aud`]: client } },
      }),
    );
    const byToken = new CognitoIdentityProvider({
      ...clientConfig,
      credentials: fromWebToken({ roleArn: federated.arn, webIdentityToken: IdToken, clientConfig }),
    });
    clients.push(byToken);
    assert.ok(await byToken.describeUserPool({ UserPoolId: pool }));
  });

  it('expired credentials are told apart from unknown ones', async () => {
    const jane = await user(null);
    const { arn } = await role(trusting({ AWS: jane.arn }));
    const keys = keysOf((await assume(jane, arn, { DurationSeconds: 900 })).Credentials);
    world.clock.advance(900_000);
    assert.deepEqual(await refusal(pools(keys).describeUserPool({ UserPoolId: pool })), {
      name: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
      status: 400,
    });
    const found = await refusal(sts(keys).getCallerIdentity({}));
    assert.deepEqual([found.name, found.status], ['ExpiredToken', 403]);
    world.clock.advance(-900_000);
  });

  describe('over HTTP', () => {
    const post = async (form: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(world.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: form,
      });
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text(), answer };
    };
    const codeOf = (text: string) => /<Code>(.*?)<\/Code>/.exec(text)?.[1];

    it('an error is an XML document in which nothing of the request becomes markup', async () => {
      const { status, type, text, answer } = await post('Action=%3Cscript%3E%26%0B&Version=2011-06-15');
      assert.equal(status, 400);
      assert.equal(type, 'text/xml');
      const id = answer.headers.get('x-amzn-requestid');
      assert.equal(
        text,
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation &lt;script&gt;&amp;\ufffd for version 2011-06-15</Message></Error><RequestId>${id}</RequestId></ErrorResponse>\n`,
      );
    });

    it('what the front door refuses has the names of this protocol', async () => {
      const credential = 'AWS4-HMAC-SHA256 Credential=AKIAAAAAAAAAAAAAAAAA/20260101/us-east-1/sts/aws4_request';
      const cases: [form: string, headers: Record<string, string>, status: number, code: string][] = [
        ['Action=GetCallerIdentity&Version=2011-06-15', {}, 403, 'MissingAuthenticationToken'],
        ['Action=GetCallerIdentity', { authorization: 'AWS4-HMAC-SHA256 x' }, 400, 'IncompleteSignature'],
        [
          'Action=GetCallerIdentity',
          { authorization: `${credential}, SignedHeaders=host, Signature=x`, 'x-amz-date': '20260101T000000Z' },
          403,
          'InvalidClientTokenId',
        ],
        ['Action=GetFederationToken&Version=2011-06-15', {}, 400, 'InvalidAction'],
        ['Action=GetCallerIdentity&Version=2010-01-01', {}, 400, 'InvalidAction'],
        ['Action=constructor', {}, 400, 'InvalidAction'],
        ['', {}, 400, 'InvalidAction'],
        ['Action=GetCallerIdentity&Action=GetSessionToken', {}, 400, 'ValidationError'],
        ['Action=AssumeRoleWithWebIdentity', {}, 400, 'ValidationError'],
        [`Action=${'x'.repeat(1_100_000)}`, {}, 413, ''],
      ];
      for (const [form, headers, status, code] of cases) {
        const found = await post(form, headers);
        assert.equal(found.status, status, form.slice(0, 80));
        if (code !== '') assert.equal(codeOf(found.text), code, form.slice(0, 80));
      }
      const wrong = sts({ accessKeyId: (await user(null)).accessKeyId, secretAccessKey: 'wrong' });
      assert.equal((await refusal(wrong.getCallerIdentity({}))).name, 'SignatureDoesNotMatch');
    });

    it('a presigned GetCallerIdentity proves to others who somebody is', async () => {
      const jane = await user(null);
      const { host, hostname, port } = new URL(world.url);
      const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
      const signer = new SignatureV4({ service: 'sts', region: 'us-east-1', credentials: jane, sha256: Sha256 });
      const presigned = await signer.presign(
        { method: 'GET', protocol: 'http:', hostname, port: Number(port), path: '/', query, headers: { host } },
        { expiresIn: 60, signingDate: new Date(world.clock.now()) },
      );
      const search = new URLSearchParams(presigned.query as Record<string, string>);
      const answer = await fetch(`${world.url}/?${search}`);
      assert.match(await answer.text(), new RegExp(`<Arn>${jane.arn}</Arn>`));
      search.set('Action', 'GetSessionToken');
      const altered = await fetch(`${world.url}/?${search}`);
      assert.equal(codeOf(await altered.text()), 'SignatureDoesNotMatch');
    });

    it('a query is answered as a form is, and the welcome stays where it was', async () => {
      const answer = await fetch(`${world.url}/?Action=GetCallerIdentity&Version=2011-06-15`);
      assert.equal(answer.status, 403);
      assert.equal(codeOf(await answer.text()), 'MissingAuthenticationToken');
      assert.match(await (await fetch(world.url)).text(), /Cenote/);
    });
  });
});
