/** The AWS CLI with temporary credentials: who it is, what its role allows, and files that another server keeps. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cenote, type Outcome, type RunningServer, run, serve, temporaryDirectory } from '../cli/program.ts';
import { aws, awsSuite } from './aws-program.ts';

const example = fileURLToPath(new URL('../../examples/file-server/', import.meta.url));
const account = '000000000000';

awsSuite('the AWS CLI with temporary credentials', () => {
  const directory = temporaryDirectory('cenote-aws-roles-');
  const settings = { CENOTE_DATA_DIR: directory.path };
  let server: RunningServer;
  let files: ChildProcess | undefined;
  before(async () => {
    server = await serve(settings);
  });
  after(async () => {
    files?.kill();
    await server?.stop();
    directory.remove();
  });

  const path = (name: string) => join(directory.path, name);
  const document = (name: string, Statement: object): string => {
    writeFileSync(path(name), JSON.stringify({ Version: '2012-10-17', Statement }));
    return path(name);
  };
  type Environment = Record<string, string>;
  const root: Environment = { AWS_SHARED_CREDENTIALS_FILE: path('credentials'), AWS_PROFILE: 'cenote' };
  let session: Environment;
  const attempt = (env: Environment, endpoint: string, ...args: string[]): Promise<Outcome> =>
    run(aws as string, ['--endpoint-url', endpoint, '--output', 'json', '--region', 'us-east-1', ...args], {
      AWS_CONFIG_FILE: path('no-config'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      ...env,
    });
  const call = async (env: Environment, ...args: string[]) => {
    const { code, stdout, stderr } = await attempt(env, server.url, ...args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return JSON.parse(stdout);
  };

  it('takes a role, and is told who it is then', async () => {
    const trust = document('trust.json', { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
    const policy = document('policy.json', [
      { Effect: 'Allow', Action: 'cognito-idp:DescribeUserPool', Resource: '*' },
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::files/cli/*' },
    ]);
    const made = await cenote(['roles', 'create', 'cli', '--trust', trust, '--policy', policy], settings);
    assert.equal(made.code, 0, made.stderr);
    const { Credentials, AssumedRoleUser } = await call(
      root,
      ...['sts', 'assume-role', '--role-arn', made.stdout.trim(), '--role-session-name', 'terminal'],
    );
    session = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
    assert.deepEqual(await call(session, 'sts', 'get-caller-identity'), {
      UserId: AssumedRoleUser.AssumedRoleId,
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/cli/terminal`,
    });
  });

  it('may what the role allows, and reads why not otherwise', async () => {
    const { UserPool } = await call(root, 'cognito-idp', 'create-user-pool', '--pool-name', 'one');
    const inPool = ['--user-pool-id', UserPool.Id];
    const described = await call(session, 'cognito-idp', 'describe-user-pool', ...inPool);
    assert.equal(described.UserPool.Name, 'one');
    const { code, stderr } = await attempt(session, server.url, 'cognito-idp', 'delete-user-pool', ...inPool);
    assert.ok(code === 254 || code === 255, `exit code ${code}`);
    assert.match(
      stderr,
      /AccessDeniedException.*assumed-role\/cli\/terminal is not authorized to perform: cognito-idp:DeleteUserPool on resource: .* because no identity-based policy allows/,
    );
  });

  it('stores and reads files in the example that asks Cenote', async () => {
    const key = await cenote(['keys', 'create', 'files', '--policy', join(example, 'server-policy.json')], settings);
    const [, accessKeyId = '', secret = ''] = /id=(.+)\n.*key=(.+)/.exec(key.stdout) ?? [];
    mkdirSync(path('files'));
    const child = spawn(process.execPath, [join(example, 'server.ts')], {
      env: {
        CENOTE_URL: server.url,
        FILES: path('files'),
        PORT: '0',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secret,
      },
      stdio: ['ignore', 'pipe', 2],
    });
    files = child;
    const url = await new Promise<string>(resolve => {
      child.stdout?.on('data', line => {
        const [found] = /http:\S+/.exec(String(line)) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    writeFileSync(path('note.txt'), 'a note');
    const object = (name: string) => ['--bucket', 'files', '--key', name];
    const put = await attempt(
      session,
      url,
      's3api',
      'put-object',
      ...object('cli/a b.txt'),
      '--body',
      path('note.txt'),
    );
    assert.deepEqual([put.code, put.stderr], [0, '']);
    const got = await attempt(session, url, 's3api', 'get-object', ...object('cli/a b.txt'), path('back.txt'));
    assert.deepEqual([got.code, got.stderr], [0, '']);
    assert.equal(readFileSync(path('back.txt'), 'utf8'), 'a note');
    const elsewhere = await attempt(session, url, 's3api', 'get-object', ...object('other/a.txt'), path('no.txt'));
    assert.match(elsewhere.stderr, /AccessDenied/);
  });
});
