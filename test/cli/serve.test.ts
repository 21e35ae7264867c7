/** A server as a process: its banner, its end, its restart. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword } from '../support/world.ts';
import { cenote, rootClient, serve, temporaryDirectory } from './program.ts';

const signInWith = (aws: CognitoIdentityProvider, ClientId: string) =>
  aws.initiateAuth({
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
  });

describe('cenote serve', () => {
  const directory = temporaryDirectory();
  const dataDir = join(directory.path, 'data');
  const env = { CENOTE_DATA_DIR: dataDir };
  after(directory.remove);

  it('keeps users, tokens, signing keys and the root key over a restart', async () => {
    const first = await serve(env);
    const credentials = readFileSync(join(dataDir, 'credentials'), 'utf8');
    assert.equal(statSync(join(dataDir, 'credentials')).mode & 0o777, 0o600);
    const aws = rootClient(first.url, dataDir);
    const { UserPool } = await aws.createUserPool({ PoolName: 'first' });
    const UserPoolId = UserPool?.Id;
    const { UserPoolClient } = await aws.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const ClientId = UserPoolClient?.ClientId as string;
    await aws.adminCreateUser({ UserPoolId, Username: 'jane', MessageAction: 'SUPPRESS' });
    await aws.adminSetUserPassword({ UserPoolId, Username: 'jane', Password: goodPassword, Permanent: true });
    const { AuthenticationResult: tokens } = await signInWith(aws, ClientId);
    const jwks = async (url: string) => (await fetch(`${url}/${UserPoolId}/.well-known/jwks.json`)).json();
    const keys = await jwks(first.url);
    aws.destroy();
    assert.deepEqual((({ code, signal }) => ({ code, signal }))(await first.stop()), { code: 0, signal: null });

    const second = await serve(env);
    assert.equal(readFileSync(join(dataDir, 'credentials'), 'utf8'), credentials);
    const again = rootClient(second.url, dataDir);
    assert.deepEqual(await jwks(second.url), keys);
    assert.ok((await signInWith(again, ClientId)).AuthenticationResult?.AccessToken);
    const refreshed = await again.initiateAuth({
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: tokens?.RefreshToken as string },
    });
    assert.ok(refreshed.AuthenticationResult?.AccessToken);
    again.destroy();
    assert.equal((await second.stop('SIGINT')).code, 0);
  });

  it('finishes a request in flight when told to stop, takes no other, and ends with 0', async () => {
    const server = await serve(env);
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ ClientId: 'a'.repeat(26), Username: 'nobody', ConfirmationCode: '123456' });
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-amz-json-1.1\r\n` +
        'X-Amz-Target: AWSCognitoIdentityProviderService.ConfirmSignUp\r\n' +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    );
    // Answered after the bytes above were read: the request is in flight from here on.
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    let answer = '';
    socket.setEncoding('utf8').on('data', text => {
      answer += text;
    });
    server.process.kill('SIGTERM');
    const refused = async (): Promise<string> => {
      for (;;) {
        const status = await fetch(`${server.url}/health/live`).then(
          response => response.status,
          error => error.cause?.code ?? 'failed',
        );
        if (status !== 200) return String(status);
      }
    };
    assert.match(await refused(), /^(503|ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/);
    assert.equal(server.process.exitCode, null, 'waits for the request');
    socket.write(body.slice(10));
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 400 .*"__type":"ResourceNotFoundException"/s);
    assert.deepEqual((({ code, signal }) => ({ code, signal }))(await server.ended), { code: 0, signal: null });
  });

  it('gives a request that hangs its time and no more', async () => {
    const server = await serve({ ...env, CENOTE_SHUTDOWN_SECONDS: '1' });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 10\r\n\r\n{`);
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    assert.equal((await server.stop()).code, 0);
  });

  it('ends at once at the second signal', async () => {
    const server = await serve({ ...env, CENOTE_LOG_LEVEL: 'info' });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 10\r\n\r\n{`);
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    const logged = once(server.process.stdout!, 'data');
    server.process.kill('SIGINT');
    assert.match(String(await logged), /stopping: finishing the requests in flight/);
    server.process.kill('SIGTERM');
    assert.equal((await server.ended).code, 1);
  });

  it('names the certificate to trust and the place of its data in a banner that fits', async () => {
    const odd = join(directory.path, "it's here");
    const server = await serve({ CENOTE_DATA_DIR: odd, CENOTE_TLS: 'development' });
    await server.stop();
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const quoted = (name: string) => `'${join(odd, name).replace("'", "'\\''")}'`;
    assert.ok(
      server.banner.includes(
        `AWS_SHARED_CREDENTIALS_FILE=${quoted('credentials')} AWS_PROFILE=cenote AWS_CA_BUNDLE=${quoted('tls/cert.pem')} aws --endpoint-url ${server.url} \\\n`,
      ),
      server.banner,
    );
  });

  it('says how to go on when the root key was disabled', async () => {
    const list = await cenote(['keys', 'list'], env);
    const [, root = ''] = /^(AKIA\w+) +root \(root\) +Active +everything in the account/m.exec(list.stdout) ?? [];
    assert.equal((await cenote(['keys', 'disable', root], env)).stdout, `${root}: disabled\n`);
    const server = await serve(env);
    await server.stop();
    assert.match(server.banner, /the root key is disabled: cenote keys create NAME/);
  });
});

describe('cenote without a server', () => {
  const directory = temporaryDirectory();
  after(directory.remove);
  const env = { CENOTE_DATA_DIR: directory.path };

  it('prints its help', async () => {
    const help = await cenote(['--help'], env);
    assert.equal(help.code, 0);
    for (const word of ['serve', 'keys', 'outbox', 'migrate', 'settings', 'CENOTE_'])
      assert.ok(help.stdout.includes(word), word);
    const bare = await cenote([], env);
    assert.deepEqual([bare.code, bare.stderr], [1, help.stdout], 'without a command: the same, as an error');
    assert.match((await cenote(['keys', '--help'], env)).stdout, /rotate-signing <pool>/);
  });

  it('lists its settings, migrates once, and knows its version', async () => {
    const listed = await cenote(['settings'], env);
    assert.match(listed.stdout, /^CENOTE_PORT=9339\n {4}Port to listen on/m);
    assert.match((await cenote(['migrate'], env)).stdout, /^Applied: 0001/);
    assert.equal((await cenote(['migrate'], env)).stdout, 'The database is up to date.\n');
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.equal((await cenote(['--version'], env)).stdout, `${version}\n`);
  });
});
