/** The file server of the examples, asked by programs that sign for S3 with the credentials of identities. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SignatureV4 } from '@smithy/signature-v4';
import { createAssumeRole } from '../../src/iam/assume-role.ts';
import { guestSessionPolicy } from '../../src/iam/guest-policy.ts';
import { identityPoolTrust } from '../../src/iam/identity-pool-trust.ts';
import type { TemporaryCredentials } from '../../src/iam/session-token.ts';
import { startWorld, type World } from '../support/world.ts';
import { Sha256 } from './support/signing.ts';

const example = fileURLToPath(new URL('../../examples/file-server/', import.meta.url));
const policy = (name: string) => readFileSync(join(example, `${name}-policy.json`), 'utf8');
const account = '000000000000';
const identityPool = 'us-east-1:11111111-2222-3333-4444-555555555555';

describe('the file server of the examples', () => {
  const files = mkdtempSync(join(tmpdir(), 'cenote-files-'));
  let world: World;
  let server: ChildProcess;
  let url: URL;
  before(async () => {
    world = await startWorld();
    const { accessKeys, roles } = world.app.foundation;
    const key = await accessKeys.create({ accountId: account, name: 'file-server', policy: policy('server') });
    for (const [name, who] of [
      ['user', 'authenticated'],
      ['guest', 'unauthenticated'],
    ] as const)
      await roles.create({
        accountId: account,
        name,
        trustPolicy: identityPoolTrust(identityPool, who),
        policies: { permissions: policy(name) },
      });
    mkdirSync(join(files, 'files/public'), { recursive: true });
    writeFileSync(join(files, 'files/public/hello.txt'), 'hello');
    writeFileSync(join(files, 'outside.txt'), 'outside');
    server = spawn(process.execPath, [join(example, 'server.ts')], {
      env: {
        CENOTE_URL: world.url,
        FILES: files,
        PORT: '0',
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secret,
      },
      stdio: ['ignore', 'pipe', 2],
    });
    const [address] = await new Promise<RegExpExecArray>((resolve, reject) => {
      server.stdout?.on('data', line => {
        const found = /http:\S+/.exec(String(line));
        if (found !== null) resolve(found);
      });
      server.once('exit', code => reject(new Error(`the file server has ended with ${code}`)));
    });
    url = new URL(address);
  });
  after(async () => {
    server?.kill();
    await world.stop();
    rmSync(files, { recursive: true });
  });

  const identity = async (n: number, guest = false): Promise<TemporaryCredentials & { sub: string }> => {
    const { storage, sealer, clock } = world.app.foundation;
    const sub = `us-east-1:00000000-0000-0000-0000-00000000000${n}`;
    const issued = await createAssumeRole({ db: storage.db, sealer, clock })({
      roleArn: `arn:aws:iam::${account}:role/${guest ? 'guest' : 'user'}`,
      sessionName: 'CognitoIdentityCredentials',
      identity: {
        issuer: 'cognito-identity.amazonaws.com',
        claims: { sub, aud: identityPool, amr: [guest ? 'unauthenticated' : 'authenticated'] },
      },
      durationSeconds: 3600,
      sessionPolicy: guest ? guestSessionPolicy : undefined,
    });
    return { ...issued, sub };
  };
  const send = async (
    { accessKeyId, secretAccessKey, sessionToken }: TemporaryCredentials,
    method: string,
    path: string,
    { body, query = {}, hash }: { body?: string; query?: Record<string, string>; hash?: string } = {},
  ): Promise<{ status: number | undefined; text: string }> => {
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const signer = new SignatureV4({
      service: 's3',
      region: 'us-east-1',
      credentials,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { headers } = await signer.sign({
      method,
      path,
      query,
      protocol: 'http:',
      hostname: url.hostname,
      headers: { host: url.host, ...(hash === undefined ? {} : { 'x-amz-content-sha256': hash }) },
      body,
    });
    const search = new URLSearchParams(query).toString();
    // Not by fetch, which would tidy the path up.
    const sent = request(url, { method, path: search === '' ? path : `${path}?${search}`, headers });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, text: await text(answer) };
  };

  it('each identity has a folder of its own, with signed bodies and without', async () => {
    const [jane, joe] = [await identity(1), await identity(2)];
    const path = `/files/${encodeURIComponent(jane.sub)}/note%20one.txt`;
    assert.deepEqual(await send(jane, 'PUT', path, { body: 'one' }), { status: 200, text: '' });
    assert.deepEqual(await send(jane, 'GET', path), { status: 200, text: 'one' });
    assert.equal((await send(jane, 'PUT', path, { body: 'two', hash: 'UNSIGNED-PAYLOAD' })).status, 200);
    assert.deepEqual(await send(jane, 'GET', path), { status: 200, text: 'two' });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, text: answer } = await send(joe, method, path, method === 'PUT' ? { body: 'joe' } : {});
      assert.equal(status, 403);
      assert.match(answer, /<Code>AccessDenied<\/Code>.*because no identity-based policy allows the s3:/);
    }
    const query = { 'list-type': '2', prefix: `${jane.sub}/` };
    assert.match(
      (await send(jane, 'GET', '/files', { query })).text,
      /<Key>us-east-1:[\d-]+\/note one\.txt<\/Key><Size>3</,
    );
    assert.equal((await send(joe, 'GET', '/files', { query })).status, 403);
    assert.equal((await send(jane, 'GET', '/files', { query: { 'list-type': '2' } })).status, 403);
    assert.equal((await send(jane, 'DELETE', path)).status, 204);
    assert.equal((await send(jane, 'GET', path)).status, 404);
  });

  it('guests read what is public, and nothing else', async () => {
    const guest = await identity(3, true);
    assert.deepEqual(await send(guest, 'GET', '/files/public/hello.txt'), { status: 200, text: 'hello' });
    assert.equal((await send(guest, 'PUT', '/files/public/hello.txt', { body: 'x' })).status, 403);
    assert.equal((await send(guest, 'GET', `/files/${guest.sub}/x`)).status, 403);
  });

  it('paths lead nowhere else; bodies and credentials must be those that were signed', async () => {
    const jane = await identity(1);
    for (const path of [
      '/files/public/%2e%2e/%2e%2e/outside.txt',
      '/files/public%2f..%2f..%2foutside.txt',
      '/%2e%2e/x',
    ])
      assert.equal((await send(jane, 'GET', path)).status, 400, path);
    const signer = { ...jane, secretAccessKey: 'wrong' };
    assert.equal((await send(signer, 'GET', '/files/public/hello.txt')).status, 403);
    assert.equal((await send({ ...jane, sessionToken: '' }, 'GET', '/files/public/hello.txt')).status, 403);
    assert.equal((await fetch(new URL('/files/public/hello.txt', url))).status, 403);
  });
});
