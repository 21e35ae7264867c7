/** The AWS CLI, unmodified: an identity pool and its roles, credentials for a guest, and what they are good for. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { cenote, type RunningServer, run, serve, temporaryDirectory } from '../cli/program.ts';
import { aws, awsSuite } from './aws-program.ts';

awsSuite('the AWS CLI with identity pools', () => {
  const directory = temporaryDirectory('cenote identity cli ');
  const settings = { CENOTE_DATA_DIR: directory.path };
  let server: RunningServer;
  before(async () => {
    server = await serve(settings);
  });
  after(async () => {
    await server?.stop();
    directory.remove();
  });

  const root = () => ({
    AWS_SHARED_CREDENTIALS_FILE: join(directory.path, 'credentials'),
    AWS_CONFIG_FILE: join(directory.path, 'no-config'),
    AWS_PROFILE: 'cenote',
  });
  const common = { AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' };
  const attempt = (environment: Record<string, string>, ...args: string[]) =>
    run(aws as string, ['--endpoint-url', server.url, '--region', 'us-east-1', '--output', 'json', ...args], {
      ...common,
      ...environment,
    });
  const call = async (environment: Record<string, string>, ...args: string[]) => {
    const { code, stdout, stderr } = await attempt(environment, ...args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout === '' ? undefined : JSON.parse(stdout);
  };

  it('hands out credentials that the CLI itself works with', async () => {
    const made = ['cognito-identity', 'create-identity-pool', '--identity-pool-name', 'web'];
    const { IdentityPoolId } = await call(root(), ...made, '--allow-unauthenticated-identities');
    const { stdout, code } = await cenote(
      ['roles', 'create', 'guests', '--for-identity-pool', IdentityPoolId, '--guests'],
      settings,
    );
    assert.equal(code, 0);
    const role = /arn:aws:iam::\d+:role\/guests/.exec(stdout)?.[0];
    const set = ['cognito-identity', 'set-identity-pool-roles', '--identity-pool-id', IdentityPoolId];
    await call(root(), ...set, '--roles', `unauthenticated=${role}`);
    const anonymous = ['--no-sign-request', 'cognito-identity'];
    const { IdentityId } = await call({}, ...anonymous, 'get-id', '--identity-pool-id', IdentityPoolId);
    const { Credentials } = await call({}, ...anonymous, 'get-credentials-for-identity', '--identity-id', IdentityId);
    const guest = {
      AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: Credentials.SecretKey,
      AWS_SESSION_TOKEN: Credentials.SessionToken,
    };
    const { Arn } = await call(guest, 'sts', 'get-caller-identity');
    assert.equal(Arn, 'arn:aws:sts::000000000000:assumed-role/guests/CognitoIdentityCredentials');
    const { stderr } = await attempt(guest, 'cognito-idp', 'list-user-pools', '--max-results', '1');
    assert.match(stderr, /AccessDeniedException/);
  });
});
