/** `cenote roles …` beside a running server: what credentials of a role may do, and since when. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { STS } from '@aws-sdk/client-sts';
import { parseTrustPolicy } from '../../src/iam/policy-syntax.ts';
import { cenote, type RunningServer, serve, temporaryDirectory } from './program.ts';

const identityPool = 'us-east-1:11111111-2222-3333-4444-555555555555';
const nameOfError = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    error => error.name,
  );

describe('cenote roles', () => {
  const directory = temporaryDirectory();
  const env = { CENOTE_DATA_DIR: directory.path };
  let server: RunningServer;
  const clients: { destroy(): void }[] = [];
  before(async () => {
    server = await serve(env);
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await server.stop();
    directory.remove();
  });
  const attempt = (...args: string[]) => cenote(args, env);
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await attempt(...args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout;
  };
  const file = (name: string, content: object): string => {
    const path = join(directory.path, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
  const becomes = async (expected: string, ask: () => Promise<unknown>): Promise<string> => {
    let answer = await nameOfError(ask());
    for (let tries = 0; answer !== expected && tries < 100; tries++) {
      await sleep(100);
      answer = await nameOfError(ask());
    }
    return answer;
  };

  it('a role for an access key: made, taken, changed and deleted under a running server', async () => {
    const profile = await run('keys', 'create', 'ci');
    const [, accessKeyId = '', secretAccessKey = ''] = /id=(.+)\n.*key=(.+)/.exec(profile) ?? [];
    const trust = file(
      'trust.json',
      document({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/ci' }, Action: 'sts:AssumeRole' }),
    );
    const arn = await run('roles', 'create', 'deploy', '--trust', trust, '--path', '/team/', '--tag', 'a=b', 'c=d=e');
    assert.equal(arn, 'arn:aws:iam::000000000000:role/team/deploy\n');
    const options = { endpoint: server.url, region: 'us-east-1', maxAttempts: 1 };
    const sts = new STS({ ...options, credentials: { accessKeyId, secretAccessKey } });
    const { Credentials } = await sts.assumeRole({ RoleArn: arn.trim(), RoleSessionName: 'test' });
    const pools = new CognitoIdentityProvider({
      ...options,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    clients.push(sts, pools);
    const ask = () => pools.listUserPools({ MaxResults: 1 });
    assert.equal(await nameOfError(ask()), 'AccessDeniedException');
    const policy = file('pools.json', document({ Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }));
    assert.equal(await run('roles', 'put-policy', 'deploy', 'pools', policy), 'deploy: policy pools written\n');
    assert.equal(await becomes('no error', ask), 'no error');

    const shown = JSON.parse(await run('roles', 'show', 'deploy'));
    assert.deepEqual(shown.tags, { a: 'b', c: 'd=e' });
    assert.equal(shown.policies.pools.Statement[0].Action, 'cognito-idp:*');
    assert.equal(shown.trustPolicy.Statement[0].Action, 'sts:AssumeRole');
    assert.match(
      await run('roles', 'list'),
      /^NAME +ARN.*\ndeploy +arn:aws:iam::000000000000:role\/team\/deploy +pools +\d{4}-/,
    );

    await run('roles', 'remove-policy', 'deploy', 'pools');
    assert.equal(await becomes('AccessDeniedException', ask), 'AccessDeniedException');
    await run('roles', 'delete', 'deploy');
    assert.equal(await becomes('UnrecognizedClientException', ask), 'UnrecognizedClientException');
  });

  it('roles for identity pools have the trust policies that the help shows', async () => {
    const help = await run('roles', '--help');
    for (const [name, more, amr] of [
      ['user', [], 'authenticated'],
      ['guest', ['--guests'], 'unauthenticated'],
    ] as const) {
      await run('roles', 'create', name, '--for-identity-pool', identityPool, ...more);
      const { trustPolicy } = JSON.parse(await run('roles', 'show', name));
      const [statement] = trustPolicy.Statement;
      assert.equal(statement.Condition.StringEquals['cognito-identity.amazonaws.com:aud'], identityPool);
      assert.equal(statement.Condition['ForAnyValue:StringLike']['cognito-identity.amazonaws.com:amr'], amr);
    }
    const examples = [...help.matchAll(/^ {2}\{\n[\s\S]*?\n {2}\}$/gm)].map(([text]) => text);
    assert.equal(examples.length, 3);
    const [identities, key] = examples as [string, string];
    const { trustPolicy } = JSON.parse(await run('roles', 'show', 'user'));
    assert.deepEqual(JSON.parse(identities.replace('us-east-1:1a2b…', identityPool)), trustPolicy);
    assert.ok(parseTrustPolicy(key));
  });

  it('says what is wrong', async () => {
    const trust = file(
      'everybody.json',
      document({
        Effect: 'Allow',
        Principal: { Federated: 'accounts.google.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      }),
    );
    const cases: [args: string[], message: RegExp][] = [
      [['create', 'x'], /say whom the role trusts: either --trust <file> or --for-identity-pool <id>/],
      [
        ['create', 'x', '--trust', trust],
        /trusts everybody whom accounts\.google\.com has identified; name the audience/,
      ],
      [['create', 'x', '--for-identity-pool', 'pool'], /"pool" is no id of an identity pool/],
      [['create', 'USER', '--for-identity-pool', identityPool], /there is a role USER already/],
      [['create', 'x', '--for-identity-pool', identityPool, '--max-session', '60'], /from 3600 to 43200 seconds/],
      [['create', 'x', '--for-identity-pool', identityPool, '--tag', 'x'], /expected key=value/],
      [['show', 'nobody'], /there is no role nobody/],
      [['remove-policy', 'user', 'nothing'], /there is no policy nothing of a role user/],
    ];
    const outcomes = await Promise.all(cases.map(([args]) => attempt('roles', ...args)));
    for (const [index, [args, message]] of cases.entries()) {
      const { code, stderr } = outcomes[index]!;
      assert.equal(code, 1, args.join(' '));
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    }
  });
});
