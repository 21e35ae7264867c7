/** The AWS CLI, unmodified, from the command that the banner prints to the last sign-out. */
import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { after, before, it } from 'node:test';
import { cenote, type Outcome, type RunningServer, run, serve, temporaryDirectory } from '../cli/program.ts';
import { aws, awsSuite } from './aws-program.ts';

const password = 'Correct-Horse-7';

awsSuite('the AWS CLI', () => {
  const directory = temporaryDirectory('cenote aws cli ');
  const settings = { CENOTE_DATA_DIR: directory.path };
  let server: RunningServer;
  const facts = { pool: '', client: '' };
  before(async () => {
    server = await serve(settings);
  });
  after(async () => {
    await server?.stop();
    directory.remove();
  });

  const environment = () => ({
    AWS_SHARED_CREDENTIALS_FILE: join(directory.path, 'credentials'),
    AWS_CONFIG_FILE: join(directory.path, 'no-config'),
    AWS_PROFILE: 'cenote',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  });
  const attempt = (...args: string[]): Promise<Outcome> =>
    run(aws as string, ['--endpoint-url', server.url, '--output', 'json', 'cognito-idp', ...args], environment());
  const call = async (...args: string[]) => {
    const { code, stdout, stderr } = await attempt(...args);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  const refusal = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await attempt(...args);
    assert.ok(code === 254 || code === 255, `exit code ${code}`);
    assert.equal(stdout, '');
    return stderr.trim();
  };
  const inPool = (operation: string, ...args: string[]) => [operation, '--user-pool-id', facts.pool, ...args];
  const asClient = (operation: string, ...args: string[]) => [operation, '--client-id', facts.client, ...args];

  it('runs the command of the banner, pasted into a shell', async () => {
    const [, command = ''] = /Try:\n([\s\S]+?)\n\n/.exec(server.banner) ?? [];
    const path = `${join(aws as string, '..')}${delimiter}${process.env.PATH}`;
    const { stdout, stderr } = await run('sh', ['-c', command], {
      PATH: path,
      AWS_PAGER: '',
      AWS_DEFAULT_OUTPUT: 'json',
    });
    assert.equal(stderr, '');
    const { UserPool } = JSON.parse(stdout);
    assert.equal(UserPool.Name, 'first');
    assert.deepEqual(UserPool.AutoVerifiedAttributes, ['email']);
    assert.equal(UserPool.Arn, `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPool.Id}`);
    facts.pool = UserPool.Id;
  });

  it('makes an app client; a user signs up and confirms with the code that "cenote outbox" shows', async () => {
    const { UserPoolClient } = await call(
      ...inPool('create-user-pool-client', '--client-name', 'app', '--explicit-auth-flows'),
      ...['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    );
    facts.client = UserPoolClient.ClientId;
    const signedUp = await call(
      ...asClient('sign-up', '--username', 'jane', '--password', password),
      ...['--user-attributes', 'Name=email,Value=jane@example.com', 'Name=name,Value=Jané'],
    );
    assert.equal(signedUp.CodeDeliveryDetails.Destination, 'j***@e***');
    const { stdout } = await cenote(['outbox'], settings);
    const [, code = ''] = /jane@example\.com[\s\S]*?\b(\d{6})\b/.exec(stdout) ?? [];
    const confirm = asClient('confirm-sign-up', '--username', 'jane', '--confirmation-code');
    const wrong = code === '000000' ? '000001' : '000000';
    assert.equal(
      await refusal(...confirm, wrong),
      'An error occurred (CodeMismatchException) when calling the ConfirmSignUp operation: Invalid verification code provided, please try again.',
    );
    await call(...confirm, code);
  });

  it('signs in, reads the account, refreshes and signs out everywhere', async () => {
    const withPassword = asClient('initiate-auth', '--auth-flow', 'USER_PASSWORD_AUTH', '--auth-parameters');
    assert.equal(
      await refusal(...withPassword, 'USERNAME=jane,PASSWORD=Wrong-Horse-7'),
      'An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Incorrect username or password.',
    );
    const { AuthenticationResult: tokens } = await call(...withPassword, `USERNAME=jane,PASSWORD=${password}`);
    assert.deepEqual([tokens.TokenType, tokens.ExpiresIn], ['Bearer', 3600]);
    const user = await call('get-user', '--access-token', tokens.AccessToken);
    assert.equal(user.UserAttributes.find(({ Name }: { Name: string }) => Name === 'name').Value, 'Jané');
    const refresh = asClient('initiate-auth', '--auth-flow', 'REFRESH_TOKEN_AUTH', '--auth-parameters');
    const refreshed = await call(...refresh, `REFRESH_TOKEN=${tokens.RefreshToken}`);
    assert.ok(refreshed.AuthenticationResult.AccessToken);
    await call('global-sign-out', '--access-token', refreshed.AuthenticationResult.AccessToken);
    assert.equal(
      await refusal(...refresh, `REFRESH_TOKEN=${tokens.RefreshToken}`),
      'An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has been revoked',
    );
  });

  it('administers: creates, sets a password, signs in for, finds, pages through, disables and deletes users', async () => {
    const joe = (operation: string) => inPool(operation, '--username', 'joe');
    const created = await call(...joe('admin-create-user'), '--message-action', 'SUPPRESS');
    assert.equal(created.User.UserStatus, 'FORCE_CHANGE_PASSWORD');
    // Version 1 prints what is on the wire, seconds; version 2 makes a date of it.
    const { UserCreateDate: date } = created.User;
    const age = Date.now() - (typeof date === 'number' ? date * 1000 : Date.parse(date));
    assert.ok(age > -1_000 && age < 60_000, `created at ${date}`);
    await call(...joe('admin-set-user-password'), '--password', password, '--permanent');
    const { AuthenticationResult } = await call(
      ...inPool('admin-initiate-auth', '--client-id', facts.client, '--auth-flow', 'ADMIN_USER_PASSWORD_AUTH'),
      ...['--auth-parameters', `USERNAME=joe,PASSWORD=${password}`],
    );
    assert.ok(AuthenticationResult.IdToken);
    const found = await call(...inPool('list-users', '--filter', 'username ^= "jo"'));
    assert.deepEqual(
      found.Users.map(({ Username }: { Username: string }) => Username),
      ['joe'],
    );
    // The CLI pages by itself: two requests.
    assert.equal((await call(...inPool('list-users', '--page-size', '1'))).Users.length, 2);
    await call(...joe('admin-disable-user'));
    assert.equal((await call(...joe('admin-get-user'))).Enabled, false);
    await call(...joe('admin-delete-user'));
    assert.equal(
      await refusal(...joe('admin-get-user')),
      'An error occurred (UserNotFoundException) when calling the AdminGetUser operation: User does not exist.',
    );
    assert.equal(
      await refusal('describe-user-pool', '--user-pool-id', 'us-east-1_none00000'),
      'An error occurred (ResourceNotFoundException) when calling the DescribeUserPool operation: User pool us-east-1_none00000 does not exist.',
    );
  });
});

awsSuite('the AWS CLI over https', () => {
  it('trusts the development certificate as the banner says', async () => {
    const directory = temporaryDirectory();
    const server = await serve({ CENOTE_DATA_DIR: directory.path, CENOTE_TLS: 'development' });
    const [, command = ''] = /Try:\n([\s\S]+?)\n\n/.exec(server.banner) ?? [];
    assert.match(command, /AWS_CA_BUNDLE=/);
    const path = `${join(aws as string, '..')}${delimiter}${process.env.PATH}`;
    const { stdout, stderr } = await run('sh', ['-c', command], {
      PATH: path,
      AWS_PAGER: '',
      AWS_DEFAULT_OUTPUT: 'json',
    });
    await server.stop();
    directory.remove();
    assert.equal(stderr, '');
    assert.equal(JSON.parse(stdout).UserPool.Name, 'first');
  });
});
