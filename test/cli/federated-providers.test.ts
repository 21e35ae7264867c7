/** `cenote oidc-providers …`, `cenote saml-providers …`, `cenote keys rotate-identity`: what is registered, shown and refused. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { cenote, temporaryDirectory } from './program.ts';

const directory = temporaryDirectory();
const env = { CENOTE_DATA_DIR: directory.path };
before(async () => {
  assert.equal((await cenote(['migrate'], env)).code, 0);
});
after(directory.remove);

const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await cenote(args, env);
  assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  return stdout;
};
const refusal = async (...args: string[]): Promise<string> => {
  const { code, stderr } = await cenote(args, env);
  assert.equal(code, 1, args.join(' '));
  return stderr;
};

it('registers, lists and deletes OpenID Connect providers', async () => {
  const arn = 'arn:aws:iam::000000000000:oidc-provider/login.example.com/tenant';
  const create = ['oidc-providers', 'create', 'https://login.example.com/tenant', '--client-id'];
  assert.equal(await run(...create, 'one', 'two'), `${arn}\n`);
  assert.match(await run('oidc-providers', 'list'), new RegExp(`${arn} +one two\n`));
  await run(...create, 'three');
  assert.match(await run('oidc-providers', 'list'), new RegExp(`${arn} +three\n`));
  await run('oidc-providers', 'delete', 'https://login.example.com/tenant');
  assert.match(await refusal('oidc-providers', 'delete', 'login.example.com/tenant'), /there is no provider/);
  assert.match(
    await refusal('oidc-providers', 'create', 'http://example.com', '--client-id', 'a'),
    /expected an issuer/,
  );
});

it('registers SAML providers by metadata that can be used', async () => {
  const file = join(directory.path, 'metadata.xml');
  writeFileSync(
    file,
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com"><IDPSSODescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor>`,
  );
  const arn = 'arn:aws:iam::000000000000:saml-provider/Example';
  assert.equal(await run('saml-providers', 'create', 'Example', file), `${arn}\n`);
  assert.match(await run('saml-providers', 'list'), new RegExp(`${arn} +https://idp.example.com\n`));
  await run('saml-providers', 'delete', 'Example');
  writeFileSync(file, '<a/>');
  assert.match(await refusal('saml-providers', 'create', 'Example', file), /not the SAML metadata/);
});

it('rotates the key of a region', async () => {
  assert.match(await run('keys', 'rotate-identity', 'us-east-1'), /us-east-11/);
  assert.match(await run('keys', 'rotate-identity', 'us-east-1'), /us-east-12/);
});
