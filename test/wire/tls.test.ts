/** HTTPS with the development certificate and with certificate files. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { developmentCertificate, loadTls } from '../../src/wire/tls.ts';
import { now, poolName, startEndpoint } from './support/endpoint.ts';

const clockAt = (at: number) => ({ now: () => at });
const day = 86_400_000;

describe('TLS', () => {
  let dataDir: string;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cenote-tls-'));
  });
  after(() => rm(dataDir, { recursive: true }));

  const settings = (more: object = {}) => ({
    tls: 'development' as const,
    tlsCert: undefined,
    tlsKey: undefined,
    dataDir,
    publicUrl: 'https://auth.example.test:9339',
    ...more,
  });

  test('the SDK connects when it trusts the certificate, and not when it does not', async () => {
    const today = clockAt(Date.now());
    const endpoint = await startEndpoint({ tls: await loadTls(settings(), today) });
    try {
      const ca = await readFile(developmentCertificate(dataDir), 'utf8');
      const list = new ListUserPoolsCommand({ MaxResults: 1 });
      const trusting = { httpsAgent: new Agent({ ca, keepAlive: false }) };
      for (const host of ['127.0.0.1', 'localhost']) {
        const client = endpoint.client({
          endpoint: `https://${host}:${endpoint.port}`,
          requestHandler: trusting,
        });
        assert.equal((await client.send(list)).UserPools?.[0]?.Name, poolName);
      }
      const distrusting = endpoint.client({ requestHandler: { httpsAgent: new Agent({ keepAlive: false }) } });
      await assert.rejects(distrusting.send(list), /self-signed certificate/);
    } finally {
      await endpoint.close();
    }
  });

  test('the certificate is kept, its key private, and renewed before it expires or when the host changes', async () => {
    const first = await loadTls(settings(), clockAt(now));
    assert.equal((await stat(join(dataDir, 'tls', 'key.pem'))).mode & 0o777, 0o600);
    assert.deepEqual(await loadTls(settings(), clockAt(now + 300 * day)), first);
    const otherHost = await loadTls(settings({ publicUrl: 'https://10.1.2.3' }), clockAt(now));
    assert.notEqual(otherHost?.cert, first?.cert);
    assert.notEqual((await loadTls(settings(), clockAt(now)))?.cert, otherHost?.cert);
    const second = await loadTls(settings(), clockAt(now + 380 * day));
    assert.notEqual(second?.cert, first?.cert);
    await writeFile(developmentCertificate(dataDir), 'damaged');
    assert.match((await loadTls(settings(), clockAt(now)))!.cert, /BEGIN CERTIFICATE/);
  });

  test('certificate files', async () => {
    const made = (await loadTls(settings(), clockAt(now)))!;
    const [tlsCert, tlsKey] = [join(dataDir, 'a.pem'), join(dataDir, 'b.pem')];
    await writeFile(tlsCert, made.cert);
    await writeFile(tlsKey, made.key);
    assert.deepEqual(await loadTls(settings({ tls: 'files', tlsCert, tlsKey }), clockAt(now)), made);
    await assert.rejects(
      loadTls(settings({ tls: 'files', tlsCert }), clockAt(now)),
      /a certificate file and a key file/,
    );
    await assert.rejects(loadTls(settings({ tls: 'files', tlsCert, tlsKey: '/nowhere' }), clockAt(now)), /ENOENT/);
    assert.equal(await loadTls(settings({ tls: 'off' }), clockAt(now)), undefined);
  });
});
