/** What may be reached at addresses that others have chosen. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createOutbound, isPublicAddress } from '../../src/lib/outbound.ts';

const hidden =
  '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.1.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255 ' +
  ':: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:1::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1';
const open = '8.8.8.8 1.1.1.1 172.15.0.1 172.32.0.1 100.63.0.1 2606:4700::1111 2a00:1450:4001::200e';

it('knows public addresses', () => {
  for (const address of hidden.split(' ')) assert.equal(isPublicAddress(address), false, address);
  for (const address of open.split(' ')) assert.equal(isPublicAddress(address), true, address);
  assert.equal(isPublicAddress('localhost'), false);
});

describe('a request to an address that somebody else has chosen', () => {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end();
    else if (request.url === '/long') response.end('x'.repeat(2000));
    else if (request.url === '/slow') response.write('x');
    else response.end(request.url);
  });
  let origin: string;
  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const port = () => origin.split(':')[2];

  it('does not reach private addresses, however they are written', async () => {
    const outbound = createOutbound({ timeout: 2000 });
    const urls = [
      `https://127.0.0.1:${port()}/`,
      `https://2130706433:${port()}/`,
      `https://0x7f.1:${port()}/`,
      `https://[::1]:${port()}/`,
      `https://[::ffff:127.0.0.1]:${port()}/`,
      `https://localhost:${port()}/`,
      'https://169.254.169.254/latest/meta-data/',
    ];
    for (const url of urls) await assert.rejects(outbound(url), /public address/, url);
    await assert.rejects(outbound(`${origin}/`), /by https/);
    await assert.rejects(outbound('file:///etc/passwd'), /by https/);
  });

  it('reaches them where the operator has named them, or allows any', async () => {
    assert.equal(await (await createOutbound()(`${origin}/a`, { trusted: true })).text(), '/a');
    assert.equal(await (await createOutbound({ reach: 'any' })(`${origin}/b`)).text(), '/b');
  });

  it('follows no redirect, and reads within bounds', async () => {
    const outbound = createOutbound({ reach: 'any', timeout: 300, longest: 1000 });
    assert.equal((await outbound(`${origin}/redirect`)).status, 302);
    await assert.rejects(outbound(`${origin}/long`), /more than 1000 bytes/);
    await assert.rejects(outbound(`${origin}/slow`), { name: /Abort|Timeout/ });
  });
});
