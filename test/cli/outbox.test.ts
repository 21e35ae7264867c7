/** `cenote outbox …`: a developer reads codes there, an operator sends again what could not be sent. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { goodPassword } from '../support/world.ts';
import { cenote, type RunningServer, rootClient, serve, temporaryDirectory } from './program.ts';

describe('cenote outbox', () => {
  const directory = temporaryDirectory();
  const env = {
    CENOTE_DATA_DIR: directory.path,
    CENOTE_CODE_KEYS: `arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555=${'A'.repeat(43)}=`,
  };
  // A mail server that hangs up at once.
  const broken = createServer(socket => socket.destroy());
  let server: RunningServer;
  let pool: string;
  let client: string;
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cenote(['outbox', ...args], env);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout;
  };
  const signUp = async (name: string) => {
    const aws = rootClient(server.url, directory.path);
    await aws.signUp({
      ClientId: client,
      Username: name,
      Password: goodPassword,
      UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
    });
    aws.destroy();
  };
  const shown = async (id: string) => JSON.parse(await run('show', id));
  /** Waits until the message is in this state. */
  const reaches = async (id: string, ready: (message: { state: string; tries: number }) => boolean) => {
    for (let tries = 0; tries < 60; tries++) {
      const message = await shown(id);
      if (ready(message)) return message;
    }
    return assert.fail(`the message stays ${JSON.stringify(await shown(id))}`);
  };

  before(async () => {
    await new Promise<void>(resolve => broken.listen(0, '127.0.0.1', resolve));
    server = await serve(env);
    const aws = rootClient(server.url, directory.path);
    pool = (await aws.createUserPool({ PoolName: 'one', AutoVerifiedAttributes: ['email'] })).UserPool?.Id as string;
    client = (await aws.createUserPoolClient({ UserPoolId: pool, ClientName: 'app' })).UserPoolClient
      ?.ClientId as string;
    aws.destroy();
  });
  after(async () => {
    await server.stop();
    broken.close();
    directory.remove();
  });

  it('is empty at first', async () => {
    assert.equal(await run(), 'No messages.\n');
  });

  it('lists, filters and shows messages with their codes; what was sent is not sent again', async () => {
    await signUp('jane');
    await signUp('joe');
    const [, id = ''] = /^\S+ {2}(\S+) {2}\w+ {2}EMAIL {2}jane@example\.com {2}SignUp/m.exec(await run()) ?? [];
    const message = await reaches(id, ({ state }) => state === 'sent');
    assert.equal(message.poolId, pool);
    assert.match(message.content.text, /\b\d{6}\b/);
    assert.match(await run('list', '--state', 'sent'), /jane@example\.com[\s\S]*Your confirmation code is \d{6}/);
    assert.equal((await run('--limit', '1')).match(/@example/g)?.length, 1);
    assert.match(await run('--pool', pool), /joe@example\.com/);
    assert.equal(await run('--pool', 'us-east-1_none'), 'No messages.\n');
    const again = await cenote(['outbox', 'retry', id], env);
    assert.deepEqual([again.code, again.stderr], [1, `cenote: message ${id} is sent and cannot be sent again\n`]);
  });

  it('shows nothing of what a function is to send', async () => {
    const aws = rootClient(server.url, directory.path);
    const LambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:nowhere';
    const { UserPool } = await aws.createUserPool({
      PoolName: 'two',
      LambdaConfig: {
        CustomEmailSender: { LambdaVersion: 'V1_0', LambdaArn },
        KMSKeyID: 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555',
      },
    });
    await aws.adminCreateUser({
      UserPoolId: UserPool?.Id,
      Username: 'jill',
      TemporaryPassword: goodPassword,
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: [{ Name: 'email', Value: 'jill@example.com' }],
    });
    aws.destroy();
    const list = await run('--pool', UserPool?.Id ?? '');
    assert.match(list, /jill@example\.com[\s\S]*\(a function of the user pool words or sends it\)/);
    const [, id = ''] = /^\S+ {2}(\S+)/.exec(list) ?? [];
    const message = await shown(id);
    assert.equal(message.content, null);
    assert.ok(!`${list}${JSON.stringify(message)}`.includes(goodPassword));
  });

  it('keeps what could not be sent over a restart, and sends it when told to', async () => {
    await server.stop();
    const { port } = broken.address() as { port: number };
    server = await serve({ ...env, CENOTE_SMTP_URL: `smtp://127.0.0.1:${port}`, CENOTE_LOG_LEVEL: 'silent' });
    await signUp('ann');
    const [, id = ''] = /^\S+ {2}(\S+) {2}\w+ {2}EMAIL {2}ann@example\.com/m.exec(await run()) ?? [];
    const failing = await reaches(id, ({ state, tries }) => state === 'queued' && tries > 0);
    assert.notEqual(failing.lastError, null);
    await server.stop();
    assert.match(await run('--state', 'queued'), /ann@example\.com[^\n]*\n {4}\(.*; tried .*; next try at 20/);

    assert.equal(await run('retry', id), `${id}: queued again; a running server sends it within ten seconds\n`);
    server = await serve(env);
    await reaches(id, ({ state }) => state === 'sent');
    const { stderr } = await server.stop();
    assert.match(stderr, /EMAIL to ann@example\.com \(SignUp\)/);
  });
});
